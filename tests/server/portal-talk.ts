/** A message in the portal, sent and answered. */
import { expect } from "vitest";
import type { PortalRunEvent } from "../../src/contract/portal.ts";
import type { Visitor } from "./visitor.ts";

/** Where a message goes on: the conversation, and the answer above it. */
export type Place = { conversationId: string; parentId: string };

/** Sends a message and waits for its end. */
export async function say(
  person: Visitor,
  slug: string,
  text: string,
  place?: Place,
): Promise<Place> {
  const answer = await person.call("POST", "/api/portal/runs", {
    target: `agent/${slug}`,
    text,
    clientId: crypto.randomUUID(),
    ...place,
  });
  const events = [...answer.text.matchAll(/^data: (.*)$/gm)].map(
    ([, data]) => JSON.parse(data ?? "") as PortalRunEvent,
  );
  const end = events.at(-1);
  if (end?.type !== "end") throw new Error(answer.text);
  expect(end.message.status).toBe("done");
  return { conversationId: end.conversation.id, parentId: end.message.id };
}

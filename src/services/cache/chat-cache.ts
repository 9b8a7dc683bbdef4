/** The response cache for chats: which of them may be answered again, and how. */
import type { ModelCache } from "../../contract/config.ts";
import { ok } from "../../core/result.ts";
import type { ChatInput } from "../../core/run.ts";
import type { CallOrder } from "../chat/admit.ts";
import type { OpenedUpstream, RunParts } from "../chat/run-parts.ts";
import type { ChatTarget } from "../chat/target.ts";
import type { Services } from "../services.ts";
import { chatKey } from "./cache-key.ts";
import { hitParts, placeInCache } from "./response-cache.ts";
import { recorded, replayed, type StoredAnswer } from "./stored-answer.ts";

export type ChatCacheAnswer =
  /** What of a run's parts is otherwise. */
  | { hit: true; parts: Pick<RunParts, "target" | "candidates" | "share" | "open"> }
  /** Writes the answer of an upstream down. */
  | { hit: false; keep(opened: OpenedUpstream): OpenedUpstream };

/** Null where the cache has no part in this request. `input` is what the target makes of it. */
export async function askChatCache(
  services: Services,
  order: CallOrder,
  target: ChatTarget,
  input: ChatInput,
): Promise<ChatCacheAnswer | null> {
  const { cache, access } = target;
  if (!cache || !isRepeatable(input, cache.settings)) return null;
  const place = await placeInCache(services, order, { ...cache, access }, (sharing) =>
    chatKey(sharing, target, input),
  );
  if (!place) return null;
  if (place.found === null) return { hit: false, keep: (opened) => recorded(opened, place.put) };
  const answer = JSON.parse(place.found) as StoredAnswer;
  // No frames came, so none can pass.
  const parts = hitParts({ ...target, passThrough: false }, cache.settings);
  return { hit: true, parts: { ...parts, open: async () => ok(replayed(answer)) } };
}

/** What a client lets the model do, in one protocol or another. */
const TOOL_FIELDS = ["tools", "functions", "mcp_servers", "plugins", "web_search_options"];
/** Of the answer to these, a run's events do not say all. */
const FIELDS_BEYOND_EVENTS = ["logprobs", "audio", "container"];

/** Whether an answer to it is good for another time. */
function isRepeatable(input: ChatInput, settings: ModelCache): boolean {
  const body = input.raw?.body ?? {};
  const isSet = (name: string) => {
    const value = body[name];
    return Boolean(Array.isArray(value) ? value.length : value);
  };
  const usesTools = (input.tools?.length ?? 0) > 0 || TOOL_FIELDS.some(isSet);
  if (usesTools && !settings.tools) return false;
  if (input.upstreamConversation !== undefined || Number(body.n ?? 1) > 1) return false;
  return !FIELDS_BEYOND_EVENTS.some(isSet);
}

/** The chat assistants and agents of a key's owner, in the shapes of old and new servers. */
import type { Offer } from "../../contract/guide.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer, UpstreamRequest, Walk } from "../connector.ts";
import { agentOffer } from "../kit/agent-offer.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, asText } from "../kit/json.ts";
import { readEnvelope } from "./errors.ts";

type Kind = "chats" | "agents";
const PAGE_SIZE = 30;

export function listPath(kind: Kind, page: number, size = PAGE_SIZE): string {
  return `/${kind}?page=${page}&page_size=${size}&orderby=create_time&desc=true`;
}

/** A list of either kind: bare, or under its name with the number of all. */
export function readRows(answer: UpstreamAnswer): Result<unknown[], UpstreamError> {
  const data = readEnvelope(answer);
  if (!data.ok) return data;
  const named = asObject(data.value);
  const rows = [data.value, named?.chats, named?.canvas, named?.agents].find(Array.isArray);
  return rows ? ok(rows) : fail(upstreamError("protocol_violation", "the answer holds no list"));
}

export function offersOf(kind: Kind, rows: readonly unknown[]): Offer[] {
  return rows.flatMap((entry) => {
    const row = asObject(entry);
    const id = asText(row?.id);
    if (!row || id === null) return [];
    const prompt = asObject(row.prompt) ?? asObject(row.prompt_config);
    return [
      agentOffer({
        id: `${kind === "chats" ? "chat" : "agent"}:${id}`,
        name: asText(row.title) ?? asText(row.name) ?? id,
        description: asText(row.description),
        openingMessage: asText(prompt?.opener) ?? asText(prompt?.prologue),
      }),
    ];
  });
}

/** All pages of both lists; `first` is the first page of chats. */
export function* walkLists(
  first: UpstreamAnswer,
  ask: (path: string) => UpstreamRequest,
): Walk<Offer[]> {
  const found = new Map<string, Offer>();
  let answer: Result<UpstreamAnswer, UpstreamError> = ok(first);
  for (const kind of ["chats", "agents"] as const) {
    for (let page = 1; ; page++) {
      if (kind !== "chats" || page > 1) answer = yield ask(listPath(kind, page));
      if (!answer.ok) return answer;
      const rows = readRows(answer.value);
      if (!rows.ok) return rows;
      const known = found.size;
      for (const offer of offersOf(kind, rows.value)) found.set(offer.id, offer);
      // Servers that know no pages send the whole list again.
      if (rows.value.length < PAGE_SIZE || found.size === known) break;
    }
  }
  return ok([...found.values()]);
}

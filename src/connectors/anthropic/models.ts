/** `GET /v1/models` of Anthropic as offers, page by page. */
import type { Offer } from "../../contract/guide.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, parseJson } from "../kit/json.ts";

export function readModels(answer: UpstreamAnswer): Result<Offer[], UpstreamError> {
  const list = asObject(parseJson(answer.body))?.data;
  if (!Array.isArray(list)) {
    return fail(upstreamError("protocol_violation", "the answer of /models holds no list"));
  }
  return ok(list.flatMap(offerOf));
}

/** What the next page begins after; null on the last. */
export function nextPage(answer: UpstreamAnswer): string | null {
  const body = asObject(parseJson(answer.body));
  return body?.has_more === true ? asText(body.last_id) : null;
}

function offerOf(value: unknown): Offer[] {
  const entry = asObject(value);
  const id = asText(entry?.id);
  if (id === null) return [];
  return [
    {
      kind: "model",
      id,
      name: asText(entry?.display_name) ?? id,
      description: "",
      icon: "",
      openingMessage: "",
      suggestedQuestions: [],
      modelKind: "chat",
    },
  ];
}

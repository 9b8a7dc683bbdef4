/** Failures of Ollama: a status and one sentence, or the sentence alone in the middle of a stream. */
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { errorOfStatus, reasonOfStatus, upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, type Json, parseJson } from "../kit/json.ts";

/** Sentences that say more than the status they come with. */
const SENTENCES: readonly (readonly [RegExp, UpstreamReason])[] = [
  [/model .*not found|try pulling it first/i, "target_not_found"],
  [/exceeds? the (available )?context|context length/i, "context_too_long"],
  [/does not support|invalid (format|options|image)|unable to (process|decode) image/i, "rejected"],
  [/server busy|maximum pending requests|overloaded/i, "overloaded"],
  [/requires more system memory|out of memory/i, "unavailable"],
  [/usage limit|rate limit|too many requests/i, "rate_limited"],
];

export function explain(answer: UpstreamAnswer): UpstreamError {
  const sentence = sentenceIn(asObject(parseJson(answer.body)) ?? {});
  if (sentence === null) return errorOfStatus(answer);
  const reason = reasonOfSentence(sentence) ?? reasonOfStatus(answer.status);
  return upstreamError(reason, sentence, { status: answer.status });
}

/** The error in a line or body; null when there is none. */
export function errorInPayload(payload: Json): UpstreamError | null {
  const sentence = sentenceIn(payload);
  if (sentence === null) return null;
  return upstreamError(reasonOfSentence(sentence) ?? "unavailable", sentence);
}

/** A proxy in front may speak OpenAI's way. */
function sentenceIn({ error }: Json): string | null {
  return asText(error) ?? asText(asObject(error)?.message);
}

function reasonOfSentence(sentence: string): UpstreamReason | null {
  return SENTENCES.find(([pattern]) => pattern.test(sentence))?.[1] ?? null;
}

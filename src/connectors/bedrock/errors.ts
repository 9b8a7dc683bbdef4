/** Errors of Bedrock: as failed answers, and as exceptions in the middle of a stream. */
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { errorOfStatus, reasonOfStatus, upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, type Json, parseJson } from "../kit/json.ts";

const REASONS: Record<string, UpstreamReason> = {
  AccessDeniedException: "forbidden",
  UnrecognizedClientException: "unauthorized",
  InvalidSignatureException: "unauthorized",
  IncompleteSignatureException: "unauthorized",
  InvalidClientTokenId: "unauthorized",
  MissingAuthenticationTokenException: "unauthorized",
  ExpiredTokenException: "unauthorized",
  ResourceNotFoundException: "target_not_found",
  // Too much of something for this account at this moment; the key itself is well.
  ServiceQuotaExceededException: "rate_limited",
  ThrottlingException: "rate_limited",
  ModelNotReadyException: "overloaded",
  ServiceUnavailableException: "overloaded",
  InternalServerException: "unavailable",
  ModelErrorException: "unavailable",
  ModelStreamErrorException: "unavailable",
  ModelTimeoutException: "timeout",
  ValidationException: "rejected",
};

/** Sentences that say more than the exception they come with. */
const SENTENCES: Record<string, readonly (readonly [RegExp, UpstreamReason])[]> = {
  AccessDeniedException: [
    [/api key|bearer token|security token/i, "unauthorized"],
    // Of one model: others may work with the same key, which must not be switched off for it.
    [/access to the model|use case|marketplace|subscription/i, "target_not_found"],
  ],
  ValidationException: [
    [/on-demand throughput|model identifier is invalid|inference profile/i, "target_not_found"],
    [/too long|too many (input )?tokens|context (length|window)/i, "context_too_long"],
    [/content filter|blocked/i, "content_blocked"],
  ],
};

export function explain(answer: UpstreamAnswer): UpstreamError {
  const body = asObject(parseJson(answer.body)) ?? {};
  // `ThrottlingException:http://internal.amazon.com/…`, or `com.amazon.coral#ThrottlingException`.
  const stated = answer.headers["x-amzn-errortype"] ?? asText(body.__type) ?? "";
  const name = stated.split(":")[0]?.split("#").at(-1) || null;
  const sentence = sentenceIn(body);
  if (name === null && sentence === null) return errorOfStatus(answer);
  return toError(name, sentence, answer.status);
}

/** `throttlingException` as a stream names it; statuses are those of the same failure in an answer. */
export function exceptionError(name: string, payload: Json | null): UpstreamError {
  const code = name.charAt(0).toUpperCase() + name.slice(1);
  return toError(code || null, payload && sentenceIn(payload), null);
}

const sentenceIn = (body: Json): string | null =>
  asText(body.message) ?? asText(body.Message) ?? asText(body.originalMessage);

function toError(
  name: string | null,
  sentence: string | null,
  status: number | null,
): UpstreamError {
  return upstreamError(reasonOf(name, sentence ?? "", status), sentence ?? name ?? "error", {
    status,
    upstreamCode: name,
  });
}

function reasonOf(name: string | null, sentence: string, status: number | null): UpstreamReason {
  for (const [pattern, reason] of (name !== null && SENTENCES[name]) || []) {
    if (pattern.test(sentence)) return reason;
  }
  const known = name === null ? undefined : REASONS[name];
  return known ?? (status === null ? "unavailable" : reasonOfStatus(status));
}

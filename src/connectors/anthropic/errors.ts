/** Errors of Anthropic: as failed answers, and as events in the middle of a stream. */
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { errorOfStatus, reasonOfStatus, upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, entryOf, type Json, parseJson } from "../kit/json.ts";

const REASONS: Record<string, UpstreamReason> = {
  invalid_request_error: "rejected",
  authentication_error: "unauthorized",
  billing_error: "quota_exhausted",
  permission_error: "forbidden",
  not_found_error: "target_not_found",
  conflict_error: "unavailable",
  request_too_large: "too_large",
  rate_limit_error: "rate_limited",
  api_error: "unavailable",
  timeout_error: "timeout",
  overloaded_error: "overloaded",
};

/** Sentences of `invalid_request_error` that say more than their type. */
const SENTENCES: readonly (readonly [RegExp, UpstreamReason])[] = [
  [/credit balance|usage limits?\b|spend limit|billing/i, "quota_exhausted"],
  [/prompt is too long|context (window|limit|length)|exceed.*context/i, "context_too_long"],
  [/content filter|blocked by|usage polic/i, "content_blocked"],
  [/request.*too large|exceeds the maximum (allowed )?size/i, "too_large"],
  [/organization has been disabled/i, "forbidden"],
];

export function explain(answer: UpstreamAnswer): UpstreamError {
  const body = asObject(parseJson(answer.body));
  return (body && errorIn(body, answer.status)) ?? errorOfStatus(answer);
}

/** The error that a payload states; null when it states none. */
export function errorIn(payload: Json, status: number | null): UpstreamError | null {
  const error = asObject(payload.error);
  if (!error) return null;
  const type = asText(error.type);
  const detail = asText(error.message) ?? type;
  if (detail === null) return null;
  const code = asText(asObject(error.details)?.error_code) ?? type;
  return upstreamError(reasonOf(type, detail, status), detail, { status, upstreamCode: code });
}

function reasonOf(type: string | null, detail: string, status: number | null): UpstreamReason {
  const named = entryOf(REASONS, type);
  if (named === "rejected" || (named === null && status === 400)) {
    for (const [pattern, reason] of SENTENCES) if (pattern.test(detail)) return reason;
  }
  // An admin's page is in the way of every call; of one model, only that one's.
  if (named === "forbidden" && /\bmodel\b/i.test(detail)) return "target_not_found";
  return named ?? (status === null ? "unavailable" : reasonOfStatus(status));
}

/** Errors of Google's APIs: as failed answers, wrapped in a list, and in the middle of a stream. */
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { errorOfStatus, reasonOfStatus, upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";

/** Of `details[].reason` or `status`; the finer one is asked first. */
const REASONS: Record<string, UpstreamReason> = {
  API_KEY_INVALID: "unauthorized",
  API_KEY_SERVICE_BLOCKED: "forbidden",
  SERVICE_DISABLED: "forbidden",
  BILLING_DISABLED: "quota_exhausted",
  UNAUTHENTICATED: "unauthorized",
  PERMISSION_DENIED: "forbidden",
  NOT_FOUND: "target_not_found",
  RESOURCE_EXHAUSTED: "rate_limited",
  CANCELLED: "unavailable",
  INTERNAL: "unavailable",
  UNAVAILABLE: "overloaded",
  DEADLINE_EXCEEDED: "timeout",
};

/** Sentences that say more than INVALID_ARGUMENT and FAILED_PRECONDITION do. */
const SENTENCES: readonly (readonly [RegExp, UpstreamReason])[] = [
  [/api[ _]key (not valid|expired|not found)|pass a valid api key/i, "unauthorized"],
  [/input token count .* exceeds|exceeds the maximum number of tokens/i, "context_too_long"],
  [/payload size exceeds|request (is )?too large/i, "too_large"],
  [/user location is not supported/i, "forbidden"],
  [/billing/i, "quota_exhausted"],
];

/** The error in a body or a chunk; null when there is none. `status`: of the answer. */
export function errorInPayload(payload: Json, status: number | null): UpstreamError | null {
  const error = asObject(payload.error);
  if (!error) return null;
  const code = asText(error.status);
  const message = asText(error.message) ?? code ?? "error";
  const stated = status ?? (asCount(error.code) || null);
  const details = asArray(error.details).map((detail) => asObject(detail) ?? {});
  const finer = details.map((detail) => asText(detail.reason)).find((one) => one !== null) ?? null;
  return upstreamError(reasonOf({ code, finer, message, status: stated }), message, {
    status: stated,
    upstreamCode: finer ?? code,
    retryAfterMs: retryDelayMs(details),
  });
}

interface Said {
  code: string | null;
  finer: string | null;
  message: string;
  status: number | null;
}

function reasonOf({ code, finer, message, status }: Said): UpstreamReason {
  const precise = finer === null ? undefined : REASONS[finer];
  if (precise) return precise;
  if (code === "INVALID_ARGUMENT" || code === "FAILED_PRECONDITION" || code === null) {
    for (const [pattern, reason] of SENTENCES) if (pattern.test(message)) return reason;
  }
  const known = code === null ? undefined : REASONS[code];
  return known ?? (status === null ? "unavailable" : reasonOfStatus(status));
}

/** `{"@type":"…RetryInfo","retryDelay":"34s"}`: Google says it here, in no header. */
function retryDelayMs(details: readonly Json[]): number | null {
  for (const detail of details) {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(asText(detail.retryDelay) ?? "")?.[1];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000);
  }
  return null;
}

export function explain(answer: UpstreamAnswer): UpstreamError {
  const body = parseJson(answer.body);
  // A stream that never began answers its error as the only entry of a list.
  const payload = asObject(Array.isArray(body) ? body[0] : body);
  return (payload && errorInPayload(payload, answer.status)) ?? errorOfStatus(answer);
}

/** Errors of the OpenAI family: as failed answers, inside a 200, and in the middle of a stream. */
import type { UpstreamError, UpstreamReason } from "../../../core/run.ts";
import type { UpstreamAnswer } from "../../connector.ts";
import { errorOfStatus, reasonOfStatus, upstreamError } from "../http-errors.ts";
import { asCount, asObject, asText, entryOf, type Json, parseJson } from "../json.ts";

/** The platform's own codes → reasons; `A` stands for `A.b` too where that is not named. */
export type ErrorCodes = Record<string, UpstreamReason>;

const COMMON_CODES: ErrorCodes = {
  invalid_api_key: "unauthorized",
  authentication_error: "unauthorized",
  insufficient_quota: "quota_exhausted",
  billing_hard_limit_reached: "quota_exhausted",
  insufficient_balance: "quota_exhausted",
  rate_limit_exceeded: "rate_limited",
  rate_limit_error: "rate_limited",
  model_not_found: "target_not_found",
  context_length_exceeded: "context_too_long",
  content_policy_violation: "content_blocked",
  content_filter: "content_blocked",
  moderation_blocked: "content_blocked",
  request_too_large: "too_large",
  overloaded_error: "overloaded",
  engine_overloaded: "overloaded",
  server_error: "unavailable",
  invalid_request_error: "rejected",
};

/** Sentences that say more than the status they come with. */
const SENTENCES: readonly (readonly [RegExp, UpstreamReason, readonly number[]])[] = [
  [
    /context (length|window)|too many (input )?tokens|model token limit|range of input length/i,
    "context_too_long",
    [400, 422],
  ],
  [/(incorrect|invalid) api key|invalid token/i, "unauthorized", [400, 403]],
  [/balance|credit|quota|arrear|key limit exceeded|余额|欠费/i, "quota_exhausted", [403]],
];

/** What a platform said of a failure, found wherever the family puts it. */
interface Said {
  code: string | null;
  type: string | null;
  message: string;
  status: number | null;
}

/** The error in a body or chunk; null when there is none. */
export function errorInPayload(payload: Json, codes: ErrorCodes): UpstreamError | null {
  const said = saidIn(payload);
  return said ? toError(said, said.status, codes) : null;
}

export function explainAnswer(answer: UpstreamAnswer, codes: ErrorCodes): UpstreamError {
  const body = parseJson(answer.body);
  const said =
    typeof body === "string"
      ? { code: null, type: null, message: body, status: null }
      : saidIn(asObject(body) ?? {});
  return said ? toError(said, answer.status, codes) : errorOfStatus(answer);
}

function saidIn(payload: Json): Said | null {
  const error = payload.error;
  const inner = asObject(error);
  if (inner) return saidOf(inner, asText(inner.message) ?? JSON.stringify(inner));
  // xAI: `{"code":"…","error":"sentence"}`.
  const sentence = asText(error);
  if (sentence !== null) return saidOf(payload, sentence);
  // MiniMax: `{"base_resp":{"status_code":1008,"status_msg":"…"}}` with 200; zero is success.
  const base = asObject(payload.base_resp);
  if (base && asCount(base.status_code) > 0) {
    return saidOf({ code: String(base.status_code) }, asText(base.status_msg) ?? "no reason given");
  }
  // SiliconFlow: `{"code":20012,"message":"…"}` instead of an answer.
  const message = asText(payload.message) ?? asText(payload.detail);
  if (message !== null && payload.choices === undefined) return saidOf(payload, message);
  return null;
}

function saidOf(from: Json, message: string): Said {
  const { code, type } = from;
  const metadata = asObject(from.metadata);
  const flagged = metadata?.flagged_input !== undefined || Array.isArray(metadata?.reasons);
  return {
    code: flagged
      ? "content_policy_violation"
      : typeof code === "number"
        ? String(code)
        : asText(code),
    type: asText(type) ?? asText(metadata?.error_type),
    message,
    // OpenRouter's code is the HTTP status it would have answered.
    status: typeof code === "number" && code >= 400 && code <= 599 ? code : null,
  };
}

function toError(said: Said, status: number | null, codes: ErrorCodes): UpstreamError {
  return upstreamError(reasonOf(said, status, codes), said.message, {
    status,
    upstreamCode: said.code ?? said.type,
  });
}

function reasonOf(said: Said, status: number | null, codes: ErrorCodes): UpstreamReason {
  const { code, type, message } = said;
  const known = reasonOfCode(code, codes) ?? entryOf(COMMON_CODES, code) ?? entryOf(codes, type);
  if (known && known !== "rejected") return known;
  for (const [pattern, reason, statuses] of SENTENCES) {
    if (pattern.test(message) && statuses.includes(status ?? 400)) return reason;
  }
  if (status !== null) return reasonOfStatus(status);
  // A broken stream of which nothing but a sentence is known.
  return known ?? entryOf(COMMON_CODES, type) ?? "unavailable";
}

/** Ark and DashScope name kinds of a kind: `InvalidParameter.OversizedImage`. */
function reasonOfCode(code: string | null, codes: ErrorCodes): UpstreamReason | null {
  for (
    let name = code ?? "";
    name !== "";
    name = name.slice(0, Math.max(0, name.lastIndexOf(".")))
  ) {
    const reason = entryOf(codes, name);
    if (reason) return reason;
  }
  return null;
}

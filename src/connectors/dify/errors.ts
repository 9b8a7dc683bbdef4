/** Errors of Dify: `{"code","message","status"}`, as failed answers and inside streams. */
import type { UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { errorOfStatus, reasonOfStatus, upstreamError } from "../kit/http-errors.ts";
import { asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";

const REASONS: Record<string, UpstreamReason> = {
  unauthorized: "unauthorized",
  forbidden: "forbidden",
  app_unavailable: "target_not_found",
  agent_not_published: "target_not_found",
  not_chat_app: "target_not_found",
  not_completion_app: "target_not_found",
  not_workflow_app: "target_not_found",
  provider_not_initialize: "unavailable",
  provider_quota_exceeded: "quota_exhausted",
  model_currently_not_support: "unavailable",
  completion_request_error: "unavailable",
  conversation_completed: "conversation_gone",
  invalid_param: "rejected",
  bad_request: "rejected",
  file_too_large: "too_large",
  unsupported_file_type: "rejected",
  too_many_requests: "rate_limited",
  rate_limit_error: "rate_limited",
  internal_server_error: "unavailable",
};

/** The error that a payload describes; null when it describes none. `status`: of the answer. */
export function errorInPayload(payload: Json, status: number | null): UpstreamError | null {
  const code = asText(payload.code);
  const message = asText(payload.message);
  if (code === null && message === null) return null;
  const stated = status ?? (asCount(payload.status) || null);
  return upstreamError(reasonOf(code, message ?? "", stated), message ?? code ?? "", {
    status: stated,
    upstreamCode: code,
  });
}

function reasonOf(code: string | null, message: string, status: number | null): UpstreamReason {
  if (status === 404 && /conversation/i.test(message)) return "conversation_gone";
  const known = code === null ? undefined : REASONS[code];
  return known ?? (status === null ? "unavailable" : reasonOfStatus(status));
}

export function explain(answer: UpstreamAnswer): UpstreamError {
  const payload = asObject(parseJson(answer.body));
  return (payload && errorInPayload(payload, answer.status)) ?? errorOfStatus(answer);
}

/** Every error a client of Portico can be told, with its HTTP status and class. */
export const ERRORS = {
  // credentials
  invalid_api_key: { status: 401, type: "authentication_error" },
  expired_session: { status: 401, type: "authentication_error" },
  invalid_login: { status: 401, type: "authentication_error" },
  // permission
  access_denied: { status: 403, type: "permission_error" },
  ip_not_allowed: { status: 403, type: "permission_error" },
  scope_missing: { status: 403, type: "permission_error" },
  user_disabled: { status: 403, type: "permission_error" },
  second_factor_needed: { status: 403, type: "permission_error" },
  origin_not_allowed: { status: 403, type: "permission_error" },
  human_check_failed: { status: 403, type: "permission_error" },
  // not found, or not visible to the caller
  not_found: { status: 404, type: "not_found_error" },
  model_not_found: { status: 404, type: "not_found_error" },
  agent_not_found: { status: 404, type: "not_found_error" },
  conversation_not_found: { status: 404, type: "not_found_error" },
  connection_not_found: { status: 404, type: "not_found_error" },
  user_not_found: { status: 404, type: "not_found_error" },
  key_not_found: { status: 404, type: "not_found_error" },
  site_not_found: { status: 404, type: "not_found_error" },
  request_not_found: { status: 404, type: "not_found_error" },
  run_not_found: { status: 404, type: "not_found_error" },
  method_not_allowed: { status: 405, type: "invalid_request_error" },
  // bad input
  invalid_json: { status: 400, type: "invalid_request_error" },
  invalid_value: { status: 400, type: "invalid_request_error" },
  unsupported_value: { status: 400, type: "invalid_request_error" },
  request_too_large: { status: 413, type: "invalid_request_error" },
  conflict: { status: 409, type: "invalid_request_error" },
  setup_link_used: { status: 410, type: "invalid_request_error" },
  invitation_invalid: { status: 410, type: "invalid_request_error" },
  unknown_host: { status: 421, type: "invalid_request_error" },
  // credits
  insufficient_credits: { status: 402, type: "insufficient_credits" },
  holds_in_flight: { status: 402, type: "insufficient_credits" },
  key_cap_reached: { status: 402, type: "insufficient_credits" },
  // rate
  rate_limit_rpm: { status: 429, type: "rate_limit_error" },
  rate_limit_tpm: { status: 429, type: "rate_limit_error" },
  rate_limit_concurrency: { status: 429, type: "rate_limit_error" },
  rate_limit_daily: { status: 429, type: "rate_limit_error" },
  rate_limit_login: { status: 429, type: "rate_limit_error" },
  // edition
  agents: { status: 403, type: "edition_limit" },
  external_users: { status: 403, type: "edition_limit" },
  internal_users: { status: 403, type: "edition_limit" },
  own_domains: { status: 403, type: "edition_limit" },
  calls_per_month: { status: 403, type: "edition_limit" },
  payment: { status: 403, type: "edition_limit" },
  unbranded: { status: 403, type: "edition_limit" },
  // upstream
  upstream_rejected: { status: 400, type: "upstream_error" },
  upstream_unavailable: { status: 502, type: "upstream_error" },
  upstream_timeout: { status: 504, type: "upstream_error" },
  // ours
  unavailable: { status: 503, type: "server_error" },
  internal: { status: 500, type: "server_error" },
} as const satisfies Record<string, { status: number; type: string }>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorType = (typeof ERRORS)[ErrorCode]["type"];

/** The JSON body of every error, on every surface but the Anthropic one. */
export interface ErrorEnvelope {
  error: {
    message: string;
    type: ErrorType;
    code: ErrorCode;
    /** Path of the offending field in the request, where there is one. */
    param: string | null;
    request_id: string;
    /** Where credits can be bought (402 only). */
    link?: string;
  };
}

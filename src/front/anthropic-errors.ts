/** Failures as Anthropic's clients read them. */
import { ERRORS } from "../contract/errors.ts";
import type { Failure } from "../core/failure.ts";

/** By status, which is what the clients' own error classes go by. */
const TYPES: Record<number, string> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  503: "overloaded_error",
  504: "timeout_error",
};

export interface AnthropicError {
  type: "error";
  error: {
    type: string;
    message: string;
    /** Our own code, and what else our other surfaces say of a failure. */
    details: { error_code: string; param?: string; link?: string };
  };
  request_id: string;
}

export function anthropicError(failure: Failure, requestId: string): AnthropicError {
  const { code, message, param, link } = failure;
  const status = failure.status ?? ERRORS[code].status;
  return {
    type: "error",
    error: {
      type: TYPES[status] ?? (status >= 500 ? "api_error" : "invalid_request_error"),
      message,
      details: {
        error_code: code,
        ...(param === undefined ? {} : { param }),
        ...(link === undefined ? {} : { link }),
      },
    },
    request_id: requestId,
  };
}

/** A failure in a stream that has begun; nothing follows it. */
export function anthropicStreamError(failure: Failure, requestId: string): string {
  return `event: error\ndata: ${JSON.stringify(anthropicError(failure, requestId))}\n\n`;
}

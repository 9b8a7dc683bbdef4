/** Answers: the error envelope and nothing else that a client could mistake for one. */
import { ERRORS, type ErrorEnvelope } from "../contract/errors.ts";
import type { Failure } from "../core/failure.ts";

export function errorEnvelope(failure: Failure, requestId: string): ErrorEnvelope {
  return {
    error: {
      message: failure.message,
      type: ERRORS[failure.code].type,
      code: failure.code,
      param: failure.param ?? null,
      request_id: requestId,
      ...(failure.link === undefined ? {} : { link: failure.link }),
    },
  };
}

export function errorResponse(failure: Failure, requestId: string): Response {
  const headers = new Headers({
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-request-id": requestId,
  });
  if (failure.retryAfterMs !== undefined) {
    headers.set("retry-after", String(Math.max(1, Math.ceil(failure.retryAfterMs / 1000))));
  }
  return new Response(JSON.stringify(errorEnvelope(failure, requestId)), {
    status: failure.status ?? ERRORS[failure.code].status,
    headers,
  });
}

/** Answers: the error envelope and nothing else that a client could mistake for one. */
import { ERRORS, type ErrorEnvelope } from "../contract/errors.ts";
import type { Failure } from "../core/failure.ts";
import { aigneError } from "../front/aigne-errors.ts";
import { anthropicError } from "../front/anthropic-errors.ts";

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

/** The error as clients of Anthropic read it. */
export function anthropicErrorResponse(failure: Failure, requestId: string): Response {
  const response = failureResponse(failure, requestId, anthropicError(failure, requestId));
  response.headers.set("request-id", requestId);
  return response;
}

/** The error as clients of AIGNE read it. */
export function aigneErrorResponse(failure: Failure, requestId: string): Response {
  return failureResponse(failure, requestId, aigneError(failure, requestId));
}

export function errorResponse(failure: Failure, requestId: string): Response {
  return failureResponse(failure, requestId, errorEnvelope(failure, requestId));
}

/** Answers a failure in the form of the surface that the path belongs to. */
export function errorResponseFor(path: string): typeof errorResponse {
  if (/^\/api\/(v2|ai|ai-providers|user)(\/|$)/.test(path)) return aigneErrorResponse;
  return /^\/v1\/messages(\/|$)/.test(path) ? anthropicErrorResponse : errorResponse;
}

function failureResponse(failure: Failure, requestId: string, body: object): Response {
  const headers = new Headers({
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-request-id": requestId,
  });
  if (failure.retryAfterMs !== undefined) {
    headers.set("retry-after", String(Math.max(1, Math.ceil(failure.retryAfterMs / 1000))));
  }
  return new Response(JSON.stringify(body), {
    status: failure.status ?? ERRORS[failure.code].status,
    headers,
  });
}

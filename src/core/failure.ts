/** A failure as the wire may know it: a code of the closed list and a sentence for a person. */
import type { ErrorCode } from "../contract/errors.ts";

export interface Failure {
  code: ErrorCode;
  message: string;
  /** Path of the offending field. */
  param?: string;
  retryAfterMs?: number;
  /** Where credits can be bought. */
  link?: string;
  /** Overrides the code's own status (an upstream may say 422 instead of 400). */
  status?: number;
}

/** Thrown where a failure ends the request from deep inside a route; the error handler answers it. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export function refuse(code: ErrorCode, message: string, more: Partial<Failure> = {}): never {
  throw new FailureError({ code, message, ...more });
}

/**
 * An error for the log: its stack, without the values that a failed query was sent with (drizzle
 * puts them into the message, and they may be anybody's).
 */
export function loggable(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [message] = error.message.split("\nparams:");
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  const frames = error.stack?.indexOf("\n    at ") ?? -1;
  return `${error.name}: ${message}${cause}${frames < 0 ? "" : error.stack?.slice(frames)}`;
}

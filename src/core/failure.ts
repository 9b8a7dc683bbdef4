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

const LOST = /network connection lost|http status 5\d\d|overloaded|reset because|fetch failed/i;

/**
 * Whether the store or an object could not be reached, so that the same request may succeed in a
 * moment. The runtime marks such errors; the clients of D1 and libSQL only say so in words.
 */
export function isOutage(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const marks = cause as Error & { retryable?: boolean; overloaded?: boolean };
    // A failed query's own message is its SQL: the reason is in its cause.
    const said = cause.cause === undefined ? cause.message : "";
    if (marks.retryable || marks.overloaded || LOST.test(said)) return true;
  }
  return false;
}

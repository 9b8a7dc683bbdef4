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

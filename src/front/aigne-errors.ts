/** Failures as AIGNE's clients read them: they show the sentence, and go by the type where it is `NOT_ENOUGH`. */
import { ERRORS } from "../contract/errors.ts";
import type { Failure } from "../core/failure.ts";

export interface AigneError {
  error: {
    message: string;
    type: string;
    code: string;
    param: string | null;
    request_id: string;
    /** Where credits can be bought, which the sentence says too: most clients show nothing else. */
    link?: string;
  };
}

export function aigneError(failure: Failure, requestId: string): AigneError {
  const { code, message, param, link } = failure;
  const { status, type } = ERRORS[code];
  return {
    error: {
      message: link === undefined ? message : `${message} ${link}`,
      type: status === 402 ? "NOT_ENOUGH" : type,
      code,
      param: param ?? null,
      request_id: requestId,
      ...(link === undefined ? {} : { link }),
    },
  };
}

/** A failure in a stream that has begun; nothing follows it. */
export function aigneStreamError(failure: Failure, requestId: string): string {
  return `event: error\ndata: ${JSON.stringify(aigneError(failure, requestId).error)}\n\n`;
}

/** Reads the answer of a task that comes whole, in one frame. */
import type { MediaEvent, MediaUsage } from "../../core/media.ts";
import type { Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { Frame, TaskReader } from "../connector.ts";
import { upstreamError } from "./http-errors.ts";

export interface WholeAnswer<Value> {
  value: Value;
  /** Null where the upstream tells none. */
  usage: MediaUsage | null;
}

/** `read` gets the text of the answer. */
export class WholeReader<Value> implements TaskReader<Value> {
  readonly #read: (text: string) => Result<WholeAnswer<Value>, UpstreamError>;
  #ended = false;

  constructor(read: (text: string) => Result<WholeAnswer<Value>, UpstreamError>) {
    this.#read = read;
  }

  push(frame: Frame): MediaEvent<Value>[] {
    if (this.#ended) return [];
    this.#ended = true;
    const answer = this.#read(frame.data);
    return answer.ok ? eventsOf(answer.value) : [{ type: "failed", error: answer.error }];
  }

  end(): MediaEvent<Value>[] {
    if (this.#ended) return [];
    this.#ended = true;
    return [{ type: "failed", error: upstreamError("truncated", "the answer is empty") }];
  }
}

export function eventsOf<Value>({ value, usage }: WholeAnswer<Value>): MediaEvent<Value>[] {
  return [...(usage ? [{ type: "usage", usage } as const] : []), { type: "done", value }];
}

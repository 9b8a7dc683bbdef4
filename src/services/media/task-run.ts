/**
 * One task: the answer of the upstream that serves it, piece by piece. `next()` gives exactly one
 * terminal event, then null. Attempts, fallback and settlement are those of every call: see
 * services/chat/call.ts.
 */
import type { TaskReader } from "../../connectors/connector.ts";
import type { FrameReader } from "../../connectors/kit/body-reader.ts";
import type { Attempt } from "../../contract/usage.ts";
import { isDelivery, type MediaEvent, type MediaUsage } from "../../core/media.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import { Call } from "../chat/call.ts";
import type { CallParts, Ending, RunTimings, Settlement } from "../chat/call-parts.ts";
import type { Candidate } from "../chat/health.ts";
import { type Forecast, NOTHING } from "./forecast.ts";
import { measure } from "./measure.ts";

export interface OpenedTask<Value> {
  reader: TaskReader<Value>;
  frames: FrameReader;
  /** Of the upstream's answer. */
  headers: Record<string, string>;
  /** What of the request the platform will not do as asked. */
  warnings: readonly string[];
}

export interface TaskParts<Value> extends CallParts {
  forecast: Forecast;
  /** Whether the work has only begun when the answer is complete: then the hold stays. */
  keepsHold?: boolean;
  /** Calls one candidate. A failure is a value. */
  open(
    candidate: Candidate,
    signal: AbortSignal,
  ): Promise<Result<OpenedTask<Value>, UpstreamError>>;
}

export class TaskRun<Value> {
  readonly #parts: TaskParts<Value>;
  readonly #call: Call<OpenedTask<Value>>;
  #reported: MediaUsage | null = null;
  #waiting: MediaEvent<Value>[] = [];
  /** Whether a part of a file has reached the client, which is of use without its end. */
  #gaveFile = false;

  constructor(parts: TaskParts<Value>) {
    this.#parts = parts;
    this.#call = new Call(parts);
  }

  /** Set once the task has ended. */
  get settlement(): Settlement | null {
    return this.#call.settlement;
  }

  get attempts(): readonly Attempt[] {
    return this.#call.attempts;
  }

  get timings(): RunTimings {
    return this.#call.timings;
  }

  /** The attempt that answers; null before there is one. */
  get serving(): { candidate: Candidate; upstream: OpenedTask<Value> } | null {
    return this.#call.current;
  }

  /** The next event that may reach the client; null after the terminal one. */
  async next(): Promise<MediaEvent<Value> | null> {
    for (;;) {
      const event = this.#waiting.shift();
      if (event) {
        const shown = this.#take(event);
        if (shown) return shown;
        continue;
      }
      if (this.#call.ended) return null;
      this.#waiting = await this.#more();
      if (this.#call.ended) return null;
    }
  }

  /** Reads to the end; for answers that come whole. */
  async whole(): Promise<Result<Value, UpstreamError>> {
    for (;;) {
      const event = await this.next();
      if (event?.type === "done") return ok(event.value);
      if (event?.type === "failed") return fail(event.error);
      if (!event) throw new Error("a task ended without a terminal event");
    }
  }

  /** The reader is gone. */
  cancel(): void {
    this.#finish({ status: "cancelled", finish: null, error: null });
  }

  async #more(): Promise<MediaEvent<Value>[]> {
    const call = this.#call;
    if (!call.current) {
      const { open } = this.#parts;
      const error = await call.open((candidate) => open(candidate, call.signal));
      return error ? [{ type: "failed", error }] : [];
    }
    const { frames, reader } = call.current.upstream;
    const piece = await call.waitFor(() => frames.next());
    if (!piece.ok) return [{ type: "failed", error: piece.error }];
    return piece.value === null ? reader.end() : piece.value.flatMap((frame) => reader.push(frame));
  }

  /** Observes an event; answers it where the client may see it. */
  #take(event: MediaEvent<Value>): MediaEvent<Value> | null {
    const call = this.#call;
    if (isDelivery(event)) {
      call.shows();
      call.delivered = true;
      this.#gaveFile ||= event.type === "bytes";
    } else if (event.type === "usage") {
      this.#reported = event.usage;
      return null;
    } else if (event.type === "done") {
      call.shows();
      if (this.#parts.keepsHold) call.keep();
      else this.#finish({ status: "ok", finish: "stop", error: null });
    } else if (event.type === "failed") {
      if (call.givesWay(event.error)) {
        this.#reported = null;
        this.#waiting = [];
        return null;
      }
      this.#finish({ status: "error", finish: null, error: event.error });
    }
    return event;
  }

  #finish(ending: Ending): void {
    const { target } = this.#parts;
    // What failed before it was of use costs what the upstream says, or nothing.
    const isLost = ending.status === "error" && !this.#gaveFile;
    const forecast = isLost ? NOTHING : this.#parts.forecast;
    this.#call.finish(ending, (complete) =>
      measure(target.tariff, forecast, this.#reported, complete),
    );
  }
}

/**
 * The body of an upstream's answer, piece by piece as frames. Invariants:
 *
 * 1. No failure is thrown; each is an `UpstreamError`.
 * 2. It is read to its end, or cancelled; never left open, and never further than `bytesMax`.
 * 3. No secret leaves in a frame of text or an error.
 */
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { Frame } from "../connector.ts";
import type { FrameCutter } from "./frames.ts";
import { upstreamError } from "./http-errors.ts";
import { safeDetail, withoutSecrets } from "./redact.ts";
import type { Watch } from "./watch.ts";

const RELEASE_MS = 1000;
/** A whole answer is read in pieces of this size: most are smaller. */
const WHOLE_PIECE_BYTES = 16_384;

export interface FrameReader {
  /**
   * The frames in the next piece that arrived (may be none); null at the end of the body. Calls
   * may overlap: each gets a piece of its own, in order.
   */
  next(): Promise<Result<Frame[] | null, UpstreamError>>;
  /** Aborts the upstream call at once. */
  cancel(): void;
  /**
   * The answer is complete: reads the little that may be left, so that the connection can serve
   * again, and aborts after a second. Never fails; give it to `waitUntil`.
   */
  release(): Promise<void>;
}

/** What a body is read by. */
export interface Pieces {
  read(): Promise<ReadableStreamReadResult<Uint8Array>>;
  cancel(): Promise<void>;
}

/**
 * Large pieces, for an answer of which no part is of use before its end: each that enters our code
 * costs more than what is done with it. The body must be the network's own.
 */
export function largePieces(body: ReadableStream<Uint8Array>): Pieces {
  const reader = body.getReader({ mode: "byob" });
  let isLast = false;
  return {
    async read() {
      if (isLast) return { done: true };
      const piece = await reader.readAtLeast(WHOLE_PIECE_BYTES, new Uint8Array(WHOLE_PIECE_BYTES));
      // Less than was asked for: the body has ended.
      isLast = !piece.done && piece.value.byteLength < WHOLE_PIECE_BYTES;
      return piece;
    },
    cancel: () => reader.cancel(),
  };
}

interface BodyParts {
  cutter: FrameCutter;
  watch: Watch;
  forms: readonly string[];
  bytesMax: number;
}

export class BodyReader implements FrameReader {
  readonly #parts: BodyParts;
  readonly #pieces: Pieces | null;
  #bytes = 0;
  #over = false;
  #reading: Promise<Result<Frame[] | null, UpstreamError>> | null = null;

  constructor(pieces: Pieces | null, parts: BodyParts) {
    this.#parts = parts;
    this.#pieces = pieces;
    // A read that is waiting when the verdict falls must wake up, whatever feeds the body.
    parts.watch.onVerdict = () => {
      pieces?.cancel().catch(() => undefined);
    };
  }

  next(): Promise<Result<Frame[] | null, UpstreamError>> {
    // A body allows one read at a time; a reader that drains may come while another still waits.
    if (this.#reading) return this.#reading.then(() => this.next());
    if (this.#over || !this.#pieces) return Promise.resolve(this.#end());
    this.#reading = this.#read(this.#pieces);
    return this.#reading;
  }

  async #read(pieces: Pieces): Promise<Result<Frame[] | null, UpstreamError>> {
    const { watch, cutter, bytesMax } = this.#parts;
    try {
      watch.waiting();
      const piece = await pieces.read();
      watch.arrived();
      const failure = watch.failure;
      if (failure) return this.#broken(failure);
      if (piece.done) return this.#end();
      this.#bytes += piece.value.byteLength;
      if (this.#bytes > bytesMax) {
        watch.cancel();
        return this.#broken(
          upstreamError("answer_too_large", `the answer is larger than ${bytesMax} bytes`),
        );
      }
      return ok(this.#clean(cutter.feed(piece.value)));
    } catch (cause) {
      return this.#broken(
        watch.failure ?? upstreamError("truncated", `the connection broke: ${messageOf(cause)}`),
      );
    } finally {
      this.#reading = null;
    }
  }

  cancel(): void {
    this.#over = true;
    this.#parts.watch.cancel();
  }

  async release(): Promise<void> {
    const timer = setTimeout(() => this.cancel(), RELEASE_MS);
    while (!this.#over) await this.next();
    clearTimeout(timer);
  }

  #end(): Result<Frame[] | null, never> {
    if (this.#over) return ok(null);
    this.#over = true;
    this.#parts.watch.stop();
    const left = this.#clean(this.#parts.cutter.flush());
    return ok(left.length > 0 ? left : null);
  }

  #broken(error: UpstreamError): { ok: false; error: UpstreamError } {
    this.#over = true;
    this.#parts.watch.stop();
    return fail({ ...error, detail: safeDetail(error.detail, this.#parts.forms) });
  }

  #clean(frames: Frame[]): Frame[] {
    const { forms } = this.#parts;
    for (const frame of frames) frame.data = withoutSecrets(frame.data, forms);
    return frames;
  }
}

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);

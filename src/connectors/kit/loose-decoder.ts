/**
 * Answers of programs that people write themselves: events of a stream, one whole JSON value, or
 * plain text; what it is shows in the lines that arrive. Invariants, beyond those of every agent's
 * decoder:
 *
 * 1. Before the first event of a stream lines are held back; after it, what is no event is text
 *    of the answer, unless it looks like a broken event.
 * 2. A whole answer is read when the connection closes; half a JSON value is truncated.
 */
import type { Frame } from "../connector.ts";
import { AgentDecoder } from "./agent-decoder.ts";
import { upstreamError } from "./http-errors.ts";
import { asArray, asObject, type Json, parseJson } from "./json.ts";

export const EMPTY_ANSWER = "empty_answer";
export const NO_TEXT = "no_text";

const HALF_JSON = /^(\{\s*("|$)|\[\s*([[{"]|$))/;

export abstract class LooseDecoder extends AgentDecoder {
  readonly #held: string[] = [];
  #streams = false;

  /** Whether an object is an event of the stream, to be read by `payload`. */
  protected abstract isEvent(payload: Json, event: string | undefined): boolean;

  /** The connection closed after events. */
  protected abstract streamClosed(): void;

  /** What a whole answer tells beside its text; null where it is no object. */
  protected abstract beside(answer: Json | null): void;

  protected override frame({ data, event }: Frame): void {
    const payload = asObject(parseJson(data));
    if (payload && this.isEvent(payload, event)) {
      this.#streams = true;
      this.payload(payload, event);
    } else if (data === "[DONE]") {
      this.closed();
    } else if (!this.#streams) {
      this.#held.push(data);
    } else if (!payload && !HALF_JSON.test(data)) {
      this.text(data);
    }
  }

  protected override closed(): void {
    if (this.#streams) {
      this.streamClosed();
      return;
    }
    const text = this.#held.join("\n").trim();
    const value = parseJson(text);
    if (text === "") {
      this.fail(upstreamError("truncated", "the answer is empty", { upstreamCode: EMPTY_ANSWER }));
    } else if (value === undefined && HALF_JSON.test(text)) {
      super.closed();
    } else {
      this.#whole(value === undefined ? text : value);
    }
  }

  /** The connection closed where the answer was not complete. */
  protected brokeOff(): void {
    super.closed();
  }

  #whole(value: unknown): void {
    this.beside(asObject(value));
    const text = textIn(value);
    if (text === null) {
      const detail = "the answer holds no text";
      this.fail(upstreamError("protocol_violation", detail, { upstreamCode: NO_TEXT }));
      return;
    }
    this.text(text);
    this.finish();
  }
}

/** Where people put an answer's text. */
const NAMES = ["output", "text", "answer", "message", "response"];

/** The text of an answer, or of a list of answers; null where there is none. */
export function textIn(value: unknown): string | null {
  if (typeof value === "string") return value.trim() === "" ? null : value;
  if (Array.isArray(value)) {
    const texts = asArray(value).flatMap((entry) => textIn(entry) ?? []);
    return texts.length === 0 ? null : texts.join("\n\n");
  }
  const object = asObject(value);
  for (const name of object ? NAMES : []) {
    const inner = object?.[name] ?? "";
    const text = textIn(inner) ?? (inner === "" ? null : JSON.stringify(inner));
    if (text !== null) return text;
  }
  return null;
}

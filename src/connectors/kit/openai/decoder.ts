/**
 * Answers of the OpenAI family as run events: chunks of a stream, and whole JSON answers.
 * Invariants:
 *
 * 1. Exactly one terminal event, after which every frame is ignored.
 * 2. A stream is complete at `[DONE]`, or at the end of the connection when a finish reason was
 *    seen; otherwise it is truncated.
 * 3. Usage may come on any chunk, and more than once: a later report replaces an earlier one.
 */
import type { FinishReason, RunEvent, UpstreamError } from "../../../core/run.ts";
import type { Decoder, Frame } from "../../connector.ts";
import { upstreamError } from "../http-errors.ts";
import { asArray, asCount, asObject, asText, type Json, parseJson } from "../json.ts";
import { type ErrorCodes, errorInPayload } from "./errors.ts";
import { normaliseUsage } from "./usage.ts";

export interface DecoderHabits {
  codes: ErrorCodes;
  /** See `normaliseUsage`. */
  reasoningExcluded: boolean;
  /** Whether a reasoning delta may be sent twice in a row (xAI). */
  reasoningRepeats: boolean;
}

export const PLAIN_HABITS: DecoderHabits = {
  codes: {},
  reasoningExcluded: false,
  reasoningRepeats: false,
};

const FINISHES: Record<string, FinishReason> = {
  stop: "stop",
  length: "length",
  max_tokens: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
};

export class OpenAiDecoder implements Decoder {
  readonly #habits: DecoderHabits;
  #started = false;
  #ended = false;
  /** Anything came at all. */
  #heard = false;
  /** A choice with a delta or a message came. */
  #answered = false;
  #finish: FinishReason | null = null;
  #lastReasoning = "";
  #cites = 0;
  #events: RunEvent[] = [];

  constructor(habits: DecoderHabits = PLAIN_HABITS) {
    this.#habits = habits;
  }

  push(frame: Frame): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    this.#heard = true;
    if (frame.data === "[DONE]" || frame.data === '"[DONE]"') {
      this.#close();
    } else {
      const payload = asObject(parseJson(frame.data));
      if (payload) this.#payload(payload, frame.event);
      else this.#violation("a frame of the answer is no JSON object");
    }
    return this.#events;
  }

  end(): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    if (this.#finish) this.#close();
    else if (this.#heard && !this.#answered) this.#violation("the answer holds no message");
    else this.#break(upstreamError("truncated", "the stream ended before the answer did"));
    return this.#events;
  }

  #payload(payload: Json, eventName: string | undefined): void {
    const { codes, reasoningExcluded } = this.#habits;
    const usage = normaliseUsage(payload.usage, reasoningExcluded);
    if (usage) this.#events.push({ type: "usage", usage });
    // A chunk without choices, an error in a 200 and a broken stream may look alike.
    const error =
      errorInPayload(payload, codes) ??
      (eventName === "error" ? upstreamError("unavailable", JSON.stringify(payload)) : null);
    if (error) this.#break(error);
    else this.#chunk(payload);
  }

  #chunk(payload: Json): void {
    const id = asText(payload.id);
    if (!this.#started && id !== null) {
      this.#started = true;
      this.#events.push({ type: "run-start", upstreamId: id });
    }
    let whole = false;
    for (const choice of asArray(payload.choices)) {
      const part = asObject(choice);
      if (part && !this.#ended) whole = this.#choice(part) || whole;
    }
    if (whole || payload.object === "chat.completion") this.#close();
  }

  /** Answers true for a whole message: there will be nothing after it. */
  #choice(choice: Json): boolean {
    const message = asObject(choice.message);
    const part = message ?? asObject(choice.delta);
    if (part) {
      this.#answered = true;
      this.#reasoning(asText(part.reasoning_content) ?? asText(part.reasoning));
      this.#content(part.content);
      this.#text(asText(part.refusal));
      for (const [at, call] of asArray(part.tool_calls).entries()) this.#toolCall(call, at);
      if (part.function_call) this.#toolCall({ function: part.function_call }, 0);
      for (const image of asArray(part.images)) this.#image(asObject(image));
      for (const note of asArray(part.annotations)) this.#cite(asObject(note));
    }
    this.#finished(asText(choice.finish_reason));
    return message !== null;
  }

  #finished(reason: string | null): void {
    if (reason === null) return;
    if (reason === "error") {
      this.#break(upstreamError("unavailable", "the platform broke off the answer"));
    } else if (reason === "insufficient_system_resource") {
      this.#break(upstreamError("overloaded", "the platform ran out of resources"));
    } else {
      this.#finish = FINISHES[reason] ?? "stop";
    }
  }

  #content(content: unknown): void {
    if (typeof content === "string") this.#text(asText(content));
    // Some look-alikes answer in parts.
    for (const part of asArray(content)) this.#text(asText(asObject(part)?.text));
  }

  #text(text: string | null): void {
    if (text) this.#events.push({ type: "text-delta", text });
  }

  #reasoning(text: string | null): void {
    if (text === null) return;
    if (this.#habits.reasoningRepeats && text === this.#lastReasoning) return;
    this.#lastReasoning = text;
    this.#events.push({ type: "reasoning-delta", text });
  }

  #toolCall(value: unknown, at: number): void {
    const call = asObject(value);
    if (!call) return;
    const called = asObject(call.function) ?? {};
    const id = asText(call.id);
    const name = asText(called.name);
    const written = called.arguments;
    this.#events.push({
      type: "tool-call-delta",
      index: typeof call.index === "number" ? asCount(call.index) : at,
      ...(id === null ? {} : { id }),
      ...(name === null ? {} : { name }),
      argumentsText:
        typeof written === "string" ? written : written == null ? "" : JSON.stringify(written),
    });
  }

  #image(image: Json | null): void {
    const url = asText(asObject(image?.image_url)?.url);
    if (url === null) return;
    const mime = /^data:([^;,]+)/.exec(url)?.[1] ?? "image/png";
    this.#events.push({ type: "file", url, mime, name: "image" });
  }

  #cite(note: Json | null): void {
    const citation = asObject(note?.url_citation);
    const url = asText(citation?.url);
    if (!citation || url === null) return;
    this.#events.push({
      type: "source-cite",
      index: ++this.#cites,
      title: asText(citation.title) ?? url,
      url,
      snippet: asText(citation.content),
    });
  }

  #close(): void {
    if (this.#ended) return;
    if (this.#answered || this.#finish) {
      this.#ended = true;
      this.#events.push({ type: "run-end", finish: this.#finish ?? "stop" });
    } else {
      this.#violation("the answer holds no message");
    }
  }

  #violation(detail: string): void {
    this.#break(upstreamError("protocol_violation", detail));
  }

  #break(error: UpstreamError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.push({ type: "run-error", error });
  }
}

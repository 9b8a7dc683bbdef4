/**
 * Answers of Ollama as run events: one JSON object a line, or one for all. Invariants:
 *
 * 1. Exactly one terminal event, at the object that says `done` or `error`; what follows is ignored.
 * 2. Without that object the answer is truncated.
 * 3. Usage is reported only with the prompt's count in it: old servers leave that out where the
 *    prompt was still in memory, and half a count would be a wrong bill.
 */
import type { FinishReason, RunEvent, UpstreamError } from "../../core/run.ts";
import type { Decoder, Frame } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { errorInPayload } from "./errors.ts";

export class OllamaDecoder implements Decoder {
  #events: RunEvent[] = [];
  #started = false;
  #ended = false;
  #calls = 0;
  /** When the answer was begun: what makes the ids of calls differ from those of other answers. */
  #answerId = "answer";

  push(frame: Frame): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    const payload = asObject(parseJson(frame.data));
    if (payload) this.#payload(payload);
    else this.#violation("a line of the answer is no JSON object");
    return this.#events;
  }

  end(): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    this.#break(upstreamError("truncated", "the stream ended before the answer did"));
    return this.#events;
  }

  #payload(payload: Json): void {
    const error = errorInPayload(payload);
    if (error) {
      this.#break(error);
      return;
    }
    const message = asObject(payload.message);
    if (!message && payload.done !== true) {
      this.#violation("a line of the answer holds no message");
      return;
    }
    this.#start(asText(payload.created_at));
    if (message) this.#message(message);
    if (payload.done === true) this.#done(payload);
  }

  #start(createdAt: string | null): void {
    if (this.#started) return;
    this.#started = true;
    this.#answerId = createdAt?.replace(/\D/g, "") || this.#answerId;
    this.#events.push({ type: "run-start" });
  }

  #message(message: Json): void {
    const thinking = asText(message.thinking);
    if (thinking !== null) this.#events.push({ type: "reasoning-delta", text: thinking });
    const content = asText(message.content);
    if (content !== null) this.#events.push({ type: "text-delta", text: content });
    for (const call of asArray(message.tool_calls)) this.#call(asObject(call));
  }

  /** Calls come whole; older servers give them no id. */
  #call(call: Json | null): void {
    const called = asObject(call?.function);
    const name = asText(called?.name);
    if (!called || name === null) return;
    const index = this.#calls++;
    this.#events.push({
      type: "tool-call-delta",
      index,
      id: asText(call?.id) ?? `call_${this.#answerId}_${index}`,
      name,
      argumentsText: JSON.stringify(asObject(called.arguments) ?? {}),
    });
  }

  #done(payload: Json): void {
    const input = asCount(payload.prompt_eval_count);
    const output = asCount(payload.eval_count);
    // A prompt that was cached is not counted.
    if (input + output > 0) {
      const usage = { input, output, cachedInput: 0, cacheWrite: 0, reasoning: 0 };
      this.#events.push({ type: "usage", usage });
    }
    this.#ended = true;
    this.#events.push({ type: "run-end", finish: this.#finishOf(asText(payload.done_reason)) });
  }

  /** An answer that calls tools ends with `stop` all the same. */
  #finishOf(reason: string | null): FinishReason {
    if (reason === "length") return "length";
    return this.#calls > 0 ? "tool_calls" : "stop";
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

/**
 * Answers of Converse (one JSON body) and ConverseStream (messages) as run events. Invariants:
 *
 * 1. Exactly one terminal event, after which every frame is ignored.
 * 2. The usage comes after the end of the message: the run ends with `metadata`, or with the
 *    connection when a stop reason was seen; otherwise the answer is truncated.
 * 3. Tool calls are numbered in their order; a block of text takes no number.
 */
import type { FinishReason, RunEvent, UpstreamError, Usage } from "../../core/run.ts";
import type { Decoder, Frame } from "../connector.ts";
import { CORRUPT } from "../kit/event-stream.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { exceptionError } from "./errors.ts";

const FINISHES: Record<string, FinishReason> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  content_filtered: "content_filter",
  guardrail_intervened: "content_filter",
};

/** A call of a tool that is being written. */
interface OpenCall {
  index: number;
  written: boolean;
}

export class BedrockDecoder implements Decoder {
  #events: RunEvent[] = [];
  #ended = false;
  #heard = false;
  #begun = false;
  #calls = 0;
  readonly #open = new Map<number, OpenCall>();
  /** What the message ended with; told when the usage is known. */
  #last: RunEvent | null = null;

  push(frame: Frame): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    this.#heard = true;
    const payload = asObject(parseJson(frame.data));
    const [kind = "", name = ""] = frame.event?.split(":") ?? [];
    if (frame.event === CORRUPT) this.#violation(asText(payload?.message) ?? CORRUPT);
    else if (kind === "exception" || kind === "error") this.#break(exceptionError(name, payload));
    else if (!payload) this.#violation("a frame of the answer is no JSON object");
    else if (frame.event === undefined) this.#whole(payload);
    else this.#event(frame.event, payload);
    return this.#events;
  }

  end(): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    if (this.#last) this.#close();
    else if (this.#heard && !this.#begun) this.#violation("the answer holds no message");
    else this.#break(upstreamError("truncated", "the stream ended before the answer did"));
    return this.#events;
  }

  #event(event: string, payload: Json): void {
    const at = asCount(payload.contentBlockIndex);
    switch (event) {
      case "messageStart":
        this.#begin();
        break;
      case "contentBlockStart":
        this.#blockStart(at, asObject(asObject(payload.start)?.toolUse));
        break;
      case "contentBlockDelta":
        this.#delta(at, asObject(payload.delta) ?? {});
        break;
      case "contentBlockStop":
        this.#blockStop(at);
        break;
      case "messageStop":
        this.#stopped(asText(payload.stopReason));
        break;
      case "metadata":
        this.#usage(payload.usage);
        if (this.#last) this.#close();
        break;
      default:
        // Whatever later versions bring.
        break;
    }
  }

  #whole(payload: Json): void {
    const message = asObject(asObject(payload.output)?.message);
    if (!message) {
      this.#violation("the answer holds no message");
      return;
    }
    this.#begin();
    for (const [at, value] of asArray(message.content).entries()) {
      const block = asObject(value) ?? {};
      const call = asObject(block.toolUse);
      if (call) this.#blockStart(at, call);
      const thought = asObject(block.reasoningContent);
      this.#delta(at, {
        text: block.text,
        reasoningContent: asObject(thought?.reasoningText) ?? thought,
        ...(call ? { toolUse: { input: JSON.stringify(call.input ?? {}) } } : {}),
      });
    }
    this.#usage(payload.usage);
    this.#stopped(asText(payload.stopReason));
    if (this.#last) this.#close();
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#events.push({ type: "run-start" });
  }

  #blockStart(at: number, call: Json | null): void {
    if (!call) return;
    const id = asText(call.toolUseId);
    const name = asText(call.name);
    if (id === null || name === null) {
      this.#violation("a call has no id or names no tool");
      return;
    }
    const index = this.#calls++;
    this.#open.set(at, { index, written: false });
    this.#events.push({ type: "tool-call-delta", index, id, name, argumentsText: "" });
  }

  #delta(at: number, delta: Json): void {
    const text = asText(delta.text);
    const input = asText(asObject(delta.toolUse)?.input);
    const call = this.#open.get(at);
    if (text !== null) this.#events.push({ type: "text-delta", text });
    this.#thought(asObject(delta.reasoningContent) ?? {});
    if (input === null || !call) return;
    call.written = true;
    this.#events.push({ type: "tool-call-delta", index: call.index, argumentsText: input });
  }

  /** Text, then the seal on it; or a thought that is shown to nobody. */
  #thought({ text, signature, redactedContent }: Json): void {
    const thought = asText(text);
    const seal = asText(signature) ?? asText(redactedContent);
    if (thought !== null) this.#events.push({ type: "reasoning-delta", text: thought });
    if (seal === null) return;
    this.#events.push({ type: "reasoning-seal", seal, hidden: asText(signature) === null });
  }

  #blockStop(at: number): void {
    const call = this.#open.get(at);
    this.#open.delete(at);
    // A tool that takes nothing is called with nothing; clients expect an object.
    if (call && !call.written) {
      this.#events.push({ type: "tool-call-delta", index: call.index, argumentsText: "{}" });
    }
  }

  #stopped(reason: string | null): void {
    if (reason === null) return;
    if (reason.startsWith("malformed_")) {
      const error = upstreamError("protocol_violation", `the model's answer broke: ${reason}`);
      this.#last = { type: "run-error", error };
    } else {
      this.#last = { type: "run-end", finish: FINISHES[reason] ?? "stop" };
    }
  }

  #usage(reported: unknown): void {
    const usage = usageOf(reported);
    if (usage) this.#events.push({ type: "usage", usage });
  }

  #close(): void {
    if (this.#ended || !this.#last) return;
    this.#ended = true;
    this.#events.push(this.#last);
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

/** `inputTokens` counts neither what was read from the cache nor what was written to it. */
function usageOf(reported: unknown): Usage | null {
  const usage = asObject(reported);
  if (!usage) return null;
  const cachedInput = asCount(usage.cacheReadInputTokens);
  const cacheWrite = asCount(usage.cacheWriteInputTokens);
  const input = asCount(usage.inputTokens) + cachedInput + cacheWrite;
  const output = asCount(usage.outputTokens);
  if (input + output === 0) return null;
  return { input, output, cachedInput, cacheWrite, reasoning: 0 };
}

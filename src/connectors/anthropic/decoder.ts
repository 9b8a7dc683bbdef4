/**
 * Answers of Anthropic as run events: named events of a stream, and whole messages. Invariants:
 *
 * 1. Exactly one terminal event, after which every frame is ignored.
 * 2. A stream is complete at `message_stop`, or at the end of the connection when a stop reason
 *    was seen; otherwise it is truncated.
 * 3. Tool calls are numbered in their order; other blocks take no number.
 * 4. Usage is reported twice, at the beginning and at the end; the later one is laid over the earlier.
 */
import type { FinishReason, RunEvent, UpstreamError } from "../../core/run.ts";
import type { Decoder, Frame } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, entryOf, type Json, parseJson } from "../kit/json.ts";
import { errorIn } from "./errors.ts";
import { overlaid, usageOf } from "./usage.ts";

const FINISHES: Record<string, FinishReason> = {
  end_turn: "stop",
  stop_sequence: "stop",
  pause_turn: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

/** A call of a tool that is being written. */
interface OpenCall {
  index: number;
  written: boolean;
}

export class AnthropicDecoder implements Decoder {
  #events: RunEvent[] = [];
  #ended = false;
  #heard = false;
  #begun = false;
  #finish: FinishReason | null = null;
  #usage: Json = {};
  #calls = 0;
  #sources = 0;
  /** By the block's index. */
  readonly #open = new Map<number, OpenCall>();

  push(frame: Frame): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    this.#heard = true;
    const payload = asObject(parseJson(frame.data));
    if (payload) this.#payload(payload);
    else this.#violation("a frame of the answer is no JSON object");
    return this.#events;
  }

  end(): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    if (this.#finish) this.#close();
    else if (this.#heard && !this.#begun) this.#violation("the answer holds no message");
    else this.#break(upstreamError("truncated", "the stream ended before the answer did"));
    return this.#events;
  }

  #payload(payload: Json): void {
    const at = asCount(payload.index);
    switch (payload.type) {
      case "message_start":
        this.#begin(asObject(payload.message) ?? {});
        // What it says of the output is a placeholder.
        this.#count({ ...asObject(asObject(payload.message)?.usage), output_tokens: 0 });
        break;
      case "content_block_start":
        this.#blockStart(at, asObject(payload.content_block) ?? {});
        break;
      case "content_block_delta":
        this.#delta(at, asObject(payload.delta) ?? {});
        break;
      case "content_block_stop":
        this.#blockStop(at);
        break;
      case "message_delta":
        this.#stopped(asText(asObject(payload.delta)?.stop_reason));
        this.#count(payload.usage);
        break;
      case "message_stop":
        this.#close();
        break;
      case "message":
        this.#whole(payload);
        break;
      default: {
        // `ping`, and whatever later versions bring, means nothing; an error may have any name.
        const error = errorIn(payload, null);
        if (error) this.#break(error);
      }
    }
  }

  #begin(message: Json): void {
    const id = asText(message.id);
    if (!this.#begun) {
      this.#events.push(
        id === null ? { type: "run-start" } : { type: "run-start", upstreamId: id },
      );
    }
    this.#begun = true;
  }

  #whole(message: Json): void {
    if (!Array.isArray(message.content)) {
      this.#violation("the answer holds no message");
      return;
    }
    this.#begin(message);
    this.#count(message.usage);
    for (const [at, value] of message.content.entries()) {
      const block = asObject(value) ?? {};
      this.#blockStart(at, block);
      for (const citation of asArray(block.citations)) this.#cite(asObject(citation));
      if (block.type === "tool_use") this.#input(at, JSON.stringify(block.input ?? {}));
      if (this.#ended) return;
    }
    this.#stopped(asText(message.stop_reason) ?? "end_turn");
    this.#close();
  }

  #blockStart(at: number, block: Json): void {
    switch (block.type) {
      case "text":
        this.#text(asText(block.text));
        break;
      case "thinking":
        this.#thought(block);
        break;
      case "redacted_thinking": {
        const seal = asText(block.data);
        if (seal !== null) this.#events.push({ type: "reasoning-seal", seal, hidden: true });
        break;
      }
      case "tool_use":
        this.#callStart(at, asText(block.id), asText(block.name));
        break;
      default:
        // Tools that run at Anthropic; what they found is told by the text and its citations.
        break;
    }
  }

  #callStart(at: number, id: string | null, name: string | null): void {
    if (id === null || name === null) {
      this.#violation("a call has no id or names no tool");
      return;
    }
    const index = this.#calls++;
    this.#open.set(at, { index, written: false });
    this.#events.push({ type: "tool-call-delta", index, id, name, argumentsText: "" });
  }

  #delta(at: number, delta: Json): void {
    switch (delta.type) {
      case "text_delta":
        this.#text(asText(delta.text));
        break;
      case "thinking_delta":
      case "signature_delta":
        this.#thought(delta);
        break;
      case "input_json_delta":
        this.#input(at, asText(delta.partial_json));
        break;
      case "citations_delta":
        this.#cite(asObject(delta.citation));
        break;
      default:
        break;
    }
  }

  #text(text: string | null): void {
    if (text !== null) this.#events.push({ type: "text-delta", text });
  }

  #thought({ thinking, signature }: Json): void {
    const text = asText(thinking);
    const seal = asText(signature);
    if (text !== null) this.#events.push({ type: "reasoning-delta", text });
    if (seal !== null) this.#events.push({ type: "reasoning-seal", seal, hidden: false });
  }

  #input(at: number, argumentsText: string | null): void {
    const call = this.#open.get(at);
    if (!call || argumentsText === null) return;
    call.written = true;
    this.#events.push({ type: "tool-call-delta", index: call.index, argumentsText });
  }

  #blockStop(at: number): void {
    const call = this.#open.get(at);
    this.#open.delete(at);
    // A tool that takes nothing is called with nothing; clients expect an object.
    if (call && !call.written) {
      this.#events.push({ type: "tool-call-delta", index: call.index, argumentsText: "{}" });
    }
  }

  #cite(citation: Json | null): void {
    const url = asText(citation?.url);
    const title = asText(citation?.title) ?? asText(citation?.document_title) ?? url;
    if (title === null) return;
    const snippet = asText(citation?.cited_text);
    this.#events.push({ type: "source-cite", index: ++this.#sources, title, url, snippet });
  }

  #stopped(reason: string | null): void {
    if (reason !== null) this.#finish = entryOf(FINISHES, reason) ?? "stop";
  }

  #count(reported: unknown): void {
    this.#usage = overlaid(this.#usage, reported);
    const usage = usageOf(this.#usage);
    if (usage && asObject(reported)) this.#events.push({ type: "usage", usage });
  }

  #close(): void {
    if (this.#ended) return;
    if (!this.#begun) {
      this.#violation("the answer holds no message");
      return;
    }
    this.#ended = true;
    this.#events.push({ type: "run-end", finish: this.#finish ?? "stop" });
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

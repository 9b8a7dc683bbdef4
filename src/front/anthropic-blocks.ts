/**
 * The events of a run as the content blocks of Anthropic's stream: one open at a time, each closed
 * before the next begins. Calls of tools that an upstream writes side by side come out one after
 * another; what comes of a later one while an earlier is still being written is held back.
 */
import type { RunEvent } from "../core/run.ts";
import { fileText } from "./openai-chat-response.ts";
import { sealedId } from "./sealed-ids.ts";

type Json = Record<string, unknown>;
/** Writes one event of the stream. */
export type WriteEvent = (type: string, fields: Json) => string;

interface Call {
  id: string;
  name: string;
  text: string;
  /** Characters of `text` that were written. */
  written: number;
}

export class BlockWriter {
  readonly #write: WriteEvent;
  readonly #fallbackId: string;
  #index = 0;
  #open: "text" | "thinking" | "call" | null = null;
  /** In the order in which they began; those before `#at` are closed. */
  readonly #called: Call[] = [];
  readonly #places = new Map<number, number>();
  #at = 0;

  /** `fallbackId`: for calls of an upstream that gives them no id. */
  constructor(write: WriteEvent, fallbackId: string) {
    this.#write = write;
    this.#fallbackId = fallbackId;
  }

  take(event: RunEvent): string {
    switch (event.type) {
      case "text-delta":
        return this.#text(event.text);
      case "text-replace":
        // The protocol cannot take back what was sent; the replacement follows as text.
        return this.#text(`\n\n${event.text}`);
      case "file":
        return this.#text(fileText(event));
      case "reasoning-delta":
        return this.#thinking({ type: "thinking_delta", thinking: event.text });
      case "reasoning-seal":
        return this.#seal(event);
      case "tool-call-delta":
        this.#note(event);
        return this.#advance(false);
      default:
        return "";
    }
  }

  /** Whether a tool was called. */
  get calls(): boolean {
    return this.#called.length > 0;
  }

  /** Closes what is open. */
  end(): string {
    return this.#advance(true) + this.#close();
  }

  #text(text: string): string {
    const opened = this.#begin("text", { type: "text", text: "" });
    return opened + this.#delta({ type: "text_delta", text });
  }

  #thinking(delta: Json): string {
    // Signature and all: the published client puts it where a thought without one would lack it.
    const opened = this.#begin("thinking", { type: "thinking", thinking: "", signature: "" });
    return opened + this.#delta(delta);
  }

  #seal({ seal, hidden }: { seal: string; hidden: boolean }): string {
    if (!hidden) {
      return this.#thinking({ type: "signature_delta", signature: seal }) + this.#close();
    }
    const before = this.end();
    return before + this.#start({ type: "redacted_thinking", data: seal }) + this.#stop();
  }

  #begin(kind: "text" | "thinking", block: Json): string {
    if (this.#open === kind) return "";
    const before = this.end();
    this.#open = kind;
    return before + this.#start(block);
  }

  #note(event: RunEvent & { type: "tool-call-delta" }): void {
    let place = this.#places.get(event.index);
    if (place === undefined) {
      place = this.#called.length;
      this.#places.set(event.index, place);
      const id = `${this.#fallbackId}_${event.index}`;
      this.#called.push({ id, name: "", text: "", written: 0 });
    }
    const call = this.#called[place];
    if (!call) return;
    if (event.id !== undefined) call.id = sealedId(event.id, event.seal);
    if (event.name !== undefined) call.name = event.name;
    call.text += event.argumentsText;
  }

  /** Writes what may be written of the calls: all of it at the `last`. */
  #advance(last: boolean): string {
    let text = "";
    for (let call = this.#called[this.#at]; call; call = this.#called[this.#at]) {
      if (this.#open !== "call") {
        if (call.name === "" && !last) return text;
        text += this.#close();
        const { id, name } = call;
        this.#open = "call";
        text += this.#start({ type: "tool_use", id, name, input: {} });
      }
      const rest = call.text.slice(call.written);
      call.written = call.text.length;
      if (rest !== "") text += this.#delta({ type: "input_json_delta", partial_json: rest });
      const next = this.#called[this.#at + 1];
      if (!last && !(next && isComplete(call.text))) return text;
      text += this.#close();
      this.#at++;
    }
    return text;
  }

  #start(content_block: Json): string {
    return this.#write("content_block_start", { index: this.#index, content_block });
  }

  #delta(delta: Json): string {
    return this.#write("content_block_delta", { index: this.#index, delta });
  }

  #stop(): string {
    return this.#write("content_block_stop", { index: this.#index++ });
  }

  #close(): string {
    if (this.#open === null) return "";
    this.#open = null;
    return this.#stop();
  }
}

function isComplete(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

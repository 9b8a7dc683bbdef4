/**
 * Reads an answer of OpenAI's chat completions as it comes, streamed or whole, from our own encoder
 * or from an upstream whose frames are passed on. Invariants:
 *
 * 1. Every character that came is in `raw`.
 * 2. A cut may fall anywhere; what has no end yet waits.
 */
import { createSseDecoder } from "../../../../portal-ui/src/lib/sse.ts";

export interface ReadError {
  code: string;
  message: string;
}

export interface Reading {
  text: string;
  reasoning: string;
  /** One line for each call: `name(arguments)`. */
  toolCalls: readonly string[];
  finish: string | null;
  /** Of a stream that had begun. */
  error: ReadError | null;
  raw: string;
}

interface Said {
  content?: string | null;
  reasoning_content?: string | null;
  /** OpenRouter's word for it. */
  reasoning?: string | null;
  refusal?: string | null;
  tool_calls?: {
    index?: number;
    function?: { name?: string | null; arguments?: string | null };
  }[];
}
interface Chunk {
  choices?: { delta?: Said; message?: Said; finish_reason?: string | null }[];
  error?: { code?: unknown; message?: unknown };
}

export class ChatReader {
  readonly #stream: boolean;
  readonly #events = createSseDecoder();
  readonly #calls: { name: string; text: string }[] = [];
  #text = "";
  #reasoning = "";
  #finish: string | null = null;
  #error: ReadError | null = null;
  #raw = "";

  constructor(stream: boolean) {
    this.#stream = stream;
  }

  push(text: string): void {
    this.#raw += text;
    if (this.#stream) this.#decode(text);
  }

  /** The body has ended. */
  end(): void {
    if (this.#stream) this.#decode("\n\n");
    else this.#take(this.#raw);
  }

  get reading(): Reading {
    return {
      text: this.#text,
      reasoning: this.#reasoning,
      toolCalls: this.#calls.map(({ name, text }) => `${name}(${text})`),
      finish: this.#finish,
      error: this.#error,
      raw: this.#raw,
    };
  }

  #decode(text: string): void {
    for (const { data } of this.#events.push(text)) this.#take(data);
  }

  #take(json: string): void {
    if (json === "" || json === "[DONE]") return;
    const chunk = chunkOf(json);
    if (chunk?.error) {
      const { code, message } = chunk.error;
      this.#error = { code: String(code ?? "unavailable"), message: String(message ?? "") };
    }
    for (const choice of chunk?.choices ?? []) {
      this.#say(choice.delta ?? choice.message ?? {});
      this.#finish = choice.finish_reason ?? this.#finish;
    }
  }

  #say(said: Said): void {
    this.#text += said.content ?? said.refusal ?? "";
    this.#reasoning += said.reasoning_content ?? said.reasoning ?? "";
    for (const [at, call] of (said.tool_calls ?? []).entries()) {
      const index = call.index ?? at;
      this.#calls[index] ??= { name: "", text: "" };
      this.#calls[index].name += call.function?.name ?? "";
      this.#calls[index].text += call.function?.arguments ?? "";
    }
  }
}

function chunkOf(json: string): Chunk | null {
  try {
    return JSON.parse(json) as Chunk;
  } catch {
    // Not ours to judge: it stays in `raw`, where it is seen as it came.
    return null;
  }
}

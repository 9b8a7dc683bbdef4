/** `POST /v1/chat/completions`: a run's events as chunks, or as one answer. */
import type { ErrorEnvelope } from "../contract/errors.ts";
import { microToText } from "../core/credits.ts";
import type { FinishReason, RunEvent, ToolCall, Usage } from "../core/run.ts";
import { sealedId } from "./sealed-ids.ts";
import type { Ending, RunPiece, StreamWriter, WholeWriter } from "./step.ts";

/** What all chunks of an answer say alike. */
interface Head {
  /** `chatcmpl-…` */
  id: string;
  /** Seconds since 1970. */
  created: number;
  /** The name the client asked for. */
  model: string;
}

export interface ChatEncoding extends Head {
  includeUsage: boolean;
}

const DONE = "data: [DONE]\n\n";
const FINISH = /"finish_reason"\s*:\s*"/;

export function usageObject(usage: Usage): Record<string, unknown> {
  const sound = (count: number | undefined) => (count === undefined ? {} : { audio_tokens: count });
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInput,
      cache_write_tokens: usage.cacheWrite,
      ...sound(usage.audioInput),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      ...sound(usage.audioOutput),
    },
  };
}

/** Writes a stream of chunks. One per answer. */
export class ChatStreamEncoder implements StreamWriter {
  readonly #includeUsage: boolean;
  #head: Head;
  #begun = false;
  /** In passing: the upstream has said how its answer ended. */
  #finished = false;

  constructor({ includeUsage, ...head }: ChatEncoding) {
    this.#includeUsage = includeUsage;
    this.#head = head;
  }

  /** Chunks made from events: for every upstream that does not speak this protocol itself. */
  encode(piece: RunPiece): string {
    let text = "";
    for (const event of piece.events) text += this.#chunkOf(event);
    return text;
  }

  /**
   * Frames of an upstream that speaks this protocol, as they are: whatever it says that we do
   * not know reaches the client too. Its usage and end are held back; ours follow.
   */
  pass(piece: RunPiece): string {
    let text = "";
    for (const frame of piece.frames) {
      if (frame.data === "[DONE]" || isUsageChunk(frame.data)) continue;
      this.#finished ||= FINISH.test(frame.data);
      // Chunks of ours among the upstream's are chunks of the same answer.
      if (!this.#begun) this.#head = headOf(frame.data, this.#head);
      this.#begun = true;
      text += `data: ${frame.data}\n\n`;
    }
    // Where we have cut the answer off, the upstream has not said how it ended.
    const end = this.#finished ? undefined : piece.events.find(({ type }) => type === "run-end");
    return end ? text + this.#chunkOf(end) : text;
  }

  /** What stands after the last content. */
  end(ending: Ending): string {
    if (!this.#includeUsage) return DONE;
    const usage = { ...usageObject(ending.usage), credits: microToText(ending.costMicro) };
    return `${this.#line({ choices: [], usage })}${DONE}`;
  }

  keepAlive(): string {
    return ": keep-alive\n\n";
  }

  #chunkOf(event: RunEvent): string {
    switch (event.type) {
      case "text-delta":
        return this.#delta({ content: event.text });
      case "reasoning-delta":
        return this.#delta({ reasoning_content: event.text });
      case "text-replace":
        // The protocol cannot take back what was sent; the replacement follows as text.
        return this.#delta({ content: `\n\n${event.text}` });
      case "tool-call-delta":
        return this.#delta({
          tool_calls: [
            {
              index: event.index,
              ...(event.id === undefined
                ? {}
                : { id: sealedId(event.id, event.seal), type: "function" }),
              function: {
                ...(event.name === undefined ? {} : { name: event.name }),
                arguments: event.argumentsText,
              },
            },
          ],
        });
      case "file":
        return this.#delta({ content: fileText(event) });
      case "run-end":
        return this.#line({ choices: [{ index: 0, delta: {}, finish_reason: event.finish }] });
      default:
        return "";
    }
  }

  #delta(delta: Record<string, unknown>): string {
    const first = !this.#begun;
    this.#begun = true;
    return this.#line({
      choices: [
        { index: 0, delta: first ? { role: "assistant", ...delta } : delta, finish_reason: null },
      ],
    });
  }

  #line(part: Record<string, unknown>): string {
    const { id, created, model } = this.#head;
    return `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created, model, ...part })}\n\n`;
  }
}

/** As the upstream's chunk says it, ours where it does not. */
function headOf(data: string, ours: Head): Head {
  try {
    const chunk = JSON.parse(data) as Partial<Record<keyof Head, unknown>> | null;
    const { id, created, model } = chunk ?? {};
    return {
      id: typeof id === "string" ? id : ours.id,
      created: typeof created === "number" ? created : ours.created,
      model: typeof model === "string" ? model : ours.model,
    };
  } catch {
    // Passed on as it is; what reads it decides.
    return ours;
  }
}

/** A failure in a stream that has begun. */
export function streamError(envelope: ErrorEnvelope): string {
  return `data: ${JSON.stringify(envelope)}\n\n${DONE}`;
}

/** A file in the middle of a text, as Markdown. */
export function fileText(file: { url: string; mime: string; name: string }): string {
  return file.mime.startsWith("image/")
    ? `![${file.name}](${file.url})`
    : `[${file.name}](${file.url})`;
}

/** The chunk that carries usage and nothing else; the cheap test spares parsing all others. */
function isUsageChunk(data: string): boolean {
  if (!data.includes('"usage"') || !/"choices"\s*:\s*\[\s*\]/.test(data)) return false;
  try {
    const chunk = JSON.parse(data) as { choices?: unknown[]; usage?: unknown };
    return chunk.usage != null && chunk.choices?.length === 0;
  } catch {
    return false;
  }
}

/** A chunk has deltas; the cheap test spares parsing those. */
function isWholeAnswer({ data }: { data: string }): boolean {
  if (!/"message"\s*:/.test(data)) return false;
  try {
    const body = JSON.parse(data) as { choices?: ({ message?: unknown } | null)[] };
    return body.choices?.[0]?.message != null;
  } catch {
    return false;
  }
}

/** Gathers a whole answer, for clients that want no stream. */
export class ChatCollector implements WholeWriter {
  readonly #encoding: ChatEncoding;
  #content = "";
  #reasoning = "";
  #finish: FinishReason = "stop";
  readonly #calls: ToolCall[] = [];
  #native: string | null = null;

  constructor(encoding: ChatEncoding) {
    this.#encoding = encoding;
  }

  /**
   * `native`: the upstream speaks this very protocol; its answer is kept where it came as one JSON
   * body, and put together where the upstream would only stream.
   */
  take(piece: RunPiece, native: boolean): void {
    if (native) this.#native ??= piece.frames.find(isWholeAnswer)?.data ?? null;
    for (const event of piece.events) this.#event(event);
  }

  #event(event: RunEvent): void {
    switch (event.type) {
      case "text-delta":
        this.#content += event.text;
        break;
      case "reasoning-delta":
        this.#reasoning += event.text;
        break;
      case "text-replace":
        this.#content = event.text;
        break;
      case "file":
        this.#content += fileText(event);
        break;
      case "tool-call-delta": {
        const call = this.#calls[event.index] ?? { id: "", name: "", argumentsText: "" };
        this.#calls[event.index] = call;
        if (event.id !== undefined) call.id = event.id;
        if (event.name !== undefined) call.name = event.name;
        call.argumentsText += event.argumentsText;
        if (event.seal !== undefined) call.seal = event.seal;
        break;
      }
      case "run-end":
        this.#finish = event.finish;
        break;
      default:
        break;
    }
  }

  /** The JSON text of the answer. */
  answer(ending: Ending): string {
    const usage = { ...usageObject(ending.usage), credits: microToText(ending.costMicro) };
    if (this.#native !== null) {
      const body = JSON.parse(this.#native) as Record<string, unknown>;
      const native = (body.usage ?? {}) as Record<string, unknown>;
      return JSON.stringify({ ...body, usage: { ...usage, ...native, credits: usage.credits } });
    }
    const calls = this.#calls.filter((call) => call !== undefined);
    const message = {
      role: "assistant",
      content: this.#content === "" && calls.length > 0 ? null : this.#content,
      refusal: null,
      ...(this.#reasoning === "" ? {} : { reasoning_content: this.#reasoning }),
      ...(calls.length === 0
        ? {}
        : {
            tool_calls: calls.map((call) => ({
              id: sealedId(call.id, call.seal),
              type: "function",
              function: { name: call.name, arguments: call.argumentsText },
            })),
          }),
    };
    const { id, created, model } = this.#encoding;
    return JSON.stringify({
      id,
      object: "chat.completion",
      created,
      model,
      choices: [{ index: 0, message, logprobs: null, finish_reason: this.#finish }],
      usage,
    });
  }
}

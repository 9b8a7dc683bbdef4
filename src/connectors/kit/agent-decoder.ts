/**
 * What the decoders of agent platforms have in common. Invariants:
 *
 * 1. Exactly one terminal event, after which every frame is ignored.
 * 2. The conversation and each source are told once, however often frames repeat them.
 * 3. A close of the connection is `truncated`, unless the platform's `closed` says otherwise.
 */
import type { FinishReason, RunEvent, UpstreamError, Usage } from "../../core/run.ts";
import { weighText } from "../../core/tokens.ts";
import type { Decoder, Frame } from "../connector.ts";
import { upstreamError } from "./http-errors.ts";
import { asObject, entryOf, type Json, parseJson } from "./json.ts";
import type { SourceSeen } from "./openai/sources.ts";

export abstract class AgentDecoder implements Decoder {
  #events: RunEvent[] = [];
  #ended = false;
  #conversation: string | null = null;
  #answered = false;
  #outputQuarters = 0;
  readonly #sources = new Set<string>();

  /** Reads one frame that is a JSON object. */
  protected abstract payload(payload: Json, event: string | undefined): void;

  push(frame: Frame): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    this.frame(frame);
    return this.#events;
  }

  end(): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    this.closed();
    return this.#events;
  }

  /** `[DONE]` marks an end, whoever sends it; all else is a JSON object. */
  protected frame({ data, event }: Frame): void {
    if (data === "[DONE]" || data === '"[DONE]"') {
      this.closed();
      return;
    }
    const payload = asObject(parseJson(data));
    if (payload) {
      this.payload(payload, event);
    } else if (data.includes("\n")) {
      // Events that no empty line parted came as one.
      for (const line of data.split("\n"))
        this.frame(event === undefined ? { data: line } : { data: line, event });
    } else {
      this.violation("a frame of the answer is no JSON object");
    }
  }

  protected closed(): void {
    this.fail(upstreamError("truncated", "the stream ended before the answer did"));
  }

  /** Whether any of the answer's text was told. */
  protected get answered(): boolean {
    return this.#answered;
  }

  protected tell(event: RunEvent): void {
    if (!this.#ended) this.#events.push(event);
  }

  protected text(text: string | null): void {
    if (!text) return;
    this.#answered = true;
    this.#outputQuarters += weighText(text);
    this.tell({ type: "text-delta", text });
  }

  protected reasoning(text: string | null): void {
    if (!text) return;
    this.#outputQuarters += weighText(text);
    this.tell({ type: "reasoning-delta", text });
  }

  protected status(label: string | null, state: "running" | "done" | "failed"): void {
    if (label !== null) this.tell({ type: "status", label, state });
  }

  protected suggest(text: string | null): void {
    if (text !== null) this.tell({ type: "suggestion", text });
  }

  /** `messageId`: the platform's name of this answer. */
  protected conversation(id: string | null, messageId: string | null = null): void {
    if (id === null || id === this.#conversation) return;
    if (this.#conversation === null && messageId !== null) {
      this.tell({ type: "run-start", upstreamId: messageId });
    }
    this.#conversation = id;
    this.tell({ type: "conversation", upstreamConversation: id });
  }

  protected cite(source: SourceSeen): void {
    const key = JSON.stringify(source);
    if (this.#sources.has(key)) return;
    this.#sources.add(key);
    this.tell({ type: "source-cite", index: this.#sources.size, ...source });
  }

  /**
   * Addresses without a host (of a server that does not know its own) lead nowhere from outside.
   * Of `image/*` the kind is read from the name.
   */
  protected file(url: string | null, mime: string, name?: string): void {
    if (url === null || !/^https?:\/\//.test(url)) return;
    const last = URL.parse(url)?.pathname.split("/").at(-1) || "file";
    const kind = mime === "image/*" ? imageMime(last) : mime;
    this.tell({ type: "file", url, mime: kind, name: name ?? last });
  }

  /** Tokens of the whole answer so far. */
  protected usage(input: number, output: number, more: Partial<Usage> = {}): void {
    if (input + output === 0) return;
    const usage = { input, output, cachedInput: 0, cacheWrite: 0, reasoning: 0, ...more };
    this.tell({ type: "usage", usage });
  }

  /** Of a platform that counts both sides in one: what was written is weighed, the rest was read. */
  protected usageInAll(tokens: number): void {
    const output = Math.min(tokens, Math.ceil(this.#outputQuarters / 4));
    this.usage(tokens - output, output);
  }

  protected finish(finish: FinishReason = "stop"): void {
    this.tell({ type: "run-end", finish });
    this.#ended = true;
  }

  protected fail(error: UpstreamError): void {
    this.tell({ type: "run-error", error });
    this.#ended = true;
  }

  protected violation(detail: string): void {
    this.fail(upstreamError("protocol_violation", detail));
  }
}

const IMAGES: Record<string, string> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

const imageMime = (name: string): string =>
  entryOf(IMAGES, name.split(".").at(-1)?.toLowerCase() ?? null) ?? "image/png";

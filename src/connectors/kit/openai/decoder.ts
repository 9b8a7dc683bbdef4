/**
 * Answers of the OpenAI family as run events: chunks of a stream, and whole JSON answers.
 * Invariants:
 *
 * 1. Exactly one terminal event, after which every frame is ignored.
 * 2. A stream is complete at `[DONE]`, or at the end of the connection when a finish reason was
 *    seen; otherwise it is truncated.
 * 3. Usage may come on any chunk, and more than once: a later report replaces an earlier one. What
 *    an app's models used is summed up only where the app reports no whole.
 * 4. A source is told once, however often chunks repeat it.
 */
import type { FinishReason, RunEvent, UpstreamError } from "../../../core/run.ts";
import type { Decoder, Frame } from "../../connector.ts";
import { upstreamError } from "../http-errors.ts";
import { asArray, asCount, asObject, asText, entryOf, type Json, parseJson } from "../json.ts";
import { type ErrorCodes, errorInPayload } from "./errors.ts";
import { type SourceSeen, sourcesBeside, sourcesOfNotes } from "./sources.ts";
import { type Split, ThinkSplitter } from "./thinking.ts";
import { normaliseUsage, sumOfModels } from "./usage.ts";

export interface DecoderHabits {
  codes: ErrorCodes;
  /** See `normaliseUsage`. */
  reasoningExcluded: boolean;
  /** Whether a reasoning delta may be sent twice in a row (xAI). */
  reasoningRepeats: boolean;
  /** Whether thoughts may stand in the answer itself, as `<think>…</think>` in front of it. */
  inlineThinking: boolean;
}

export const PLAIN_HABITS: DecoderHabits = {
  codes: {},
  reasoningExcluded: false,
  reasoningRepeats: false,
  inlineThinking: false,
};

const FINISHES: Record<string, FinishReason> = {
  stop: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  model_context_window_exceeded: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
  // Zhipu's word for it.
  sensitive: "content_filter",
};

/** Finishes that are failures. */
const BREAKS: Record<string, UpstreamError> = {
  error: upstreamError("unavailable", "the platform broke off the answer"),
  network_error: upstreamError("unavailable", "the platform lost its connection to the model"),
  insufficient_system_resource: upstreamError("overloaded", "the platform ran out of resources"),
};

export class OpenAiDecoder implements Decoder {
  readonly #habits: DecoderHabits;
  #started = false;
  #ended = false;
  /** Something came that is no chunk of an answer. */
  #strange = false;
  /** A choice with a delta or a message came. */
  #answered = false;
  #finish: FinishReason | null = null;
  #lastReasoning = "";
  /** Usage of the whole was reported. */
  #counted = false;
  readonly #sources = new Set<string>();
  /** By the choice's index. */
  readonly #splitters = new Map<unknown, ThinkSplitter>();
  #events: RunEvent[] = [];

  constructor(habits: DecoderHabits = PLAIN_HABITS) {
    this.#habits = habits;
  }

  push(frame: Frame): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
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
    else if (this.#strange && !this.#answered) this.#violation("the answer holds no message");
    else this.#break(upstreamError("truncated", "the stream ended before the answer did"));
    return this.#events;
  }

  #payload(payload: Json, eventName: string | undefined): void {
    const { codes, reasoningExcluded } = this.#habits;
    // Moonshot puts it into the last choice.
    const reported = payload.usage ?? asObject(asArray(payload.choices)[0])?.usage;
    const whole = normaliseUsage(reported, reasoningExcluded);
    if (whole) this.#counted = true;
    const usage = whole ?? (this.#counted ? null : sumOfModels(payload.bot_usage));
    if (usage) this.#events.push({ type: "usage", usage });
    // A chunk without choices, an error in a 200 and a broken stream may look alike.
    const error =
      errorInPayload(payload, codes) ??
      (eventName === "error" ? upstreamError("unavailable", JSON.stringify(payload)) : null);
    if (error) this.#break(error);
    else this.#chunk(payload);
  }

  #chunk(payload: Json): void {
    // Azure's first chunk has an empty id and no choice.
    if (typeof payload.id !== "string" || !Array.isArray(payload.choices)) this.#strange = true;
    const id = asText(payload.id);
    if (!this.#started && id !== null) {
      this.#started = true;
      this.#events.push({ type: "run-start", upstreamId: id });
    }
    this.#cite(sourcesBeside(payload));
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
      this.#reasoning(reasoningOf(part));
      this.#content(part.content, choice.index);
      this.#text(asText(part.refusal));
      // Sound is for clients of this protocol, who get it as it came; others read what is said.
      this.#text(asText(asObject(part.audio)?.transcript));
      for (const [at, call] of asArray(part.tool_calls).entries()) this.#toolCall(call, at);
      if (part.function_call) this.#toolCall({ function: part.function_call }, 0);
      for (const image of asArray(part.images)) this.#image(asObject(image));
      this.#cite(sourcesOfNotes(part.annotations));
    }
    const error =
      asObject(choice.error) && errorInPayload({ error: choice.error }, this.#habits.codes);
    if (error) this.#break(error);
    else this.#finished(asText(choice.finish_reason));
    return message !== null;
  }

  #finished(reason: string | null): void {
    if (reason === null) return;
    const broken = entryOf(BREAKS, reason);
    if (broken) this.#break(broken);
    else this.#finish = entryOf(FINISHES, reason) ?? "stop";
  }

  #content(content: unknown, choice: unknown): void {
    // Some look-alikes answer in parts.
    const text =
      typeof content === "string"
        ? content
        : asArray(content)
            .map((part) => asText(asObject(part)?.text) ?? "")
            .join("");
    if (text === "" || !this.#habits.inlineThinking) {
      this.#text(text);
      return;
    }
    const splitter = this.#splitters.get(choice) ?? new ThinkSplitter();
    this.#splitters.set(choice, splitter);
    this.#split(splitter.feed(text));
  }

  #split({ reasoning, text }: Split): void {
    if (reasoning) this.#events.push({ type: "reasoning-delta", text: reasoning });
    this.#text(text);
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

  #cite(seen: readonly SourceSeen[]): void {
    for (const source of seen) {
      const key = JSON.stringify([source.url, source.url === null ? source : null]);
      if (this.#sources.has(key)) continue;
      this.#sources.add(key);
      this.#events.push({ type: "source-cite", index: this.#sources.size, ...source });
    }
  }

  #close(): void {
    if (this.#ended) return;
    if (this.#answered || this.#finish) {
      for (const splitter of this.#splitters.values()) this.#split(splitter.flush());
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

/** Under either name; OpenRouter's details say the same again, and alone where a model has only those. */
function reasoningOf(part: Json): string | null {
  const plain = asText(part.reasoning_content) ?? asText(part.reasoning);
  if (plain !== null) return plain;
  const details = asArray(part.reasoning_details).map((entry) => {
    const detail = asObject(entry);
    return asText(detail?.text) ?? asText(detail?.summary) ?? "";
  });
  return asText(details.join(""));
}

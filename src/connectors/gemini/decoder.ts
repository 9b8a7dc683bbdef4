/**
 * Answers of Gemini as run events: chunks of a stream, whole answers, lists of chunks. Invariants:
 *
 * 1. Exactly one terminal event: an error at once, everything else when the connection ends, for
 *    usage may still follow the chunk that finishes the answer.
 * 2. An answer is complete when a finish reason came, or the reason why the prompt was blocked;
 *    otherwise it is truncated. There is no `[DONE]`.
 * 3. Usage is cumulative and stands in every chunk: the last one counts.
 */
import type { FinishReason, RunEvent, UpstreamError, Usage } from "../../core/run.ts";
import type { Decoder, Frame } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { errorInPayload } from "./errors.ts";

const CUT_OFF = new Set(["MAX_TOKENS", "CONTINUATION"]);
const WITHHELD = /SAFETY|RECITATION|BLOCKLIST|PROHIBITED_CONTENT|SPII|LANGUAGE/;
/** The model wrote a call that nobody can make. */
const MISCALLED = /^(MALFORMED_|UNEXPECTED_TOOL_CALL|TOO_MANY_TOOL_CALLS|MISSING_THOUGHT)/;

export class GeminiDecoder implements Decoder {
  #events: RunEvent[] = [];
  #ended = false;
  #started = false;
  /** Anything came at all. */
  #heard = false;
  /** A candidate came. */
  #answered = false;
  #shown = false;
  #calls = 0;
  #answerId: string;
  #finish: FinishReason | null = null;

  /** `turns`: how many messages came before, which tells this answer from others without an id. */
  constructor(turns: number) {
    this.#answerId = `turn${turns}`;
  }

  push(frame: Frame): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    this.#heard = true;
    const body = parseJson(frame.data);
    // Where `alt=sse` was ignored the chunks come as one list.
    for (const one of Array.isArray(body) ? body : [body]) {
      const payload = asObject(one);
      if (payload) this.#payload(payload);
      else this.#violation("a frame of the answer is no JSON object");
    }
    return this.#events;
  }

  end(): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    if (this.#finish) {
      this.#ended = true;
      this.#events.push({ type: "run-end", finish: this.#finish });
    } else if (this.#heard && !this.#answered) {
      this.#violation("the answer holds no candidate");
    } else {
      this.#break(upstreamError("truncated", "the stream ended before the answer did"));
    }
    return this.#events;
  }

  #payload(payload: Json): void {
    if (this.#ended) return;
    const usage = usageOf(payload.usageMetadata);
    if (usage) this.#events.push({ type: "usage", usage });
    const error = errorInPayload(payload, null);
    if (error) {
      this.#break(error);
      return;
    }
    this.#start(asText(payload.responseId));
    if (asText(asObject(payload.promptFeedback)?.blockReason) !== null) {
      this.#finish = "content_filter";
    }
    const candidate = asObject(asArray(payload.candidates)[0]);
    if (candidate && !this.#finish) this.#candidate(candidate);
  }

  #start(id: string | null): void {
    if (this.#started || id === null) return;
    this.#started = true;
    this.#answerId = id;
    this.#events.push({ type: "run-start", upstreamId: id });
  }

  #candidate(candidate: Json): void {
    this.#answered = true;
    for (const part of asArray(asObject(candidate.content)?.parts)) {
      const known = asObject(part);
      if (known) this.#part(known);
    }
    const reason = asText(candidate.finishReason);
    if (reason !== null) this.#finished(reason, asText(candidate.finishMessage));
  }

  #part(part: Json): void {
    const text = asText(part.text);
    const call = asObject(part.functionCall);
    const inline = asObject(part.inlineData);
    if (call) this.#call(call, asText(part.thoughtSignature));
    else if (inline) this.#file(inline);
    else if (text !== null) this.#text(text, part.thought === true);
  }

  #text(text: string, thought: boolean): void {
    if (thought) {
      this.#events.push({ type: "reasoning-delta", text });
    } else {
      this.#shown = true;
      this.#events.push({ type: "text-delta", text });
    }
  }

  /** Calls come whole, from older models without an id. */
  #call(call: Json, seal: string | null): void {
    const name = asText(call.name);
    if (name === null) {
      this.#violation("a call names no function");
      return;
    }
    const index = this.#calls++;
    this.#events.push({
      type: "tool-call-delta",
      index,
      id: asText(call.id) ?? `call_${this.#answerId}_${index}`,
      name,
      argumentsText: JSON.stringify(asObject(call.args) ?? {}),
      ...(seal === null ? {} : { seal }),
    });
  }

  #file(inline: Json): void {
    const mime = asText(inline.mimeType);
    const data = asText(inline.data);
    if (mime === null || data === null) return;
    this.#shown = true;
    const name = mime.startsWith("image/") ? "image" : "file";
    this.#events.push({ type: "file", url: `data:${mime};base64,${data}`, mime, name });
  }

  #finished(reason: string, message: string | null): void {
    if (MISCALLED.test(reason)) this.#violation(message ?? `the model stopped: ${reason}`);
    else if (CUT_OFF.has(reason)) this.#finish = "length";
    else if (WITHHELD.test(reason)) this.#finish = "content_filter";
    else if (this.#calls > 0) this.#finish = "tool_calls";
    else if (reason === "STOP" || this.#shown) this.#finish = "stop";
    else this.#break(upstreamError("unavailable", message ?? `no answer: ${reason}`));
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

/** Candidates are counted without thoughts, the prompt without what tools of Google's brought in. */
export function usageOf(reported: unknown): Usage | null {
  const usage = asObject(reported);
  if (!usage) return null;
  const input = asCount(usage.promptTokenCount) + asCount(usage.toolUsePromptTokenCount);
  const reasoning = asCount(usage.thoughtsTokenCount);
  const counted = asCount(usage.candidatesTokenCount) + reasoning;
  // Chunks in the middle state the total only.
  const output = Math.max(counted, asCount(usage.totalTokenCount) - input);
  if (input + output === 0) return null;
  const cachedInput = Math.min(asCount(usage.cachedContentTokenCount), input);
  const sound = soundIn(usage.promptTokensDetails) - soundIn(usage.cacheTokensDetails);
  const audioInput = Math.min(sound, input - cachedInput);
  const audioOutput = Math.min(soundIn(usage.candidatesTokensDetails), output - reasoning);
  return {
    input,
    output,
    cachedInput,
    cacheWrite: 0,
    reasoning,
    ...(audioInput > 0 ? { audioInput } : {}),
    ...(audioOutput > 0 ? { audioOutput } : {}),
  };
}

const soundIn = (details: unknown): number =>
  asArray(details)
    .map((entry) => asObject(entry) ?? {})
    .filter(({ modality }) => modality === "AUDIO")
    .reduce((sum, { tokenCount }) => sum + asCount(tokenCount), 0);

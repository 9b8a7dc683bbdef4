/** `POST /audio/speech` of the OpenAI family: the sound itself, or events that carry it. */
import type { MediaEvent, SpeechInput } from "../../../core/media.ts";
import type { UpstreamError } from "../../../core/run.ts";
import type { Frame, TaskReader } from "../../connector.ts";
import { upstreamError } from "../http-errors.ts";
import { asObject, asText, type Json, parseJson } from "../json.ts";
import { type ErrorCodes, errorInPayload } from "./errors.ts";
import { nativeEvent, type TaskCall, tokensOnly } from "./task-call.ts";

export interface SpeechHabits {
  /** Whether the sound can be had as events, which tell the usage at their end. */
  streams?: boolean;
}

export function speechCall(model: string, input: SpeechInput, habits: SpeechHabits): TaskCall {
  const body: Json = { ...input.raw, model, input: input.text, response_format: input.format };
  const asEvents = input.stream && habits.streams === true;
  if (asEvents) body.stream_format = "sse";
  else delete body.stream_format;
  return {
    path: "/audio/speech",
    content: { json: body },
    framing: asEvents ? "sse" : "bytes",
  };
}

export class SpeechReader implements TaskReader<null> {
  readonly #codes: ErrorCodes;
  #sounded = false;
  #ended = false;

  constructor(codes: ErrorCodes) {
    this.#codes = codes;
  }

  push(frame: Frame): MediaEvent<null>[] {
    if (this.#ended) return [];
    if (frame.bytes) {
      this.#sounded ||= frame.bytes.byteLength > 0;
      return [{ type: "bytes", bytes: frame.bytes }];
    }
    if (frame.data === "[DONE]") return this.end();
    const payload = asObject(parseJson(frame.data));
    const error = payload && errorInPayload(payload, this.#codes);
    if (error) return this.#fail(error);
    const type = asText(payload?.type);
    if (!payload || !type?.startsWith("speech.audio.")) {
      return this.#fail(upstreamError("protocol_violation", "the answer is no sound"));
    }
    const native = nativeEvent(frame);
    if (type !== "speech.audio.done") return [native];
    this.#ended = true;
    const usage = tokensOnly(payload.usage);
    return [native, ...(usage ? [{ type: "usage", usage } as const] : []), DONE];
  }

  /** Sound ends with the connection; whether it broke off before is seen below, by its length. */
  end(): MediaEvent<null>[] {
    if (this.#ended) return [];
    if (!this.#sounded) return this.#fail(upstreamError("truncated", "the answer holds no sound"));
    this.#ended = true;
    return [DONE];
  }

  #fail(error: UpstreamError): MediaEvent<null>[] {
    this.#ended = true;
    return [{ type: "failed", error }];
  }
}

const DONE = { type: "done", value: null } as const;

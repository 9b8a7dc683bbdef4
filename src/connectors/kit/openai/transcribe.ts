/** `POST /audio/transcriptions` and `/audio/translations` of the OpenAI family. */
import type {
  FormField,
  MediaEvent,
  MediaUsage,
  TranscribeInput,
  Transcript,
  TranscriptFormat,
} from "../../../core/media.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { UpstreamError } from "../../../core/run.ts";
import type { Frame, TaskReader } from "../../connector.ts";
import { upstreamError } from "../http-errors.ts";
import { asObject, asText, type Json, parseJson } from "../json.ts";
import { eventsOf, type WholeAnswer } from "../whole.ts";
import { type ErrorCodes, errorInPayload } from "./errors.ts";
import { nativeEvent, type TaskCall, taskTokens } from "./task-call.ts";

export interface TranscribeHabits {
  /** Besides JSON. */
  formats?: readonly TranscriptFormat[];
  /** Whether it translates into English as well. */
  translates?: boolean;
  streams?: boolean;
}

export function transcribeCall(
  model: string,
  input: TranscribeInput,
  habits: TranscribeHabits,
): Result<TaskCall, UpstreamError> {
  // Plain text comes without usage, and is a part of the JSON.
  const format = input.format === "text" ? "json" : input.format;
  const refused = (what: string) =>
    fail(upstreamError("rejected", `This platform does not ${what}.`));
  if (format !== "json" && !habits.formats?.includes(format)) {
    return refused(`answer in the format ${format}`);
  }
  if (input.translate && !habits.translates) return refused("translate");
  const streams = input.stream && habits.streams === true;
  const form: FormField[] = [
    { name: "file", value: input.file },
    { name: "model", value: model },
    ...rawParts(input),
    { name: "response_format", value: format },
    ...(streams ? [{ name: "stream", value: "true" }] : []),
  ];
  const path = input.translate ? "/audio/translations" : "/audio/transcriptions";
  return ok({ path, content: { form }, framing: streams ? "sse" : "json" });
}

const OURS = new Set(["file", "model", "response_format", "stream"]);

/** A field that came several times is sent several times. */
function rawParts({ raw }: TranscribeInput): FormField[] {
  return Object.entries(raw).flatMap(([name, value]) =>
    OURS.has(name) ? [] : [value].flat().map((one) => ({ name, value: String(one) })),
  );
}

export class TranscriptReader implements TaskReader<Transcript> {
  readonly #codes: ErrorCodes;
  #ended = false;

  constructor(codes: ErrorCodes) {
    this.#codes = codes;
  }

  push(frame: Frame): MediaEvent<Transcript>[] {
    if (this.#ended) return [];
    const payload = asObject(parseJson(frame.data));
    const type = asText(payload?.type);
    if (payload && type?.startsWith("transcript.")) return this.#event(frame, payload, type);
    this.#ended = true;
    const read = readTranscript(frame.data, payload, this.#codes);
    return read.ok ? eventsOf(read.value) : [{ type: "failed", error: read.error }];
  }

  end(): MediaEvent<Transcript>[] {
    if (this.#ended) return [];
    this.#ended = true;
    const error = upstreamError("truncated", "the answer ended before the transcript did");
    return [{ type: "failed", error }];
  }

  #event(frame: Frame, payload: Json, type: string): MediaEvent<Transcript>[] {
    const native = nativeEvent(frame);
    if (type !== "transcript.text.done") return [native];
    this.#ended = true;
    const value = { text: asText(payload.text) ?? "", native: frame.data };
    return [native, ...eventsOf({ value, usage: usageOf(payload) })];
  }
}

function readTranscript(
  text: string,
  payload: Json | null,
  codes: ErrorCodes,
): Result<WholeAnswer<Transcript>, UpstreamError> {
  if (!payload) return readSubtitles(text);
  const error = errorInPayload(payload, codes);
  if (error) return fail(error);
  if (typeof payload.text !== "string") {
    return fail(upstreamError("protocol_violation", "the answer holds no text"));
  }
  return ok({ value: { text: payload.text, native: text }, usage: usageOf(payload) });
}

/** The sound is taken to end with its last line: nothing else tells how long it was. */
function readSubtitles(text: string): Result<WholeAnswer<Transcript>, UpstreamError> {
  const ends = [...text.matchAll(/--> *(?:(\d+):)?(\d+):(\d+)[.,](\d+)/g)].map(
    ([, hours = "0", minutes, seconds, fraction]) =>
      Number(hours) * 3600 + Number(minutes) * 60 + Number(`${seconds}.${fraction}`),
  );
  if (ends.length === 0 && !text.startsWith("WEBVTT")) {
    return fail(upstreamError("protocol_violation", "the answer is no transcript"));
  }
  const seconds = Math.max(0, ...ends);
  return ok({ value: { text, native: text }, usage: { tokens: null, images: null, seconds } });
}

/** Tokens or seconds, whichever the model is paid by. */
function usageOf(payload: Json): MediaUsage | null {
  const usage = asObject(payload.usage);
  // A number, or one written as text.
  const stated = usage?.seconds ?? payload.duration;
  const seconds = stated === undefined || stated === null ? Number.NaN : Number(stated);
  const tokens = taskTokens(usage);
  if (!tokens && !(seconds >= 0)) return null;
  return { tokens, images: null, seconds: seconds >= 0 ? seconds : null };
}

/** `POST /v1/audio/speech`, `/v1/audio/transcriptions` and `/v1/audio/translations`. */
import * as z from "zod";
import type { Failure } from "../core/failure.ts";
import {
  type FormField,
  type MediaFile,
  type SpeechInput,
  TRANSCRIPT_FORMATS,
  type TranscribeInput,
  type Transcript,
  type TranscriptFormat,
} from "../core/media.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Usage } from "../core/run.ts";
import { filesOf, textsOf } from "./form-fields.ts";
import type { Decoded } from "./openai-media-embeddings.ts";
import { readAs, wrong } from "./read-as.ts";

const TEXT_LENGTH_MAX = 100_000;

/** What each format is sent as. */
const SOUNDS = {
  mp3: "audio/mpeg",
  opus: "audio/opus",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
  pcm: "audio/pcm",
} as const;
const FORMATS = Object.keys(SOUNDS) as (keyof typeof SOUNDS)[];

const speechSchema = z.looseObject({
  model: z.string().min(1),
  input: z.string().min(1).max(TEXT_LENGTH_MAX),
  voice: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
  response_format: z.enum(FORMATS).nullish(),
  stream_format: z.enum(["audio", "sse"]).nullish(),
});

export function decodeSpeech(
  body: unknown,
  endUser: string,
): Result<Decoded<SpeechInput>, Failure> {
  const read = readAs(speechSchema, body);
  if (!read.ok) return read;
  const { model, input: text, voice, response_format: format, stream_format } = read.value;
  const input: SpeechInput = {
    text,
    voice: typeof voice === "object" ? (voice?.id ?? null) : (voice ?? null),
    format: format ?? "mp3",
    stream: stream_format === "sse",
    endUser,
    raw: body as Record<string, unknown>,
  };
  return ok({ model, input });
}

/** What the upstream says of its sound, where it does, else what was ordered. */
export function soundType(format: string, told: string | undefined): string {
  if (told?.startsWith("audio/")) return told;
  return SOUNDS[format as keyof typeof SOUNDS] ?? "application/octet-stream";
}

export function speechEvent(bytes: Uint8Array): string {
  const audio = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return JSON.stringify({ type: "speech.audio.delta", audio });
}

export function speechEnd({ input, output }: Usage): string {
  const usage = { input_tokens: input, output_tokens: output, total_tokens: input + output };
  return JSON.stringify({ type: "speech.audio.done", usage });
}

const transcribeSchema = z.looseObject({
  model: z.string().min(1),
  response_format: z.enum(TRANSCRIPT_FORMATS).optional(),
  language: z.string().max(40).optional(),
  prompt: z.string().max(100_000).optional(),
  stream: z.stringbool().optional(),
});

export function decodeTranscription(
  fields: readonly FormField[],
  endUser: string,
  translate: boolean,
): Result<Decoded<TranscribeInput>, Failure> {
  const raw = textsOf(fields);
  const read = readAs(transcribeSchema, raw);
  if (!read.ok) return read;
  const files = filesOf(fields, "file");
  if (!files.ok) return files;
  const [file, ...more] = files.value;
  if (!file) return fail(wrong("file", "a recording is needed"));
  if (more.length > 0) return fail(wrong("file", "one recording at a time"));
  if (!isSound(file)) return fail(wrong("file", `${file.mime} is no recording`));
  const { model, response_format: format, language, prompt, stream } = read.value;
  const input: TranscribeInput = {
    file,
    translate,
    language: language ?? null,
    prompt: prompt ?? null,
    format: format ?? "json",
    stream: stream ?? false,
    endUser,
    raw,
  };
  return ok({ model, input });
}

/** Video holds sound as well; a client that knows no type says so, or nothing. */
function isSound({ mime, name }: MediaFile): boolean {
  if (/^(audio|video)\//.test(mime)) return true;
  const neutral = mime === "application/octet-stream" || mime === "application/ogg";
  return neutral && !/\.(txt|json|pdf|docx?|png|jpe?g|webp|gif|zip|html?)$/i.test(name);
}

/** What a whole transcript is answered as. */
export function encodeTranscript(
  { text, native }: Transcript,
  format: TranscriptFormat,
): { type: string; body: string } {
  if (format === "text") return { type: PLAIN, body: `${text}\n` };
  if (format === "srt" || format === "vtt") return { type: PLAIN, body: native ?? text };
  return { type: "application/json", body: native ?? JSON.stringify({ text }) };
}

const PLAIN = "text/plain; charset=utf-8";

/** A stream whose upstream gave no events. */
export function transcriptEvents({ text }: Transcript): { name: string; data: string }[] {
  return [
    { type: "transcript.text.delta", delta: text },
    { type: "transcript.text.done", text },
  ].map((event) => ({ name: event.type, data: JSON.stringify(event) }));
}

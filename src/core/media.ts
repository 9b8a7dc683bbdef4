/**
 * What a client asks of a model that does not chat, and what comes back, whatever protocol either
 * side speaks. `raw` are the fields of the client's request as they were written, for an upstream
 * that speaks OpenAI's protocol too: known ones are overwritten, unknown ones pass through.
 */
import type { ImageUnits } from "./pricing.ts";
import type { UpstreamError, Usage } from "./run.ts";

export type RawFields = Readonly<Record<string, unknown>>;

export interface MediaFile {
  name: string;
  /** `audio/mpeg`; lower case, without parameters. */
  mime: string;
  bytes: Uint8Array;
}

/** A field of a form, as a client sends it and as an upstream gets it. */
export interface FormField {
  name: string;
  value: string | MediaFile;
}

interface MediaInput {
  /** Stable id of the person; never an e-mail. */
  endUser: string;
  raw: RawFields;
}

export interface EmbedInput extends MediaInput {
  /** Texts, or lists of token ids as the model counts them. */
  inputs: readonly string[] | readonly (readonly number[])[];
  dimensions: number | null;
  /** What the client wants; an upstream may answer either. */
  encoding: "float" | "base64";
}

/** Null where the client leaves it to the model. */
export interface ImageInput extends MediaInput {
  prompt: string;
  count: number;
  /** `1024x1024` */
  size: string | null;
  quality: string | null;
  answer: "url" | "base64" | null;
  /** To be edited; none where an image is made from the prompt alone. */
  images: readonly MediaFile[];
  mask: MediaFile | null;
  stream: boolean;
}

export interface SpeechInput extends MediaInput {
  text: string;
  voice: string | null;
  /** `mp3`, `wav`, … */
  format: string;
  /** Whether the client wants events in place of the sound itself. */
  stream: boolean;
}

export const TRANSCRIPT_FORMATS = [
  "json",
  "text",
  "srt",
  "vtt",
  "verbose_json",
  "diarized_json",
] as const;
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number];

export interface TranscribeInput extends MediaInput {
  file: MediaFile;
  /** Whether the text is wanted in English whatever is spoken. */
  translate: boolean;
  language: string | null;
  prompt: string | null;
  format: TranscriptFormat;
  stream: boolean;
}

export interface VideoInput extends MediaInput {
  prompt: string;
  seconds: number | null;
  /** `1280x720` */
  size: string | null;
  /** The picture that it begins with. */
  image: MediaFile | null;
}

/** A video is made while nobody waits: by a job that somebody looks at from time to time. */
export interface VideoState {
  status: "queued" | "in_progress" | "completed" | "failed";
  /** Percent; null where the platform does not say. */
  progress: number | null;
  /** Where the file lies, unless the platform hands it out itself. */
  url: string | null;
  usage: MediaUsage | null;
  /** Why it failed, in the platform's words. */
  error: string | null;
}

/** An embedding as numbers, or as little-endian 32-bit floats in base64. */
export type Vector = readonly number[] | string;

export interface Embedded {
  vectors: readonly Vector[];
}

/** Either of the two. */
export interface MadeImage {
  base64: string | null;
  url: string | null;
  /** What the model made of the prompt. */
  revisedPrompt: string | null;
}

export interface MadeImages {
  images: readonly MadeImage[];
  /** The upstream's own answer where it speaks OpenAI's protocol. */
  native: RawFields | null;
}

export interface Transcript {
  text: string;
  /** As the upstream wrote it: JSON text in OpenAI's shape, or subtitles. Null where it has neither. */
  native: string | null;
}

/** What a task has used. Null where nobody says; what follows from the request is not repeated here. */
export interface MediaUsage {
  tokens: Usage | null;
  images: readonly ImageUnits[] | null;
  seconds: number | null;
}

export const NO_MEDIA_USAGE: MediaUsage = { tokens: null, images: null, seconds: null };

/** Exactly one `done` or `failed` ends a task. */
export type MediaEvent<Value> =
  /** A piece of a file. */
  | { type: "bytes"; bytes: Uint8Array }
  /** An event of OpenAI's own stream, for a client that asked for one. */
  | { type: "native"; name: string | null; data: string }
  /** Cumulative: a later one replaces an earlier one. */
  | { type: "usage"; usage: MediaUsage }
  | { type: "done"; value: Value }
  | { type: "failed"; error: UpstreamError };

/** What a client has seen. After it there is no way back. */
export function isDelivery(event: MediaEvent<unknown>): boolean {
  return event.type === "bytes" || event.type === "native";
}

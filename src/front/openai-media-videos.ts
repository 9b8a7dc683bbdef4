/** `POST /v1/videos` and what follows: a job that a client looks at. */
import * as z from "zod";
import type { Failure } from "../core/failure.ts";
import type { FormField, VideoInput, VideoState } from "../core/media.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { textsOf } from "./form-fields.ts";
import type { Decoded } from "./openai-media-embeddings.ts";
import { pictures } from "./openai-media-images.ts";
import { readAs, wrong } from "./read-as.ts";

const PICTURE_BYTES_MAX = 20 * 1024 * 1024;

const requestSchema = z.looseObject({
  model: z.string().min(1),
  prompt: z.string().min(1).max(32_000),
  /** OpenAI's clients write it as a text. */
  seconds: z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.number().int().min(1).max(600))
    .nullish(),
  size: z
    .string()
    .regex(/^\d{2,5}x\d{2,5}$/, "such as 1280x720")
    .nullish(),
});

/** `body` is a JSON value, or the fields of a form. */
export function decodeVideo(
  body: { json: unknown } | { form: readonly FormField[] },
  endUser: string,
): Result<Decoded<VideoInput>, Failure> {
  const raw = "form" in body ? textsOf(body.form) : body.json;
  const read = readAs(requestSchema, raw);
  if (!read.ok) return read;
  const images =
    "form" in body ? pictures(body.form, "input_reference", PICTURE_BYTES_MAX) : ok([]);
  if (!images.ok) return images;
  if (images.value.length > 1) return fail(wrong("input_reference", "one picture at most"));
  const { model, prompt, seconds, size } = read.value;
  const input: VideoInput = {
    prompt,
    seconds: seconds ?? null,
    size: size ?? null,
    image: images.value[0] ?? null,
    endUser,
    raw: raw as Record<string, unknown>,
  };
  return ok({ model, input });
}

export interface ShownVideo {
  id: string;
  model: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  seconds: number | null;
  size: string | null;
}

export function videoObject(video: ShownVideo, state: VideoState): Record<string, unknown> {
  const { id, model, startedAt, seconds, size } = video;
  const done = state.status === "completed";
  return {
    id,
    object: "video",
    model,
    status: state.status,
    progress: done ? 100 : (state.progress ?? 0),
    created_at: Math.floor(startedAt / 1000),
    completed_at: null,
    expires_at: null,
    seconds: seconds === null ? null : String(seconds),
    size,
    prompt: null,
    remixed_from_video_id: null,
    error: state.error === null ? null : { code: "upstream_rejected", message: state.error },
  };
}

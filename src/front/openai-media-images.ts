/** `POST /v1/images/generations` and `/v1/images/edits`. */
import * as z from "zod";
import type { Failure } from "../core/failure.ts";
import type { FormField, ImageInput, MadeImage, MadeImages, MediaFile } from "../core/media.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Usage } from "../core/run.ts";
import { filesOf, textsOf } from "./form-fields.ts";
import type { Decoded } from "./openai-media-embeddings.ts";
import { readAs, wrong } from "./read-as.ts";

const IMAGES_MAX = 16;
const IMAGE_BYTES_MAX = 50 * 1024 * 1024;
const MASK_BYTES_MAX = 4 * 1024 * 1024;

/** Fields of a form are texts. */
const formBoolean = z.union([z.boolean(), z.stringbool()]);
const formCount = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);

const requestSchema = z.looseObject({
  model: z.string().min(1),
  prompt: z.string().min(1).max(32_000),
  n: formCount.pipe(z.number().int().min(1).max(10)).nullish(),
  size: z.string().min(1).max(40).nullish(),
  quality: z.string().min(1).max(40).nullish(),
  response_format: z.enum(["url", "b64_json"]).nullish(),
  stream: formBoolean.nullish(),
});

export function decodeGeneration(
  body: unknown,
  endUser: string,
): Result<Decoded<ImageInput>, Failure> {
  const read = readAs(requestSchema, body);
  if (!read.ok) return read;
  const { model, prompt, n, size, quality, response_format: format, stream } = read.value;
  const answers = { url: "url", b64_json: "base64" } as const;
  const input: ImageInput = {
    prompt,
    count: n ?? 1,
    size: size ?? null,
    quality: quality ?? null,
    answer: format ? answers[format] : null,
    images: [],
    mask: null,
    stream: stream ?? false,
    endUser,
    raw: body as Record<string, unknown>,
  };
  return ok({ model, input });
}

export function decodeEdit(
  fields: readonly FormField[],
  endUser: string,
): Result<Decoded<ImageInput>, Failure> {
  const decoded = decodeGeneration(textsOf(fields), endUser);
  if (!decoded.ok) return decoded;
  const images = pictures(fields, "image", IMAGE_BYTES_MAX);
  if (!images.ok) return images;
  const masks = pictures(fields, "mask", MASK_BYTES_MAX);
  if (!masks.ok) return masks;
  if (images.value.length === 0) return fail(wrong("image", "an image to edit is needed"));
  if (images.value.length > IMAGES_MAX) {
    return fail(wrong("image", `at most ${IMAGES_MAX} images can be edited at once`));
  }
  const { model, input } = decoded.value;
  return ok({ model, input: { ...input, images: images.value, mask: masks.value[0] ?? null } });
}

/** Images of a form, each known by its first bytes: what a client says of them may be anything. */
export function pictures(
  fields: readonly FormField[],
  name: string,
  bytesMax: number,
): Result<MediaFile[], Failure> {
  const files = filesOf(fields, name);
  if (!files.ok) return files;
  const known: MediaFile[] = [];
  for (const file of files.value) {
    const mime = pictureType(file.bytes);
    if (mime === null) return fail(wrong(name, "must be a PNG, JPEG, WebP or GIF image"));
    if (file.bytes.byteLength > bytesMax) {
      const message = `${name}: is larger than ${bytesMax / 1024 / 1024} MB`;
      return fail({ code: "request_too_large", message, param: name });
    }
    known.push({ ...file, mime });
  }
  return ok(known);
}

const PICTURES: readonly (readonly [string, RegExp])[] = [
  ["image/png", /^\x89PNG/],
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/webp", /^RIFF....WEBP/s],
  ["image/gif", /^GIF8/],
];

function pictureType(bytes: Uint8Array): string | null {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  return PICTURES.find(([, mark]) => mark.test(head))?.[0] ?? null;
}

export interface ImagesEnding {
  /** Seconds since 1970. */
  created: number;
  usage: Usage;
  credits: string;
}

const dataOf = ({ base64, url, revisedPrompt }: MadeImage) => ({
  ...(base64 === null ? { url } : { b64_json: base64 }),
  ...(revisedPrompt === null ? {} : { revised_prompt: revisedPrompt }),
});

const usageOf = ({ usage, credits }: ImagesEnding) => ({
  input_tokens: usage.input,
  output_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  credits,
});

/** The JSON text of the answer; what an upstream of the same protocol says beside it is kept. */
export function encodeImages({ images, native }: MadeImages, ending: ImagesEnding): string {
  const told = (native?.usage ?? {}) as Record<string, unknown>;
  return JSON.stringify({
    created: ending.created,
    ...native,
    data: images.map(dataOf),
    usage: { ...usageOf(ending), ...told, credits: ending.credits },
  });
}

/** The end of a stream whose upstream gave no events. */
export function imageEvents(
  { images }: MadeImages,
  edited: boolean,
  ending: ImagesEnding,
): { name: string; data: string }[] {
  const name = edited ? "image_edit.completed" : "image_generation.completed";
  const usage = usageOf(ending);
  return images.map((image) => {
    const event = { type: name, created_at: ending.created, ...dataOf(image), usage };
    return { name, data: JSON.stringify(event) };
  });
}

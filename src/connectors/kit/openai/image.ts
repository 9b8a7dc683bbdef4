/** `POST /images/generations` and `/images/edits` of the OpenAI family. */
import type {
  FormField,
  ImageInput,
  MadeImage,
  MadeImages,
  MediaEvent,
  MediaFile,
  MediaUsage,
} from "../../../core/media.ts";
import type { ImageUnits } from "../../../core/pricing.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { UpstreamError } from "../../../core/run.ts";
import type { Frame, TaskReader } from "../../connector.ts";
import { upstreamError } from "../http-errors.ts";
import { asArray, asObject, asText, type Json, parseJson } from "../json.ts";
import { eventsOf, type WholeAnswer } from "../whole.ts";
import { type ErrorCodes, errorInPayload } from "./errors.ts";
import { nativeEvent, payloadOf, type TaskCall, taskTokens } from "./task-call.ts";

export interface ImageHabits {
  /** Other names of `n` and `size`; null: the platform has no such field. */
  fields?: { count?: string | null; size?: string | null; quality?: string | null };
  /** What is sent where the client says nothing. */
  defaults?: Readonly<Json>;
  /** How images to be edited are sent: as a form to `/images/edits`, or as data beside the prompt. */
  edits?: "form" | "data";
  /** Whether it can be asked for addresses or data. */
  choosesAnswer?: boolean;
  /** Whether unfinished images can be had as events. */
  streams?: boolean;
}

export function imageCall(
  model: string,
  input: ImageInput,
  habits: ImageHabits,
): Result<TaskCall, UpstreamError> {
  const { images, mask } = input;
  const isEdit = images.length > 0;
  const cannot = isEdit && habits.edits === undefined ? "edit images" : null;
  const masks = mask !== null && habits.edits === "data" ? "edit images by a mask" : null;
  if (cannot ?? masks) {
    return fail(upstreamError("rejected", `This platform does not ${cannot ?? masks}.`));
  }
  const { body, warnings } = imageBody(model, input, habits);
  const framing = body.stream === true ? "sse" : "json";
  if (isEdit && habits.edits === "form") {
    const form = [...textParts(body), ...fileParts(images, mask)];
    return ok({ path: "/images/edits", content: { form }, framing, warnings });
  }
  if (isEdit) {
    const addresses = images.map(dataUrl);
    body.image = addresses.length === 1 ? addresses[0] : addresses;
  }
  return ok({ path: "/images/generations", content: { json: body }, framing, warnings });
}

function imageBody(
  model: string,
  input: ImageInput,
  { fields = {}, defaults, choosesAnswer, streams }: ImageHabits,
): { body: Json; warnings: string[] } {
  const { n: _n, size: _size, quality: _quality, ...raw } = input.raw;
  const body: Json = { ...defaults, ...raw, model, prompt: input.prompt };
  const left: string[] = [];
  const put = (name: "count" | "size" | "quality", usual: string, value: unknown) => {
    if (value === null) return;
    const field = fields[name] === undefined ? usual : fields[name];
    if (field === null) left.push(usual);
    else body[field] = value;
  };
  put("count", "n", input.count === 1 ? null : input.count);
  put("size", "size", input.size);
  put("quality", "quality", input.quality);
  if (choosesAnswer) {
    if (input.answer !== null) body.response_format = input.answer === "url" ? "url" : "b64_json";
  } else {
    delete body.response_format;
  }
  if (streams && input.stream) {
    body.stream = true;
  } else {
    delete body.stream;
    delete body.partial_images;
  }
  return { body, warnings: left.map((name) => `The platform has no field ${name}.`) };
}

function textParts(body: Json): FormField[] {
  return Object.entries(body).flatMap(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return value == null ? [] : [{ name, value: text }];
  });
}

function fileParts(images: readonly MediaFile[], mask: MediaFile | null): FormField[] {
  const name = images.length === 1 ? "image" : "image[]";
  const parts = images.map((value): FormField => ({ name, value }));
  return mask ? [...parts, { name: "mask", value: mask }] : parts;
}

function dataUrl({ mime, bytes }: MediaFile): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return `data:${mime};base64,${view.toString("base64")}`;
}

/** One answer with all images, or events of which each `…completed` is one. */
export class ImageReader implements TaskReader<MadeImages> {
  readonly #input: ImageInput;
  readonly #codes: ErrorCodes;
  #completed: Json[] = [];
  #ended = false;

  constructor(input: ImageInput, codes: ErrorCodes) {
    this.#input = input;
    this.#codes = codes;
  }

  push(frame: Frame): MediaEvent<MadeImages>[] {
    if (this.#ended) return [];
    if (frame.data === "[DONE]") return this.end();
    // Megabytes that need not be understood.
    if (frame.event?.endsWith(".partial_image")) return [nativeEvent(frame)];
    const payload = asObject(parseJson(frame.data));
    const type = asText(payload?.type);
    if (!payload || !type?.startsWith("image_")) return this.#whole(frame.data);
    const error = errorInPayload(payload, this.#codes);
    if (error) return this.#fail(error);
    if (type.endsWith(".completed")) this.#completed.push(payload);
    return [nativeEvent(frame)];
  }

  end(): MediaEvent<MadeImages>[] {
    if (this.#ended) return [];
    const last = this.#completed.at(-1);
    if (!last) return this.#fail(upstreamError("truncated", "the answer ended before the image"));
    this.#ended = true;
    const usage = usageOf(this.#input, last, this.#completed);
    return eventsOf({ value: { images: this.#completed.map(imageOf), native: null }, usage });
  }

  #whole(text: string): MediaEvent<MadeImages>[] {
    const read = readImages(text, this.#input, this.#codes);
    if (!read.ok) return this.#fail(read.error);
    this.#ended = true;
    return eventsOf(read.value);
  }

  #fail(error: UpstreamError): MediaEvent<MadeImages>[] {
    this.#ended = true;
    return [{ type: "failed", error }];
  }
}

function readImages(
  text: string,
  input: ImageInput,
  codes: ErrorCodes,
): Result<WholeAnswer<MadeImages>, UpstreamError> {
  const payload = payloadOf(text, codes);
  if (!payload.ok) return payload;
  const entries = asArray(payload.value.data).map((entry) => asObject(entry) ?? {});
  // One of several may have failed: the others are there, and are paid.
  const made = entries.filter(({ url, b64_json }) => asText(url) ?? asText(b64_json));
  if (made.length === 0) {
    const [failed] = entries.flatMap((entry) => errorInPayload(entry, codes) ?? []);
    return fail(failed ?? upstreamError("protocol_violation", "the answer holds no image"));
  }
  return ok({
    value: { images: made.map(imageOf), native: payload.value },
    usage: usageOf(input, payload.value, made),
  });
}

const imageOf = (entry: Json): MadeImage => ({
  base64: asText(entry.b64_json),
  url: asText(entry.url),
  revisedPrompt: asText(entry.revised_prompt),
});

/** What was made, as the answer says it, else as it was ordered. */
function usageOf(input: ImageInput, answer: Json, made: readonly Json[]): MediaUsage {
  const known = (text: string | null) => (text === "auto" ? null : text);
  const images = made.map(
    (entry): ImageUnits => ({
      size: asText(entry.size) ?? asText(answer.size) ?? known(input.size),
      quality: asText(entry.quality) ?? asText(answer.quality) ?? known(input.quality),
      count: 1,
    }),
  );
  return { tokens: taskTokens(answer.usage), images, seconds: null };
}

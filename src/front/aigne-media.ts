/**
 * AIGNE's images, videos and embeddings. Fields stand in an `input` with `modelOptions` beside them,
 * or, as the documents and older clients have it, at the top. Those that nobody here knows go to
 * the upstream under the names that they came with.
 */
import * as z from "zod";
import type { Failure } from "../core/failure.ts";
import type { Embedded, EmbedInput, ImageInput, MadeImages, VideoInput } from "../core/media.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Usage } from "../core/run.ts";
import { type AigneFile, addressOf, fileSchema, typeOfBase64 } from "./aigne-files.ts";
import { aigneUsage } from "./aigne-response.ts";
import { asNumbers, decodeEmbedding } from "./openai-media-embeddings.ts";
import { decodeGeneration } from "./openai-media-images.ts";
import { decodeVideo } from "./openai-media-videos.ts";
import { readAs } from "./read-as.ts";

type Json = Record<string, unknown>;

const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A picture at its address alone, as a list of one. */
const picturesSchema = z.preprocess(
  (pictures) =>
    [pictures ?? []]
      .flat()
      .map((one) => (typeof one === "string" ? { type: "url", url: one } : one)),
  z.array(fileSchema).max(16),
);
const fieldsSchema = z.looseObject({
  image: picturesSchema,
  outputFileType: z.enum(["local", "url", "file"]).nullish(),
});

interface Fields {
  /** In an `input`. */
  wrapped: boolean;
  model: unknown;
  /** As OpenAI's protocol has them. */
  body: Json;
}

/** Options for the client itself, for the hub, or for other tasks. */
const NOT_SENT = [
  "cacheConfig",
  "preferInputFileType",
  "outputFileType",
  "fileOutputType",
  "image",
];

function fieldsOf(written: unknown): Fields {
  const request = isJson(written) ? written : {};
  const wrapped = isJson(request.input);
  const { modelOptions, model, ...input } = wrapped ? (request.input as Json) : request;
  const options = isJson(modelOptions) ? modelOptions : {};
  const { responseFormat, ...fields } = { ...options, ...input };
  for (const name of NOT_SENT) delete fields[name];
  if (responseFormat !== undefined) fields.response_format ??= responseFormat;
  const named = [request.model, model, options.model].find((name) => name);
  return { wrapped, model: named, body: { ...fields, model: named } };
}

/** Says where in the client's own words the fault lies. */
function located<Value>(result: Result<Value, Failure>, wrapped: boolean): Result<Value, Failure> {
  if (result.ok || !wrapped || result.error.param === undefined) return result;
  const { param, message } = result.error;
  const path = param === "model" ? "input.modelOptions.model" : `input.${param}`;
  const sentence = message.startsWith(param) ? path + message.slice(param.length) : message;
  return fail({ ...result.error, param: path, message: sentence });
}

function filesOf(written: unknown, wrapped: boolean) {
  const source = wrapped ? (written as Json).input : written;
  const { image, outputFileType, fileOutputType } = isJson(source) ? source : ({} as Json);
  return readAs(fieldsSchema, { image, outputFileType: outputFileType ?? fileOutputType });
}

export interface DecodedAigneMedia<Input> {
  model: string;
  input: Input;
  wrapped: boolean;
  /** Where the pictures lie that the input shall have. */
  pictures: string[];
  /** The client wants the content of files, not where they are. */
  wantsContent: boolean;
}

function withFiles<Input>(
  written: unknown,
  { wrapped }: Fields,
  decoded: Result<{ model: string; input: Input }, Failure>,
): Result<DecodedAigneMedia<Input>, Failure> {
  const read = located(decoded, wrapped);
  if (!read.ok) return read;
  const files = located(filesOf(written, wrapped), wrapped);
  if (!files.ok) return files;
  const { image, outputFileType } = files.value;
  const pictures = (image as AigneFile[]).map(addressOf);
  return ok({ ...read.value, wrapped, pictures, wantsContent: outputFileType === "file" });
}

export function decodeAigneImage(
  written: unknown,
  endUser: string,
): Result<DecodedAigneMedia<ImageInput>, Failure> {
  const fields = fieldsOf(written);
  const decoded = withFiles(written, fields, decodeGeneration(fields.body, endUser));
  if (!decoded.ok) return decoded;
  const { input, wantsContent } = decoded.value;
  return ok({
    ...decoded.value,
    input: { ...input, stream: false },
    wantsContent: wantsContent || input.answer === "base64",
  });
}

export function decodeAigneVideo(
  written: unknown,
  endUser: string,
): Result<DecodedAigneMedia<VideoInput>, Failure> {
  const fields = fieldsOf(written);
  return withFiles(written, fields, decodeVideo({ json: fields.body }, endUser));
}

export function decodeAigneEmbedding(
  written: unknown,
  endUser: string,
): Result<{ model: string; input: EmbedInput; wrapped: boolean }, Failure> {
  const fields = fieldsOf(written);
  const { wrapped } = fields;
  // These clients read numbers.
  const body = { ...fields.body, encoding_format: "float" };
  const decoded = located(decodeEmbedding(body, endUser), wrapped);
  return decoded.ok ? ok({ ...decoded.value, wrapped }) : decoded;
}

export interface AigneMediaEnding {
  model: string;
  wrapped: boolean;
  usage: Usage;
  costMicro: number;
}

const tail = ({ model, usage, costMicro }: AigneMediaEnding) => ({
  model,
  modelWithProvider: model,
  usage: aigneUsage(usage, costMicro),
});

/** The JSON text of the answer. */
export function encodeAigneImages({ images }: MadeImages, ending: AigneMediaEnding): string {
  if (ending.wrapped) {
    const files = images.map(({ base64, url }, at) => {
      if (base64 === null) return { type: "url", url, filename: `image-${at + 1}` };
      const mimeType = typeOfBase64(base64) ?? "image/png";
      const filename = `image-${at + 1}.${mimeType.slice("image/".length)}`;
      return { type: "file", data: base64, mimeType, filename };
    });
    return JSON.stringify({ images: files, ...tail(ending) });
  }
  const data = images.map(({ base64, url }) => (base64 === null ? { url } : { b64_json: base64 }));
  const named = images.map(({ base64, url }) =>
    base64 === null ? { url } : { b64_json: base64, b64Json: base64, base64 },
  );
  return JSON.stringify({ images: named, data, ...tail(ending) });
}

/** The JSON text of the answer. */
export function encodeAigneEmbedding({ vectors }: Embedded, ending: AigneMediaEnding): string {
  const embeddings = vectors.map(asNumbers);
  const data = embeddings.map((embedding, index) => ({ object: "embedding", index, embedding }));
  const { usage, ...names } = tail(ending);
  const tokens = { prompt_tokens: ending.usage.input, total_tokens: ending.usage.input };
  return JSON.stringify({
    object: "list",
    data,
    ...(ending.wrapped ? { embeddings } : {}),
    ...names,
    usage: { ...tokens, ...usage },
  });
}

/** The JSON text around the content of one video, which is base64. */
export function videoFrame(
  mimeType: string,
  told: { model: string; seconds: number | null; costMicro: number },
): { before: string; after: string } {
  const { model, seconds, costMicro } = told;
  const file = JSON.stringify({ type: "file", mimeType, filename: "video.mp4", data: "" });
  const rest = JSON.stringify({
    ...(seconds === null ? {} : { seconds }),
    model,
    modelWithProvider: model,
    usage: aigneUsage(
      { input: 0, output: 0, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
      costMicro,
    ),
  });
  return { before: `{"videos":[${file.slice(0, -2)}`, after: `"}],${rest.slice(1)}` };
}

/** Base64 of bytes that come in pieces. */
export class Base64Pieces {
  #rest: Uint8Array = new Uint8Array();

  take(bytes: Uint8Array): string {
    const all = Buffer.concat([this.#rest, bytes]);
    const whole = all.length - (all.length % 3);
    this.#rest = all.subarray(whole);
    return all.toString("base64", 0, whole);
  }

  end(): string {
    return Buffer.from(this.#rest).toString("base64");
  }
}

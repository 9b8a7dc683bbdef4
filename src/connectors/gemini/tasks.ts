/** What Gemini does beside chat: embeddings, and images by models that answer with them. */
import type { EmbedInput, ImageInput, MadeImages, MediaFile } from "../../core/media.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { Task, Tasks, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { joinUrl } from "../kit/urls.ts";
import { textsFor, vectorsFor } from "../kit/vectors.ts";
import { WholeReader } from "../kit/whole.ts";
import {
  type GeminiAccount,
  type GeminiSecret,
  type GeminiSettings,
  headersOf,
  modelPath,
} from "./address.ts";
import { usageOf } from "./decoder.ts";
import { errorInPayload } from "./errors.ts";
import { readJob, readVideoState, videoBody } from "./video.ts";

interface Asked {
  method: string;
  body: Json;
  warnings: string[];
}

function task<Input, Value>(
  ask: (model: string, input: Input) => Result<Asked, UpstreamError>,
  reader: Task<GeminiSettings, GeminiSecret, Input, Value>["reader"],
): Task<GeminiSettings, GeminiSecret, Input, Value> {
  return {
    reader,
    prepare(account: GeminiAccount, target: UpstreamTarget, input: Input) {
      if (target.id === null) return fail(upstreamError("target_not_found", "no model is named"));
      const asked = ask(modelPath(target.id), input);
      if (!asked.ok) return asked;
      const { method, body, warnings } = asked.value;
      const headers = { accept: "application/json", "content-type": "application/json" };
      return ok({
        request: {
          method: "POST",
          url: joinUrl(account.settings.baseUrl, `/${modelPath(target.id)}:${method}`),
          headers: { ...headers, ...headersOf(account) },
          body: JSON.stringify(body),
          framing: "json",
        },
        warnings,
      });
    },
  };
}

export const geminiTasks: Tasks<GeminiSettings, GeminiSecret> = {
  embed: task(askEmbeddings, (input) => new WholeReader((text) => readEmbeddings(text, input))),
  image: task(askImage, () => new WholeReader(readImages)),
  video: {
    create: task(
      (_model, input) => ok({ method: "predictLongRunning", body: videoBody(input), warnings: [] }),
      () => new WholeReader(readJob),
    ),
    look: { prepare: (account, job) => get(account, `/${job}`, "json"), read: readVideoState },
    file(account, _job, { url }) {
      if (url === null) return null;
      const own = URL.parse(account.settings.baseUrl)?.origin === URL.parse(url)?.origin;
      const headers = own ? headersOf(account) : {};
      return { method: "GET", url, headers, framing: "bytes" };
    },
  },
};

function get(account: GeminiAccount, path: string, framing: "json"): UpstreamRequest {
  const headers = { accept: "application/json", ...headersOf(account) };
  return { method: "GET", url: joinUrl(account.settings.baseUrl, path), headers, framing };
}

function askEmbeddings(model: string, input: EmbedInput): Result<Asked, UpstreamError> {
  const texts = textsFor(input);
  if (!texts.ok) return texts;
  const { dimensions } = input;
  const requests = texts.value.map((text) => ({
    model,
    content: { parts: [{ text }] },
    ...(dimensions === null ? {} : { outputDimensionality: dimensions }),
  }));
  return ok({ method: "batchEmbedContents", body: { requests }, warnings: [] });
}

/** Google tells no usage here. */
function readEmbeddings(text: string, input: EmbedInput) {
  const payload = payloadOf(text);
  if (!payload.ok) return payload;
  const values = asArray(payload.value.embeddings).map((entry) => asObject(entry)?.values);
  const embedded = vectorsFor(input, values);
  if (!embedded.ok) return embedded;
  const { vectors } = embedded.value;
  // Shortened vectors of older models are not of length one, as those of OpenAI are.
  const shown = input.dimensions === null ? vectors : vectors.map(normalised);
  return ok({ value: { vectors: shown }, usage: null });
}

function normalised(vector: readonly number[] | string): readonly number[] | string {
  if (typeof vector === "string") return vector;
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}

const RATIOS = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"];

function askImage(_model: string, input: ImageInput): Result<Asked, UpstreamError> {
  if (input.mask) {
    return fail(upstreamError("rejected", "This platform does not edit images by a mask."));
  }
  const warnings: string[] = [];
  if (input.count > 1) warnings.push("Gemini makes one image at a time.");
  if (input.quality !== null) warnings.push("Gemini knows no quality.");
  const imageConfig = imageConfigOf(input.size);
  const body = {
    contents: [{ role: "user", parts: [{ text: input.prompt }, ...input.images.map(inlineOf)] }],
    generationConfig: {
      responseModalities: ["IMAGE"],
      ...(imageConfig ? { imageConfig } : {}),
    },
  };
  return ok({ method: "generateContent", body, warnings });
}

const inlineOf = ({ mime, bytes }: MediaFile) => ({
  inlineData: {
    mimeType: mime,
    data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
  },
});

/** The nearest shape that Gemini knows, and its next larger size. */
function imageConfigOf(size: string | null): { aspectRatio: string; imageSize?: string } | null {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(size ?? "") ?? [];
  const wanted = Number(width) / Number(height);
  if (!(wanted > 0 && wanted < Number.POSITIVE_INFINITY)) return null;
  const distance = (ratio: string) => {
    const [across = 1, up = 1] = ratio.split(":").map(Number);
    return Math.abs(Math.log(across / up / wanted));
  };
  const aspectRatio = RATIOS.toSorted((a, b) => distance(a) - distance(b))[0] ?? "1:1";
  const longest = Math.max(Number(width), Number(height));
  if (longest <= 1536) return { aspectRatio };
  return { aspectRatio, imageSize: longest <= 2880 ? "2K" : "4K" };
}

function readImages(text: string) {
  const payload = payloadOf(text);
  if (!payload.ok) return payload;
  const candidates = asArray(payload.value.candidates).map((one) => asObject(one) ?? {});
  const parts = candidates.flatMap(({ content }) => asArray(asObject(content)?.parts));
  const images = parts.flatMap((part): MadeImages["images"] => {
    const { inlineData, thought } = asObject(part) ?? {};
    const base64 = asText(asObject(inlineData)?.data);
    // Drafts of a model that thinks in images are not what was asked for.
    return base64 === null || thought === true ? [] : [{ base64, url: null, revisedPrompt: null }];
  });
  if (images.length === 0) return fail(whyNone(payload.value, candidates));
  const made = [{ size: null, quality: null, count: images.length }];
  const usage = { tokens: usageOf(payload.value.usageMetadata), images: made, seconds: null };
  return ok({ value: { images, native: null }, usage });
}

function whyNone(payload: Json, candidates: readonly Json[]): UpstreamError {
  const blocked = asText(asObject(payload.promptFeedback)?.blockReason);
  const finish = candidates.map(({ finishReason }) => asText(finishReason)).find(Boolean) ?? null;
  const reason = blocked ?? finish;
  if (blocked !== null || /SAFETY|PROHIBITED|RECITATION|BLOCK|SPII/.test(reason ?? "")) {
    return upstreamError("content_blocked", `Gemini made no image: ${reason}`);
  }
  return finish === null
    ? upstreamError("protocol_violation", "the answer holds no image")
    : upstreamError("rejected", `Gemini made no image: ${finish}`);
}

function payloadOf(text: string): Result<Json, UpstreamError> {
  const payload = asObject(parseJson(text));
  if (!payload) return fail(upstreamError("protocol_violation", "the answer is no JSON object"));
  const error = errorInPayload(payload, null);
  return error ? fail(error) : ok(payload);
}

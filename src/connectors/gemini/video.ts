/** Veo: a long-running operation, and a file that only the key's owner may fetch. */
import type { VideoInput, VideoState } from "../../core/media.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import type { WholeAnswer } from "../kit/whole.ts";
import { errorInPayload } from "./errors.ts";

export function videoBody({ prompt, seconds, size, image }: VideoInput): Json {
  const [, width = "0", height = "0"] = /^(\d+)x(\d+)$/.exec(size ?? "") ?? [];
  const [across, up] = [Number(width), Number(height)];
  const shortest = Math.min(across, up);
  const parameters: Json = {
    ...(seconds === null ? {} : { durationSeconds: seconds }),
    ...(shortest > 0 ? { aspectRatio: across >= up ? "16:9" : "9:16" } : {}),
    ...(shortest > 0 ? { resolution: resolutionOf(shortest) } : {}),
  };
  const picture = image && {
    bytesBase64Encoded: Buffer.from(
      image.bytes.buffer,
      image.bytes.byteOffset,
      image.bytes.byteLength,
    ).toString("base64"),
    mimeType: image.mime,
  };
  return { instances: [{ prompt, ...(picture ? { image: picture } : {}) }], parameters };
}

function resolutionOf(lines: number): string {
  if (lines > 1080) return "4k";
  return lines > 720 ? "1080p" : "720p";
}

export function readJob(text: string): Result<WholeAnswer<string>, UpstreamError> {
  const payload = asObject(parseJson(text));
  const error = payload && errorInPayload(payload, null);
  if (error) return fail(error);
  const job = asText(payload?.name);
  // It becomes a part of an address.
  return job === null || !/^\w+(\/[\w.-]*\w)+$/.test(job)
    ? fail(upstreamError("protocol_violation", "the answer names no operation"))
    : ok({ value: job, usage: null });
}

/** Google tells no usage: what was ordered is paid. */
export function readVideoState(answer: UpstreamAnswer): Result<VideoState, UpstreamError> {
  const payload = asObject(parseJson(answer.body));
  if (!payload || asText(payload.name) === null) {
    const error = payload && errorInPayload(payload, answer.status);
    const detail = "the answer is no operation";
    return fail(error || upstreamError("protocol_violation", detail));
  }
  const state = { progress: null, url: null, usage: null, error: null } as const;
  if (payload.done !== true) return ok({ ...state, status: "in_progress" });
  const made = asObject(asObject(payload.response)?.generateVideoResponse);
  const samples = asArray(made?.generatedSamples).map((sample) => asObject(sample)?.video);
  const url = asText(asObject(samples[0])?.uri);
  if (url !== null) return ok({ ...state, status: "completed", progress: 100, url });
  const filtered = asText(asArray(made?.raiMediaFilteredReasons)[0]);
  const message = asText(asObject(payload.error)?.message);
  return ok({ ...state, status: "failed", error: message ?? filtered ?? "no reason given" });
}

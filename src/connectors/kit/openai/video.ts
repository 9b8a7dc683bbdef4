/** Videos of the OpenAI family: a job is begun, looked at, and its file fetched. */
import type { MediaFile, VideoInput, VideoState } from "../../../core/media.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { UpstreamError } from "../../../core/run.ts";
import type { UpstreamAnswer } from "../../connector.ts";
import { upstreamError } from "../http-errors.ts";
import { asArray, asObject, asText, type Json, parseJson } from "../json.ts";
import type { WholeAnswer } from "../whole.ts";
import type { ErrorCodes } from "./errors.ts";
import { payloadOf, type TaskCall } from "./task-call.ts";

export interface VideoHabits {
  /** Where a job begins. */
  create: string;
  /** Its fields for these; null: the platform has none. */
  fields: { seconds: string | null; size: string | null };
  /** How a picture to begin with is sent: as a file of a form, as its data, or in an object. */
  picture: "file" | "data" | "object";
  /** The field of the answer that names the job. */
  job: string;
  /** Where to look; `{job}` is put in, or sent in the field `post`. */
  look: { path: string; post?: string };
  states: Readonly<Record<string, VideoState["status"]>>;
  /** Where the finished file is handed out; absent where an answer says an address. */
  file?: string;
}

export const OPENAI_VIDEO: VideoHabits = {
  create: "/videos",
  fields: { seconds: "seconds", size: "size" },
  picture: "file",
  job: "id",
  look: { path: "/videos/{job}" },
  states: {
    queued: "queued",
    in_progress: "in_progress",
    completed: "completed",
    failed: "failed",
  },
  file: "/videos/{job}/content",
};

export const jobPath = (path: string, job: string): string =>
  path.replace("{job}", encodeURIComponent(job));

export function videoCall(
  model: string,
  input: VideoInput,
  { create, fields, picture }: VideoHabits,
): TaskCall {
  const { seconds: _seconds, size: _size, input_reference: _picture, ...raw } = input.raw;
  const body: Json = { ...raw, model, prompt: input.prompt };
  const warnings: string[] = [];
  for (const name of ["seconds", "size"] as const) {
    const field = fields[name];
    if (input[name] === null) continue;
    if (field === null) warnings.push(`The platform has no field ${name}.`);
    // OpenAI writes seconds as a text.
    else body[field] = field === "seconds" ? String(input.seconds) : input[name];
  }
  const { image } = input;
  if (image && picture === "file") {
    const form = Object.entries(body).map(([name, value]) => ({ name, value: String(value) }));
    const file = { name: "input_reference", value: image };
    return { path: create, content: { form: [...form, file] }, framing: "json", warnings };
  }
  if (image) body.image = picture === "data" ? dataUrl(image) : { url: dataUrl(image) };
  return { path: create, content: { json: body }, framing: "json", warnings };
}

function dataUrl({ mime, bytes }: MediaFile): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return `data:${mime};base64,${view.toString("base64")}`;
}

export function readJob(
  text: string,
  { job: field }: VideoHabits,
  codes: ErrorCodes,
): Result<WholeAnswer<string>, UpstreamError> {
  const payload = payloadOf(text, codes);
  if (!payload.ok) return payload;
  const job = asText(payload.value[field]);
  return job === null
    ? fail(upstreamError("protocol_violation", "the answer names no job"))
    : ok({ value: job, usage: null });
}

export function readVideoState(
  answer: UpstreamAnswer,
  { states }: VideoHabits,
  codes: ErrorCodes,
): Result<VideoState, UpstreamError> {
  const payload = asObject(parseJson(answer.body)) ?? {};
  // The error of a job that failed is not one of this call.
  const status = states[asText(payload.status) ?? (answer.status === 202 ? "pending" : "")];
  if (!status) {
    const read = payloadOf(answer.body, codes);
    return read.ok ? fail(upstreamError("protocol_violation", "the answer tells no state")) : read;
  }
  const video = asObject(payload.video) ?? asObject(asArray(asObject(payload.results)?.videos)[0]);
  const seconds = Number(video?.duration ?? payload.seconds);
  const progress = payload.progress;
  return ok({
    status,
    progress: typeof progress === "number" ? progress : null,
    url: asText(video?.url),
    usage: seconds > 0 ? { tokens: null, images: null, seconds } : null,
    error: status === "failed" ? reasonIn(payload) : null,
  });
}

function reasonIn(payload: Json): string {
  const error = asObject(payload.error);
  const told = asText(error?.message) ?? asText(payload.error) ?? asText(payload.reason);
  return told ?? "no reason given";
}

/** What the tasks of the OpenAI family have in common. */
import type { FormField, MediaUsage } from "../../../core/media.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { NO_USAGE, type UpstreamError, type Usage } from "../../../core/run.ts";
import type { Frame, UpstreamRequest } from "../../connector.ts";
import { upstreamError } from "../http-errors.ts";
import { asCount, asObject, type Json, parseJson } from "../json.ts";
import { type ErrorCodes, errorInPayload } from "./errors.ts";

/** One request of a task, but for address and key. */
export interface TaskCall {
  path: string;
  content: { json: Json } | { form: readonly FormField[] };
  framing: UpstreamRequest["framing"];
  warnings?: string[];
}

/** The object in an answer, unless it tells an error or is none. */
export function payloadOf(text: string, codes: ErrorCodes): Result<Json, UpstreamError> {
  const payload = asObject(parseJson(text));
  if (!payload) return fail(upstreamError("protocol_violation", "the answer is no JSON object"));
  const error = errorInPayload(payload, codes);
  return error ? fail(error) : ok(payload);
}

/**
 * `input_tokens` and `output_tokens` of images and sound, or the `prompt_tokens` that embeddings
 * are told in; null where nothing is.
 */
export function taskTokens(reported: unknown): Usage | null {
  const usage = asObject(reported);
  if (!usage) return null;
  const details = asObject(usage.input_token_details) ?? asObject(usage.input_tokens_details) ?? {};
  const output = asCount(usage.output_tokens);
  const input =
    asCount(usage.input_tokens) ||
    asCount(usage.prompt_tokens) ||
    Math.max(0, asCount(usage.total_tokens) - output);
  if (input + output === 0) return null;
  const cachedInput = Math.min(asCount(details.cached_tokens), input);
  const audioInput = Math.min(asCount(details.audio_tokens), input - cachedInput);
  return { ...NO_USAGE, input, output, cachedInput, ...(audioInput > 0 ? { audioInput } : {}) };
}

/** Usage that knows nothing but tokens. */
export function tokensOnly(reported: unknown): MediaUsage | null {
  const tokens = taskTokens(reported);
  return tokens && { tokens, images: null, seconds: null };
}

/** A frame that a client of the same protocol may have as it is. */
export const nativeEvent = ({ event, data }: Frame) =>
  ({ type: "native", name: event ?? null, data }) as const;

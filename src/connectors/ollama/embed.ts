/** `POST /api/embed` of Ollama. */
import type { Embedded, EmbedInput } from "../../core/media.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { NO_USAGE, type UpstreamError } from "../../core/run.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, type Json, parseJson } from "../kit/json.ts";
import { textsFor, vectorsFor } from "../kit/vectors.ts";
import type { WholeAnswer } from "../kit/whole.ts";
import { errorInPayload } from "./errors.ts";

export function embedBody(model: string, input: EmbedInput): Result<Json, UpstreamError> {
  const texts = textsFor(input);
  if (!texts.ok) return texts;
  const { dimensions } = input;
  return ok({ model, input: texts.value, ...(dimensions === null ? {} : { dimensions }) });
}

export function readEmbeddings(
  text: string,
  input: EmbedInput,
): Result<WholeAnswer<Embedded>, UpstreamError> {
  const payload = asObject(parseJson(text));
  if (!payload) return fail(upstreamError("protocol_violation", "the answer is no JSON object"));
  const error = errorInPayload(payload);
  if (error) return fail(error);
  const embedded = vectorsFor(input, asArray(payload.embeddings));
  if (!embedded.ok) return embedded;
  const count = asCount(payload.prompt_eval_count);
  const tokens = count > 0 ? { ...NO_USAGE, input: count } : null;
  return ok({
    value: embedded.value,
    usage: tokens && { tokens, images: null, seconds: null },
  });
}

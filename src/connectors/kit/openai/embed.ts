/** `POST /embeddings` of the OpenAI family. */
import type { Embedded, EmbedInput, Vector } from "../../../core/media.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { UpstreamError } from "../../../core/run.ts";
import { upstreamError } from "../http-errors.ts";
import { asArray, asObject, type Json } from "../json.ts";
import type { WholeAnswer } from "../whole.ts";
import type { ErrorCodes } from "./errors.ts";
import { payloadOf, type TaskCall, tokensOnly } from "./task-call.ts";

export interface EmbedHabits {
  /** Answers numbers only, and refuses to be asked for anything else. */
  floatOnly?: boolean;
}

export function embedCall(model: string, input: EmbedInput, habits: EmbedHabits): TaskCall {
  const body: Json = { ...input.raw, model, input: input.inputs };
  if (habits.floatOnly) delete body.encoding_format;
  else body.encoding_format = input.encoding;
  if (input.dimensions !== null) body.dimensions = input.dimensions;
  return { path: "/embeddings", content: { json: body }, framing: "json" };
}

export function readEmbeddings(
  text: string,
  { inputs }: EmbedInput,
  codes: ErrorCodes,
): Result<WholeAnswer<Embedded>, UpstreamError> {
  const payload = payloadOf(text, codes);
  if (!payload.ok) return payload;
  const vectors: Vector[] = [];
  for (const [at, entry] of asArray(payload.value.data).entries()) {
    const { index = at, embedding } = asObject(entry) ?? {};
    // Some answer in the order in which they were done.
    if (isVector(embedding)) vectors[typeof index === "number" ? index : at] = embedding;
  }
  const found = vectors.filter((vector) => vector !== undefined).length;
  if (found !== inputs.length || vectors.length !== inputs.length) {
    const detail = `${found} embeddings came back for ${inputs.length} inputs`;
    return fail(upstreamError("protocol_violation", detail));
  }
  return ok({ value: { vectors }, usage: tokensOnly(payload.value.usage) });
}

function isVector(value: unknown): value is Vector {
  if (typeof value === "string") return /^[A-Za-z0-9+/]+={0,2}$/.test(value);
  return (
    Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === "number")
  );
}

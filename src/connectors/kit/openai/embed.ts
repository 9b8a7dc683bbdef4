/** `POST /embeddings` of the OpenAI family. */
import type { Embedded, EmbedInput } from "../../../core/media.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { UpstreamError } from "../../../core/run.ts";
import { asArray, asCount, asObject, type Json } from "../json.ts";
import { vectorsFor } from "../vectors.ts";
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
  input: EmbedInput,
  codes: ErrorCodes,
): Result<WholeAnswer<Embedded>, UpstreamError> {
  const payload = payloadOf(text, codes);
  if (!payload.ok) return payload;
  const vectors: unknown[] = [];
  for (const [at, entry] of asArray(payload.value.data).entries()) {
    const { index, embedding } = asObject(entry) ?? {};
    // Some answer in the order in which they were done.
    vectors[typeof index === "number" ? asCount(index) : at] = embedding;
  }
  const embedded = vectorsFor(input, vectors);
  if (!embedded.ok) return embedded;
  return ok({ value: embedded.value, usage: tokensOnly(payload.value.usage) });
}

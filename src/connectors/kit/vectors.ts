/** Embeddings as platforms answer them. */
import type { Embedded, EmbedInput, Vector } from "../../core/media.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import { upstreamError } from "./http-errors.ts";

/** One vector for each input, in their order; anything else is no answer. */
export function vectorsFor(
  { inputs }: EmbedInput,
  found: readonly unknown[],
): Result<Embedded, UpstreamError> {
  const vectors = found.filter(isVector);
  if (vectors.length === inputs.length && found.length === inputs.length) return ok({ vectors });
  const detail = `${vectors.length} embeddings came back for ${inputs.length} inputs`;
  return fail(upstreamError("protocol_violation", detail));
}

function isVector(value: unknown): value is Vector {
  if (typeof value === "string") return /^[A-Za-z0-9+/]+={0,2}$/.test(value);
  return (
    Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === "number")
  );
}

/** The texts of a request, for platforms that count tokens in a way of their own. */
export function textsFor({ inputs }: EmbedInput): Result<readonly string[], UpstreamError> {
  const texts = inputs.filter((input) => typeof input === "string");
  return texts.length === inputs.length
    ? ok(texts)
    : fail(upstreamError("rejected", "This platform takes texts, not tokens."));
}

/** `POST /v1/embeddings`. */
import * as z from "zod";
import type { Failure } from "../core/failure.ts";
import type { Embedded, EmbedInput, Vector } from "../core/media.ts";
import { ok, type Result } from "../core/result.ts";
import { readAs } from "./read-as.ts";

const INPUTS_MAX = 2048;
const token = z.number().int().min(0);

const requestSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union(
    [
      z.string().min(1),
      z.array(z.string().min(1)).min(1).max(INPUTS_MAX),
      z.array(token).min(1),
      z.array(z.array(token).min(1)).min(1).max(INPUTS_MAX),
    ],
    { error: `a text, at most ${INPUTS_MAX} texts, or lists of tokens; none of them empty` },
  ),
  dimensions: z.number().int().min(1).max(1_000_000).nullish(),
  encoding_format: z.enum(["float", "base64"]).nullish(),
});

export interface Decoded<Input> {
  /** Public name of the model. */
  model: string;
  input: Input;
}

export function decodeEmbedding(
  body: unknown,
  endUser: string,
): Result<Decoded<EmbedInput>, Failure> {
  const read = readAs(requestSchema, body);
  if (!read.ok) return read;
  const { model, input, dimensions, encoding_format: encoding } = read.value;
  return ok({
    model,
    input: {
      inputs: listed(input),
      dimensions: dimensions ?? null,
      encoding: encoding ?? "float",
      endUser,
      raw: body as Record<string, unknown>,
    },
  });
}

function listed(input: string | string[] | number[] | number[][]): EmbedInput["inputs"] {
  if (typeof input === "string") return [input];
  return isTokens(input) ? [input] : (input as string[] | number[][]);
}

const isTokens = (input: unknown[]): input is number[] => typeof input[0] === "number";

export interface EmbeddingEnding {
  model: string;
  encoding: EmbedInput["encoding"];
  inputTokens: number;
  credits: string;
}

/** The JSON text of the answer. */
export function encodeEmbedding({ vectors }: Embedded, ending: EmbeddingEnding): string {
  const { model, encoding, inputTokens, credits } = ending;
  const write = encoding === "base64" ? asBase64 : asNumbers;
  return JSON.stringify({
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: write(vector),
    })),
    model,
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens, credits },
  });
}

const BYTES = Float32Array.BYTES_PER_ELEMENT;

function asBase64(vector: Vector): string {
  if (typeof vector === "string") return vector;
  const bytes = Buffer.alloc(vector.length * BYTES);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * BYTES);
  return bytes.toString("base64");
}

export function asNumbers(vector: Vector): readonly number[] {
  if (typeof vector !== "string") return vector;
  const bytes = Buffer.from(vector, "base64");
  const length = Math.floor(bytes.byteLength / BYTES);
  return Array.from({ length }, (_, at) => bytes.readFloatLE(at * BYTES));
}

/** `GET /models` of the OpenAI family as offers. */
import type { Offer } from "../../../contract/guide.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { UpstreamError } from "../../../core/run.ts";
import type { UpstreamAnswer } from "../../connector.ts";
import { upstreamError } from "../http-errors.ts";
import { asArray, asObject, asText, type Json, parseJson } from "../json.ts";
import { type ErrorCodes, errorInPayload } from "./errors.ts";

const DESCRIPTION_LENGTH_MAX = 500;

/** First match wins; null: a kind that cannot be published. */
const KINDS: readonly (readonly [RegExp, Offer["modelKind"]])[] = [
  [/rerank|moderation|guard|realtime/, null],
  [/embed|(^|\/)(bge|gte|e5)-/, "embedding"],
  [/whisper|transcri|sensevoice|(^|[-/])asr/, "transcription"],
  [/(^|[-/])tts|speech|cosyvoice/, "speech"],
  [/video|sora|t2v|i2v|seedance|(^|\/)(veo|kling)-/, "video"],
  [/image|dall-e|flux|stable-diffusion|sdxl|seedream|kolors|imagen/, "image"],
];

/** A guess from the name alone; whatever nothing else fits is taken for chat. */
export function guessModelKind(id: string): Offer["modelKind"] {
  const name = id.toLowerCase();
  for (const [pattern, kind] of KINDS) if (pattern.test(name)) return kind;
  return "chat";
}

export function readModels(
  answer: UpstreamAnswer,
  codes: ErrorCodes,
): Result<Offer[], UpstreamError> {
  const body = parseJson(answer.body);
  const object = asObject(body);
  const error = object && errorInPayload(object, codes);
  if (error) return fail(error);
  // Some look-alikes answer the bare list.
  const list = Array.isArray(body) ? body : object?.data;
  if (!Array.isArray(list)) {
    return fail(upstreamError("protocol_violation", "the answer of /models holds no list"));
  }
  return ok(asArray(list).flatMap((entry) => offerOf(asObject(entry))));
}

function offerOf(entry: Json | null): Offer[] {
  const id = asText(entry?.id);
  if (!entry || id === null) return [];
  return [
    {
      kind: "model",
      id,
      name: asText(entry.name) ?? id,
      description: (asText(entry.description) ?? "").slice(0, DESCRIPTION_LENGTH_MAX),
      icon: "",
      openingMessage: "",
      suggestedQuestions: [],
      modelKind: guessModelKind(id),
    },
  ];
}

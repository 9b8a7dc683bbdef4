/** `GET /models` of Gemini as offers. */
import type { Offer } from "../../contract/guide.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { guessModelKind } from "../kit/openai/models.ts";
import { errorInPayload } from "./errors.ts";

export function readModels(answer: UpstreamAnswer): Result<Offer[], UpstreamError> {
  const body = asObject(parseJson(answer.body));
  const error = body && errorInPayload(body, answer.status);
  if (error) return fail(error);
  if (!Array.isArray(body?.models)) {
    return fail(upstreamError("protocol_violation", "the answer of /models holds no list"));
  }
  return ok(body.models.flatMap((entry) => offerOf(asObject(entry))));
}

/** The mark of the next page; null on the last one. */
export function nextPage(answer: UpstreamAnswer): string | null {
  return asText(asObject(parseJson(answer.body))?.nextPageToken);
}

function offerOf(entry: Json | null): Offer[] {
  const id = asText(entry?.name)?.replace(/^models\//, "");
  if (!entry || id === undefined) return [];
  return [
    {
      kind: "model",
      id,
      name: asText(entry.displayName) ?? id,
      description: asText(entry.description) ?? "",
      icon: "",
      openingMessage: "",
      suggestedQuestions: [],
      modelKind: kindOf(id, asArray(entry.supportedGenerationMethods)),
    },
  ];
}

/** By what can be asked of it; a model that only talks live cannot be published. */
function kindOf(id: string, methods: unknown[]): Offer["modelKind"] {
  if (methods.includes("generateContent")) return guessModelKind(id);
  if (methods.includes("embedContent")) return "embedding";
  if (methods.includes("predictLongRunning")) return "video";
  return methods.includes("predict") ? "image" : null;
}

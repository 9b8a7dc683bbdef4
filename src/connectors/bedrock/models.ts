/** Foundation models and inference profiles as offers. */
import type { Offer } from "../../contract/guide.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { guessModelKind } from "../kit/openai/models.ts";

/** `GET /foundation-models`: those that can be called by their own id. */
export function readModels(answer: UpstreamAnswer): Result<Offer[], UpstreamError> {
  const list = asObject(parseJson(answer.body))?.modelSummaries;
  if (!Array.isArray(list)) return noList("/foundation-models");
  return ok(list.flatMap((entry) => modelOffer(asObject(entry))));
}

/** `GET /inference-profiles`: newer models can be called through these only. */
export function withProfiles(
  answer: UpstreamAnswer,
  models: Offer[],
): Result<Offer[], UpstreamError> {
  const list = asObject(parseJson(answer.body))?.inferenceProfileSummaries;
  if (!Array.isArray(list)) return noList("/inference-profiles");
  return ok([...list.flatMap((entry) => profileOffer(asObject(entry))), ...models]);
}

function noList(path: string): Result<never, UpstreamError> {
  return fail(upstreamError("protocol_violation", `the answer of ${path} holds no list`));
}

function modelOffer(entry: Json | null): Offer[] {
  const id = asText(entry?.modelId);
  const ways = asArray(entry?.inferenceTypesSupported);
  if (!entry || id === null || !ways.includes("ON_DEMAND")) return [];
  const name = [asText(entry.providerName), asText(entry.modelName) ?? id].filter(Boolean);
  const retires = asText(asObject(entry.modelLifecycle)?.status) === "LEGACY" ? "Legacy" : "";
  const kind = kindOf(id, asArray(entry.outputModalities));
  return [offer(id, name.join(" "), retires, kind)];
}

function profileOffer(entry: Json | null): Offer[] {
  const id = asText(entry?.inferenceProfileId);
  if (!entry || id === null || entry.status !== "ACTIVE") return [];
  const name = asText(entry.inferenceProfileName) ?? id;
  return [offer(id, name, asText(entry.description) ?? "", guessModelKind(id))];
}

/** By what comes out; a re-ranker answers in text too. */
function kindOf(id: string, outputs: unknown[]): Offer["modelKind"] {
  if (outputs.includes("TEXT")) return guessModelKind(id);
  if (outputs.includes("EMBEDDING")) return "embedding";
  if (outputs.includes("IMAGE")) return "image";
  if (outputs.includes("VIDEO")) return "video";
  return outputs.includes("SPEECH") ? "speech" : null;
}

function offer(
  id: string,
  name: string,
  description: string,
  modelKind: Offer["modelKind"],
): Offer {
  return {
    kind: "model",
    id,
    name,
    description,
    icon: "",
    openingMessage: "",
    suggestedQuestions: [],
    modelKind,
  };
}

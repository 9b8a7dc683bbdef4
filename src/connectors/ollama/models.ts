/** `GET /api/tags`: the models that were pulled, as offers. */
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
  const error = body && errorInPayload(body);
  if (error) return fail(error);
  if (!Array.isArray(body?.models)) {
    return fail(upstreamError("protocol_violation", "the answer of /api/tags holds no list"));
  }
  return ok(asArray(body.models).flatMap((entry) => offerOf(asObject(entry))));
}

function offerOf(entry: Json | null): Offer[] {
  const id = asText(entry?.model) ?? asText(entry?.name);
  if (!entry || id === null) return [];
  return [
    {
      kind: "model",
      id,
      name: asText(entry.name) ?? id,
      description: descriptionOf(entry),
      icon: "",
      openingMessage: "",
      suggestedQuestions: [],
      modelKind: kindOf(entry, id),
    },
  ];
}

/** `qwen3, 8.2B, Q4_K_M · tools, thinking` */
function descriptionOf(entry: Json): string {
  const details = asObject(entry.details) ?? {};
  const built = [details.family, details.parameter_size, details.quantization_level];
  const can = asArray(entry.capabilities).filter((one) => one !== "completion");
  const lists = [built, can].map((list) => list.flatMap((one) => asText(one) ?? []).join(", "));
  return lists.filter((text) => text !== "").join(" · ");
}

/** As the server says; older ones do not. */
function kindOf(entry: Json, id: string): Offer["modelKind"] {
  const can = asArray(entry.capabilities);
  if (can.includes("completion")) return "chat";
  if (can.includes("embedding")) return "embedding";
  if (can.includes("image")) return "image";
  return guessModelKind(id);
}

/** Ollama by its own API: https://docs.ollama.com/api. Through `/v1` the context cannot be set. */
import { z } from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { joinUrl } from "../kit/urls.ts";
import { OllamaDecoder } from "./decoder.ts";
import { explain } from "./errors.ts";
import { advise, CONTEXT_PATTERN, guide, KEEP_ALIVE_PATTERN, KEY_PATTERN } from "./guide.ts";
import { readModels } from "./models.ts";
import { chatBody, type OllamaHabits } from "./request.ts";

interface OllamaSettings extends OllamaHabits {
  baseUrl: string;
}
interface OllamaSecret {
  apiKey?: string | undefined;
}
type OllamaAccount = Account<OllamaSettings, OllamaSecret>;

/** A text that may be empty, in the shape that the form asks for. */
const shaped = ({ source, message }: { source: string; message: { en: string } }) =>
  z
    .string()
    .trim()
    .refine((text) => text === "" || new RegExp(source).test(text), message.en)
    .optional();

export const ollama: Connector<OllamaSettings, OllamaSecret> = {
  id: "ollama",
  label: say("Ollama", "Ollama"),
  family: "models",
  guide,
  settings: z.strictObject({
    baseUrl: baseUrlSchema().transform((url) => url.replace(/\/(api(\/\w+)?|v1)$/, "")),
    contextTokens: shaped(CONTEXT_PATTERN).transform((text) => (text ? Number(text) : null)),
    keepAlive: shaped(KEEP_ALIVE_PATTERN).transform((text) => text || null),
  }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN).optional() }),
  // A model that has to be loaded first is silent for minutes.
  limits: { timeoutMs: 900_000, idleTimeoutMs: 300_000, responseBytesMax: 64 * 1024 * 1024 },
  disconnect: "cancel",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: tags,
    read: (answer) => {
      const models = readModels(answer);
      return models.ok ? ok({ account: null }) : models;
    },
  },
  offers: { prepare: tags, read: readModels },
  chat: {
    needsInline: () => true,
    prepare: prepareChat,
    decoder: () => new OllamaDecoder(),
  },
  explain,
  advise,
};

function tags(account: OllamaAccount): UpstreamRequest {
  return {
    method: "GET",
    url: joinUrl(account.settings.baseUrl, "/api/tags"),
    headers: { accept: "application/json", ...authOf(account) },
    framing: "json",
  };
}

/** None for one's own server; ollama.com, and a proxy in front, want one. */
function authOf({ secret }: OllamaAccount): Record<string, string> {
  return secret.apiKey === undefined ? {} : { authorization: `Bearer ${secret.apiKey}` };
}

function prepareChat(
  account: OllamaAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  if (target.id === null) return fail(upstreamError("target_not_found", "no model is named"));
  const made = chatBody(input, target, account.settings);
  if (!made.ok) return made;
  return ok({
    request: {
      method: "POST",
      url: joinUrl(account.settings.baseUrl, "/api/chat"),
      headers: {
        accept: input.stream ? "application/x-ndjson" : "application/json",
        "content-type": "application/json",
        ...authOf(account),
      },
      body: JSON.stringify(made.value.body),
      framing: input.stream ? "ndjson" : "json",
    },
    warnings: made.value.warnings,
  });
}

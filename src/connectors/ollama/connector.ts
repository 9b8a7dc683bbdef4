/** Ollama by its own API: https://docs.ollama.com/api. Through `/v1` the context cannot be set. */
import * as z from "zod";
import type { EmbedInput } from "../../core/media.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { joinUrl } from "../kit/urls.ts";
import { WholeReader } from "../kit/whole.ts";
import { OllamaDecoder } from "./decoder.ts";
import { embedBody, readEmbeddings } from "./embed.ts";
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
  embed: {
    prepare: prepareEmbed,
    reader: (input) => new WholeReader((text) => readEmbeddings(text, input)),
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
  const framing = input.stream ? "ndjson" : "json";
  const request = post(account, "/api/chat", made.value.body, framing);
  return ok({ request, warnings: made.value.warnings });
}

function prepareEmbed(
  account: OllamaAccount,
  target: UpstreamTarget,
  input: EmbedInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  if (target.id === null) return fail(upstreamError("target_not_found", "no model is named"));
  const body = embedBody(target.id, input);
  if (!body.ok) return body;
  return ok({ request: post(account, "/api/embed", body.value, "json"), warnings: [] });
}

function post(
  account: OllamaAccount,
  path: string,
  body: object,
  framing: "json" | "ndjson",
): UpstreamRequest {
  return {
    method: "POST",
    url: joinUrl(account.settings.baseUrl, path),
    headers: {
      accept: framing === "json" ? "application/json" : "application/x-ndjson",
      "content-type": "application/json",
      ...authOf(account),
    },
    body: JSON.stringify(body),
    framing,
  };
}

/** Google Gemini, by its own API (`generateContent`). https://ai.google.dev/api */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Connector, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { joinUrl } from "../kit/urls.ts";
import {
  type GeminiAccount,
  type GeminiSecret,
  type GeminiSettings,
  headersOf,
  modelPath,
} from "./address.ts";
import { readsItself } from "./contents.ts";
import { GeminiDecoder } from "./decoder.ts";
import { explain } from "./errors.ts";
import { advise, CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";
import { nextPage, readModels } from "./models.ts";
import { generateBody } from "./request.ts";
import { geminiTasks } from "./tasks.ts";

export const gemini: Connector<GeminiSettings, GeminiSecret> = {
  id: "gemini",
  label: say("Google Gemini", "Google Gemini"),
  family: "models",
  guide,
  settings: z.strictObject({ baseUrl: baseUrlSchema(CLOUD_URL).transform(withApiVersion) }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  // A model that thinks says nothing meanwhile, unless asked for its thoughts.
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  disconnect: "cancel",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: (account) => get(account, "/models?pageSize=1"),
    read: (answer) => {
      const models = readModels(answer);
      return models.ok ? ok({ account: null }) : models;
    },
  },
  offers: {
    prepare: (account) => get(account, "/models?pageSize=1000"),
    read: readModels,
    pages: {
      next: (account, answer) => {
        const token = nextPage(answer);
        const query = token === null ? "" : `&pageToken=${encodeURIComponent(token)}`;
        return token === null ? null : get(account, `/models?pageSize=1000${query}`);
      },
      join: (earlier, later) => [...earlier, ...later],
    },
  },
  chat: {
    needsInline: (url) => !readsItself(url),
    prepare: prepareChat,
    decoder: (input) => new GeminiDecoder(input.messages.length),
  },
  ...geminiTasks,
  explain,
  advise,
};

/** The address with its version, also where the one for OpenAI's clients was pasted. */
function withApiVersion(baseUrl: string): string {
  const base = baseUrl.replace(/\/openai$/, "");
  return /\/v\d+(alpha|beta)?$/.test(base) ? base : `${base}/v1beta`;
}

function get(account: GeminiAccount, path: string): UpstreamRequest {
  return {
    method: "GET",
    url: joinUrl(account.settings.baseUrl, path),
    headers: { accept: "application/json", ...headersOf(account) },
    framing: "json",
  };
}

function prepareChat(
  account: GeminiAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  if (target.id === null) return fail(upstreamError("target_not_found", "no model is named"));
  const made = generateBody(input, target);
  if (!made.ok) return made;
  const method = input.stream ? ":streamGenerateContent?alt=sse" : ":generateContent";
  return ok({
    request: {
      method: "POST",
      url: joinUrl(account.settings.baseUrl, `/${modelPath(target.id)}${method}`),
      headers: {
        accept: input.stream ? "text/event-stream" : "application/json",
        "content-type": "application/json",
        ...headersOf(account),
      },
      body: JSON.stringify(made.value.body),
      framing: input.stream ? "sse" : "json",
    },
    warnings: made.value.warnings,
  });
}

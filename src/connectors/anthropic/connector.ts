/** Anthropic, by its Messages API. https://platform.claude.com/docs/en/api */
import { z } from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { joinUrl, withVersion } from "../kit/urls.ts";
import { AnthropicDecoder } from "./decoder.ts";
import { explain } from "./errors.ts";
import { advise, CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";
import { nextPage, readModels } from "./models.ts";
import { messagesBody, OLD_VERSION } from "./request.ts";

interface AnthropicSettings {
  baseUrl: string;
}
interface AnthropicSecret {
  apiKey: string;
}
type AnthropicAccount = Account<AnthropicSettings, AnthropicSecret>;

export const anthropic: Connector<AnthropicSettings, AnthropicSecret> = {
  id: "anthropic",
  label: say("Anthropic Claude", "Anthropic Claude"),
  family: "models",
  guide,
  settings: z.strictObject({ baseUrl: baseUrlSchema(CLOUD_URL).transform(tidy) }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  // A model that thinks hard may be silent meanwhile, but for its pings.
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  disconnect: "cancel",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: (account) => get(account, "/models?limit=1"),
    read: (answer) => {
      const models = readModels(answer);
      return models.ok ? ok({ account: null }) : models;
    },
  },
  offers: {
    prepare: (account) => get(account, "/models?limit=1000"),
    read: readModels,
    pages: {
      next: (account, answer) => {
        const after = nextPage(answer);
        if (after === null) return null;
        return get(account, `/models?limit=1000&after_id=${encodeURIComponent(after)}`);
      },
      join: (earlier, later) => [...earlier, ...later],
    },
  },
  chat: {
    wire: "anthropic-messages",
    prepare: prepareChat,
    decoder: () => new AnthropicDecoder(),
  },
  explain,
  advise,
};

/** With its version, also where a whole endpoint was pasted. */
function tidy(baseUrl: string): string {
  return withVersion(baseUrl.replace(/\/messages(\/count_tokens)?$/, ""));
}

function headersOf({ secret }: AnthropicAccount, input?: ChatInput): Record<string, string> {
  const written = input?.raw?.protocol === "anthropic-messages" ? input.raw.headers : undefined;
  return {
    accept: input?.stream ? "text/event-stream" : "application/json",
    "anthropic-version": OLD_VERSION,
    ...written,
    "x-api-key": secret.apiKey,
  };
}

function get(account: AnthropicAccount, path: string): UpstreamRequest {
  return {
    method: "GET",
    url: joinUrl(account.settings.baseUrl, path),
    headers: headersOf(account),
    framing: "json",
  };
}

function prepareChat(
  account: AnthropicAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  if (target.id === null) return fail(upstreamError("target_not_found", "no model is named"));
  const headers = headersOf(account, input);
  const made = messagesBody(input, target, headers["anthropic-version"] ?? OLD_VERSION);
  if (!made.ok) return made;
  return ok({
    request: {
      method: "POST",
      url: joinUrl(account.settings.baseUrl, "/messages"),
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(made.value.body),
      framing: input.stream ? "sse" : "json",
    },
    warnings: made.value.warnings,
  });
}

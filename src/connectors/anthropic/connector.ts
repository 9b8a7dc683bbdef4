/** Anthropic, by its Messages API. https://platform.claude.com/docs/en/api */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type {
  Account,
  Connector,
  UpstreamAnswer,
  UpstreamRequest,
  UpstreamTarget,
} from "../connector.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asCount, asObject, parseJson } from "../kit/json.ts";
import { joinUrl, withVersion } from "../kit/urls.ts";
import { AnthropicDecoder } from "./decoder.ts";
import { explain } from "./errors.ts";
import { advise, CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";
import { nextPage, readModels } from "./models.ts";
import { type MessagesBody, messagesBody, OLD_VERSION } from "./request.ts";

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
    count: { prepare: prepareCount, read: readCount },
  },
  explain,
  advise,
};

/** With its version, also where a whole endpoint was pasted. */
function tidy(baseUrl: string): string {
  return withVersion(baseUrl.replace(/\/messages(\/count_tokens)?$/, ""));
}

const headersOf = ({ secret }: AnthropicAccount): Record<string, string> => ({
  accept: "application/json",
  "anthropic-version": OLD_VERSION,
  "x-api-key": secret.apiKey,
});

function get(account: AnthropicAccount, path: string): UpstreamRequest {
  return {
    method: "GET",
    url: joinUrl(account.settings.baseUrl, path),
    headers: headersOf(account),
    framing: "json",
  };
}

function post(
  account: AnthropicAccount,
  path: string,
  { body, version }: MessagesBody,
  input: ChatInput,
): UpstreamRequest {
  const beta = input.raw?.headers?.["anthropic-beta"];
  return {
    method: "POST",
    url: joinUrl(account.settings.baseUrl, path),
    headers: {
      ...headersOf(account),
      accept: input.stream ? "text/event-stream" : "application/json",
      "anthropic-version": version,
      ...(beta === undefined ? {} : { "anthropic-beta": beta }),
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
    framing: input.stream ? "sse" : "json",
  };
}

function prepareChat(
  account: AnthropicAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  if (target.id === null) return fail(upstreamError("target_not_found", "no model is named"));
  const made = messagesBody(input, target);
  if (!made.ok) return made;
  const request = post(account, "/messages", made.value, input);
  return ok({ request, warnings: made.value.warnings });
}

/** What counts; all else is refused there. */
const COUNTED = ["model", "messages", "system", "tools", "tool_choice", "thinking", "mcp_servers"];

function prepareCount(
  account: AnthropicAccount,
  target: UpstreamTarget,
  asked: ChatInput,
): Result<UpstreamRequest, UpstreamError> {
  const input = { ...asked, stream: false };
  const made = messagesBody(input, target);
  if (!made.ok) return made;
  const fields = Object.entries(made.value.body).filter(([name]) => COUNTED.includes(name));
  const counted = { ...made.value, body: Object.fromEntries(fields) };
  return ok(post(account, "/messages/count_tokens", counted, input));
}

function readCount(answer: UpstreamAnswer): Result<number, UpstreamError> {
  const count = asCount(asObject(parseJson(answer.body))?.input_tokens);
  if (count > 0) return ok(count);
  return fail(upstreamError("protocol_violation", "the answer of /count_tokens holds no count"));
}

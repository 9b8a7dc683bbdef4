/**
 * Tencent Cloud ADP: agents and workflows, one for each AppKey, which travels in the body. Callers
 * make up the ids of conversations. Apps of the newer kinds serve version 2 of the API alone.
 */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError, UpstreamReason } from "../../core/run.ts";
import type { Account, Connector, UpstreamRequest } from "../connector.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, type Json, parseJson } from "../kit/json.ts";
import { ignoredSettings, newFiles, questionOf } from "../kit/question.ts";
import { joinUrl } from "../kit/urls.ts";
import { AdpDecoder } from "./decoder.ts";
import { advise, errorInPayload, explain } from "./errors.ts";
import { CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";

interface AdpSettings {
  baseUrl: string;
  version: "v2" | "v1";
}
interface AdpSecret {
  apiKey: string;
}
type AdpAccount = Account<AdpSettings, AdpSecret>;

export const tencentAdp: Connector<AdpSettings, AdpSecret> = {
  id: "tencent-adp",
  label: say("腾讯云智能体开发平台", "Tencent Cloud ADP"),
  family: "agents",
  guide,
  settings: z.strictObject({
    baseUrl: baseUrlSchema(CLOUD_URL).transform((url) =>
      url.replace(/\/(adp\/v2\/chat|v1\/qbot\/chat\/sse)$/, ""),
    ),
    version: z.enum(["v2", "v1"]).default("v2"),
  }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  // Its usage comes at the end alone.
  disconnect: "drain",
  address: (settings) => settings.baseUrl,
  // There is no call for it: a conversation that cannot be named is refused, for that or for the key.
  probe: {
    prepare: (account) => request(account, { conversation: "?", user: "connection-test" }),
    read: ({ body, status }) => {
      const payload = asObject(parseJson(body));
      const error = payload
        ? errorInPayload(payload, status)
        : upstreamError("protocol_violation", "the answer is no JSON object", { status });
      return error && TELLING.has(error.reason) ? fail(error) : ok({ account: null });
    },
    rescue: (error) => (TELLING.has(error.reason) ? null : { account: null }),
  },
  chat: {
    prepare: (account, _target, input) => prepareChat(account, input),
    decoder: () => new AdpDecoder(),
  },
  explain,
  advise,
};

/** What says something of the key or the app, and not of the odd question. */
const TELLING: ReadonlySet<UpstreamReason> = new Set([
  "unauthorized",
  "forbidden",
  "target_not_found",
  "quota_exhausted",
  "protocol_violation",
  "unreachable",
  "timeout",
  "address_not_allowed",
]);

interface Question {
  conversation: string;
  user: string;
  text?: string;
  pictures?: readonly string[];
  variables?: Record<string, string> | null;
}

function request(account: AdpAccount, question: Question): UpstreamRequest {
  const isNew = account.settings.version === "v2";
  const body = isNew ? bodyOfV2(account, question) : bodyOfV1(account, question);
  return {
    method: "POST",
    url: joinUrl(account.settings.baseUrl, isNew ? "/adp/v2/chat" : "/v1/qbot/chat/sse"),
    headers: { accept: "text/event-stream", "content-type": "application/json" },
    body: JSON.stringify(body),
    framing: "sse",
  };
}

function prepareChat(
  account: AdpAccount,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  const question = questionOf(input);
  if (!question.ok) return question;
  const pictures: string[] = [];
  for (const part of newFiles(input)) {
    if (part.type !== "image" || !part.url.startsWith("https://")) {
      return fail(upstreamError("rejected", "This agent takes only pictures, as https addresses."));
    }
    pictures.push(part.url);
  }
  const made = request(account, {
    conversation: conversationOf(input),
    user: input.endUser,
    text: question.value,
    pictures,
    variables: variablesOf(input),
  });
  return ok({ request: made, warnings: ignoredSettings(input, "Tencent ADP") });
}

/** Of 32 to 64 letters, digits, `-` and `_`. */
function conversationOf({ upstreamConversation, newConversation }: ChatInput): string {
  return upstreamConversation ?? `portico-conversation-${newConversation ?? ""}`.padEnd(32, "-");
}

/** Values of the form are texts there. */
function variablesOf({ inputs }: ChatInput): Record<string, string> | null {
  if (!inputs) return null;
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, text(value)]));
}

function bodyOfV2({ secret }: AdpAccount, question: Question): Json {
  const { conversation, user, text = "", pictures = [], variables = null } = question;
  return {
    ConversationId: conversation,
    AppKey: secret.apiKey,
    // The newer name; the older is still required.
    UserId: user,
    VisitorId: user,
    Contents: [
      { Type: "text", Text: text },
      ...pictures.map((Url) => ({ Type: "image", Image: { Url } })),
      ...(variables ? [{ Type: "custom_variables", CustomVariables: variables }] : []),
    ],
    Incremental: true,
    Stream: "enable",
  };
}

function bodyOfV1({ secret }: AdpAccount, question: Question): Json {
  const { conversation, user, text = "", pictures = [], variables = null } = question;
  return {
    content: [text, ...pictures.map((url) => `![](${url})`)].join("\n"),
    session_id: conversation,
    bot_app_key: secret.apiKey,
    visitor_biz_id: user,
    incremental: true,
    stream: "enable",
    ...(variables ? { custom_variables: variables } : {}),
  };
}

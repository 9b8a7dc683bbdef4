/**
 * n8n: a workflow behind a Webhook or Chat Trigger node (whose address ends in `/chat`). It keeps
 * a conversation, if at all, under the `sessionId` that is sent along.
 */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { readDataUrl } from "../kit/data-url.ts";
import { headerValue, optionalText, say, webhookUrlSchema } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, type Json, parseJson } from "../kit/json.ts";
import { type FilePart, ignoredSettings, newFiles, questionOf } from "../kit/question.ts";
import { N8nDecoder } from "./decoder.ts";
import { advise, explain, WANTS_GET, WANTS_POST } from "./errors.ts";
import { guide, HEADER_PATTERN, URL_PATTERN } from "./guide.ts";

interface N8nSettings {
  baseUrl: string;
  authHeader?: string | undefined;
}
interface N8nSecret {
  apiKey?: string | undefined;
}
type N8nAccount = Account<N8nSettings, N8nSecret>;

export const n8n: Connector<N8nSettings, N8nSecret> = {
  id: "n8n",
  label: say("n8n", "n8n"),
  family: "agents",
  guide,
  settings: z.strictObject({
    baseUrl: webhookUrlSchema(URL_PATTERN),
    authHeader: optionalText(HEADER_PATTERN),
  }),
  secret: z.strictObject({ apiKey: headerValue().optional() }),
  // A workflow is silent until its last node is done.
  limits: { timeoutMs: 600_000, idleTimeoutMs: 300_000, responseBytesMax: 64 * 1024 * 1024 },
  // It runs on anyway, and tells no usage.
  disconnect: "cancel",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: prepareProbe,
    // What answers otherwise takes a GET for a question, and has run.
    read: ({ body, status }) =>
      Array.isArray(asObject(parseJson(body))?.data)
        ? ok({ account: null })
        : fail(
            upstreamError("protocol_violation", "the webhook takes GET", {
              status,
              upstreamCode: WANTS_GET,
            }),
          ),
    // It is there and waits for a POST, which would run it.
    rescue: (error) => (error.upstreamCode === WANTS_POST ? { account: null } : null),
  },
  chat: { prepare: prepareChat, decoder: (input) => new N8nDecoder(input) },
  explain,
  advise,
};

const isChat = (url: string): boolean => /\/chat$/.test(URL.parse(url)?.pathname ?? "");

function request({ settings, secret }: N8nAccount, url: string, body: Json): UpstreamRequest {
  return {
    method: "POST",
    url,
    headers: {
      accept: "text/plain, application/json",
      "content-type": "application/json",
      ...(secret.apiKey === undefined
        ? {}
        : { [(settings.authHeader ?? "authorization").toLowerCase()]: secret.apiKey }),
    },
    body: JSON.stringify(body),
    framing: "lines",
  };
}

/** Without running the workflow: a chat is asked for its past, a webhook in the wrong way. */
function prepareProbe(account: N8nAccount): UpstreamRequest {
  const url = account.settings.baseUrl;
  const body = { action: "loadPreviousSession", sessionId: "connection-test" };
  const { body: text, ...rest } = request(account, url, body);
  return isChat(url) && text !== undefined
    ? { ...rest, body: text, framing: "json" }
    : { ...rest, method: "GET", framing: "json" };
}

/** Another webhook of the same n8n, where the agent names one. */
function urlOf(baseUrl: string, id: string | null): string {
  if (id === null) return baseUrl;
  const root = baseUrl.replace(/\/webhook\/.*$|\/+$/, "");
  return `${root}/webhook/${id.split("/").map(encodeURIComponent).join("/")}`;
}

function prepareChat(
  account: N8nAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  const question = questionOf(input);
  if (!question.ok) return question;
  const url = urlOf(account.settings.baseUrl, target.id);
  const files = newFiles(input).map(fileOf);
  if (isChat(url) && files.length > 0) {
    return fail(upstreamError("rejected", "This agent takes no pictures or files."));
  }
  const sessionId = input.upstreamConversation ?? input.newConversation ?? "";
  const metadata = { user: input.endUser, ...(input.inputs ? { inputs: input.inputs } : {}) };
  const body = isChat(url)
    ? { action: "sendMessage", sessionId, chatInput: question.value, metadata }
    : {
        ...input.inputs,
        query: question.value,
        sessionId,
        user: input.endUser,
        ...(files.length > 0 ? { files } : {}),
      };
  return ok({ request: request(account, url, body), warnings: ignoredSettings(input, "n8n") });
}

/** As data where it came as data, else as an address. */
function fileOf(part: FilePart): Json {
  if (part.type === "audio") {
    return { filename: `audio.${part.format}`, mimeType: `audio/${part.format}`, data: part.data };
  }
  const name = part.type === "file" ? part.name : "image";
  const inline = readDataUrl(part.url);
  if (inline) return { filename: name, mimeType: inline.mime, data: inline.data };
  return {
    filename: name,
    ...(part.type === "file" ? { mimeType: part.mime } : {}),
    url: part.url,
  };
}

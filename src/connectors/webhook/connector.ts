/** A program of one's own behind an address: docs/webhook.md says what it gets and may answer. */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamAnswer, UpstreamRequest } from "../connector.ts";
import { keySchema, say, webhookUrlSchema } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { type FilePart, ignoredSettings, newFiles, questionOf } from "../kit/question.ts";
import { textOfParts } from "../kit/turns.ts";
import { WebhookDecoder } from "./decoder.ts";
import { advise, errorOf, explain } from "./errors.ts";
import { guide, SECRET_PATTERN } from "./guide.ts";
import { signatureHeaders } from "./signature.ts";

interface WebhookSettings {
  baseUrl: string;
}
interface WebhookSecret {
  apiKey?: string | undefined;
  signingSecret?: string | undefined;
}
type WebhookAccount = Account<WebhookSettings, WebhookSecret>;

export const webhook: Connector<WebhookSettings, WebhookSecret> = {
  id: "webhook",
  label: say("Webhook（自有程序）", "Webhook (your own program)"),
  family: "agents",
  guide,
  settings: z.strictObject({ baseUrl: webhookUrlSchema() }),
  secret: z.strictObject({
    apiKey: keySchema().optional(),
    signingSecret: keySchema(SECRET_PATTERN).optional(),
  }),
  limits: { timeoutMs: 600_000, idleTimeoutMs: 300_000, responseBytesMax: 64 * 1024 * 1024 },
  disconnect: "cancel",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: (account) => ({ ...request(account, { type: "ping" }), framing: "json" }),
    read: readPing,
  },
  chat: {
    prepare: (account, _target, input) => prepareChat(account, input),
    decoder: (input) => new WebhookDecoder(input),
  },
  explain,
  advise,
};

function request({ settings, secret }: WebhookAccount, content: Json): UpstreamRequest {
  const { apiKey, signingSecret } = secret;
  const body = JSON.stringify(content);
  return {
    method: "POST",
    url: settings.baseUrl,
    headers: {
      accept: "application/json, application/x-ndjson, text/event-stream, text/plain",
      "content-type": "application/json",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body,
    framing: "lines",
    ...(signingSecret === undefined
      ? {}
      : {
          sign: () => {
            const moment = { id: crypto.randomUUID(), at: Math.floor(Date.now() / 1000) };
            return signatureHeaders(body, signingSecret, moment);
          },
        }),
  };
}

function readPing(answer: UpstreamAnswer): Result<{ account: string | null }, UpstreamError> {
  const body = asObject(parseJson(answer.body));
  const { status } = answer;
  if (!body) return fail(upstreamError("protocol_violation", "no JSON object", { status }));
  const error = asObject(body.error);
  return error ? fail({ ...errorOf(error), status }) : ok({ account: asText(body.name) });
}

function prepareChat(
  account: WebhookAccount,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  // The history stands beside the message, not in it.
  const message = questionOf({ ...input, upstreamConversation: "" });
  if (!message.ok) return message;
  const body = {
    type: "message",
    conversation: input.upstreamConversation ?? input.newConversation ?? "",
    is_new: input.upstreamConversation === undefined,
    user: input.endUser,
    message: message.value,
    messages: input.messages.map(({ role, content }) => ({ role, text: textOfParts(content) })),
    files: newFiles(input).map(fileOf),
    inputs: input.inputs ?? {},
    stream: input.stream,
  };
  return ok({ request: request(account, body), warnings: ignoredSettings(input, "a webhook") });
}

/** As an address, which may be one that holds the data itself. */
function fileOf(part: FilePart): Json {
  if (part.type === "audio") {
    const mime = `audio/${part.format}`;
    return {
      url: `data:${mime};base64,${part.data}`,
      name: `audio.${part.format}`,
      mime_type: mime,
    };
  }
  return part.type === "file"
    ? { url: part.url, name: part.name, mime_type: part.mime }
    : { url: part.url, name: "image", mime_type: "image/*" };
}

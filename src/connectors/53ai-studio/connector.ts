/**
 * 53AI Studio: the agents that a key reaches, each named in a header. Its API is a relative of
 * Dify's; no document of it is public.
 */
import * as z from "zod";
import type { Offer } from "../../contract/guide.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type {
  Account,
  Connector,
  UpstreamAnswer,
  UpstreamRequest,
  UpstreamTarget,
  Walk,
} from "../connector.ts";
import { agentOffer } from "../kit/agent-offer.ts";
import { bearerRequest } from "../kit/bearer.ts";
import { filesOf } from "../kit/dify-files.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asObject, asText, parseJson } from "../kit/json.ts";
import { ignoredSettings, questionOf } from "../kit/question.ts";
import { joinUrl } from "../kit/urls.ts";
import { StudioDecoder } from "./decoder.ts";
import { advise, errorInPayload, explain } from "./errors.ts";
import { CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";

interface StudioSettings {
  baseUrl: string;
}
interface StudioSecret {
  apiKey: string;
}
type StudioAccount = Account<StudioSettings, StudioSecret>;

const PAGE_SIZE = 100;

export const studio53ai: Connector<StudioSettings, StudioSecret> = {
  id: "53ai-studio",
  label: say("53AI Studio", "53AI Studio"),
  family: "agents",
  guide,
  settings: z.strictObject({
    baseUrl: baseUrlSchema(CLOUD_URL).transform((url) => url.replace(/\/v3$/, "")),
  }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  // Like Dify it tells the usage only at the end.
  disconnect: "drain",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: (account) => listApps(account, 0, 1),
    read: (answer) => {
      const apps = readApps(answer);
      return apps.ok ? ok({ account: null }) : apps;
    },
  },
  offers: {
    prepare: (account) => listApps(account, 0),
    read: (answer) => {
      const apps = readApps(answer);
      return apps.ok ? ok(apps.value.flatMap(offerOf)) : apps;
    },
    walk: walkApps,
  },
  chat: {
    upload: {
      prepare: ({ settings, secret }, { file, endUser, target }) =>
        bearerRequest(secret.apiKey, joinUrl(settings.baseUrl, "/v3/files/upload"), {
          headers: { "bot-id": target.id ?? "" },
          form: [
            { name: "file", value: file },
            { name: "user", value: endUser },
          ],
        }),
      read: (answer) => {
        const id = asText(asObject(parseJson(answer.body))?.id);
        return id === null ? violation("the uploaded file has no id") : ok(id);
      },
    },
    prepare: prepareChat,
    decoder: () => new StudioDecoder(),
  },
  explain,
  advise,
};

const violation = (detail: string): Result<never, UpstreamError> =>
  fail(upstreamError("protocol_violation", detail));

function listApps({ settings, secret }: StudioAccount, offset: number, limit = PAGE_SIZE) {
  const path = `/v3/apps?offset=${offset}&limit=${limit}`;
  return bearerRequest(secret.apiKey, joinUrl(settings.baseUrl, path));
}

/** A bare list. */
function readApps(answer: UpstreamAnswer): Result<unknown[], UpstreamError> {
  const body = parseJson(answer.body);
  if (Array.isArray(body) && body.every((app) => asObject(app))) return ok(body);
  const object = asObject(body);
  const error = object && errorInPayload(object);
  return error ? fail(error) : violation("the answer is no list of apps");
}

function* walkApps(account: StudioAccount, first: UpstreamAnswer): Walk<Offer[]> {
  const found = new Map<string, Offer>();
  let answer: Result<UpstreamAnswer, UpstreamError> = ok(first);
  for (let offset = 0; ; offset += PAGE_SIZE) {
    if (offset > 0) answer = yield listApps(account, offset);
    if (!answer.ok) return answer;
    const apps = readApps(answer.value);
    if (!apps.ok) return apps;
    const known = found.size;
    for (const offer of apps.value.flatMap(offerOf)) found.set(offer.id, offer);
    // Nobody has said that the offset is heeded.
    if (apps.value.length < PAGE_SIZE || found.size === known) return ok([...found.values()]);
  }
}

function offerOf(entry: unknown): Offer[] {
  const app = asObject(entry);
  const id = asText(app?.bot_id);
  if (!app || id === null) return [];
  return [
    agentOffer({
      id,
      name: asText(app.nickname) ?? asText(app.name) ?? id,
      description: asText(app.description),
      icon: asText(app.logo),
      openingMessage: asText(app.opening_statement),
      suggestedQuestions: asArray(app.suggested_questions).flatMap((text) => asText(text) ?? []),
    }),
  ];
}

function prepareChat(
  { settings, secret }: StudioAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  if (target.id === null) return fail(upstreamError("target_not_found", "no agent is named"));
  const query = questionOf(input);
  if (!query.ok) return query;
  const files = filesOf(input);
  if (!files.ok) return files;
  const body = {
    query: query.value,
    user: input.endUser,
    conversation_id: input.upstreamConversation ?? "",
    response_mode: "streaming",
    inputs: input.inputs ?? {},
    ...(files.value.length > 0 ? { files: files.value } : {}),
  };
  const url = joinUrl(settings.baseUrl, "/v3/chat-messages");
  const headers = { "bot-id": target.id };
  return ok({
    request: bearerRequest(secret.apiKey, url, { body, headers, framing: "sse" }),
    warnings: ignoredSettings(input, "53AI Studio"),
  });
}

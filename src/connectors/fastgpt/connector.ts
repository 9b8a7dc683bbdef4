/**
 * FastGPT: simple apps, workflows and plugins. A key is one app; a key of the account reaches all,
 * each by its id. Callers make up the ids of conversations, and the app remembers what was said in
 * one; a message without such an id brings its history along.
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
} from "../connector.ts";
import { agentOffer } from "../kit/agent-offer.ts";
import { bearerRequest } from "../kit/bearer.ts";
import { baseUrlSchema, keySchema, optionalText, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { ignoredSettings } from "../kit/question.ts";
import { joinUrl } from "../kit/urls.ts";
import { FastGptDecoder } from "./decoder.ts";
import { advise, EMPTY_ACCEPTED, errorInPayload, explain } from "./errors.ts";
import { APP_PATTERN, CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";
import { chatIdOf, messagesOf } from "./messages.ts";

interface FastGptSettings {
  baseUrl: string;
  appId?: string | undefined;
}
interface FastGptSecret {
  apiKey: string;
}
type FastGptAccount = Account<FastGptSettings, FastGptSecret>;

/** Stands for the app of the key, where its id is not known. */
const OWN_APP = "app";

export const fastgpt: Connector<FastGptSettings, FastGptSecret> = {
  id: "fastgpt",
  label: say("FastGPT", "FastGPT"),
  family: "agents",
  guide,
  settings: z.strictObject({
    baseUrl: baseUrlSchema(CLOUD_URL).transform(rootOf),
    appId: optionalText(APP_PATTERN),
  }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  // Something empty comes every ten seconds, but not from versions that are old.
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  // Its usage comes after the answer's end.
  disconnect: "drain",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: lookAtApp,
    read: (answer) => {
      const app = readApp(answer);
      return app.ok ? ok({ account: asText(app.value.name) }) : app;
    },
    rescue: (error) => (error.upstreamCode === EMPTY_ACCEPTED ? { account: null } : null),
  },
  offers: {
    prepare: lookAtApp,
    read: (answer) => {
      const app = readApp(answer);
      return app.ok ? ok([offerOf(app.value)]) : app;
    },
    rescue: (error) => (error.upstreamCode === EMPTY_ACCEPTED ? [offerOf({})] : null),
  },
  chat: {
    prepare: prepareChat,
    decoder: (input) => new FastGptDecoder(chatIdOf(input)),
  },
  explain,
  advise,
};

/** Where only a host was pasted, its usual root. */
function rootOf(url: string): string {
  const root = url.replace(/\/v[12]$/, "");
  return URL.parse(root)?.pathname === "/" ? `${root}/api` : root;
}

/**
 * An app whose id is known is looked up. Else it is asked nothing, which is refused after the key
 * has been checked; a plugin would run.
 */
function lookAtApp({ settings, secret }: FastGptAccount): UpstreamRequest {
  const { baseUrl, appId } = settings;
  if (appId === undefined) {
    const body = { stream: false, messages: [] };
    return bearerRequest(secret.apiKey, joinUrl(baseUrl, "/v1/chat/completions"), { body });
  }
  const path = `/core/chat/init?appId=${encodeURIComponent(appId)}`;
  return bearerRequest(secret.apiKey, joinUrl(baseUrl, path));
}

/** What is told of the app: nothing where it is not known by its id. */
function readApp(answer: UpstreamAnswer): Result<Json, UpstreamError> {
  const body = asObject(parseJson(answer.body));
  const error = body && errorInPayload(body, null);
  if (error?.upstreamCode === EMPTY_ACCEPTED) return ok({});
  if (error) return fail(error);
  const data = asObject(body?.data);
  const app = asObject(data?.app);
  if (app) return ok({ ...app, id: data?.appId });
  // A plugin, which has run.
  if (Array.isArray(body?.choices)) return ok({});
  return fail(upstreamError("protocol_violation", "the answer tells of no app"));
}

function offerOf(app: Json): Offer {
  const icon = asText(app.avatar);
  return agentOffer({
    id: asText(app.id) ?? OWN_APP,
    name: asText(app.name) ?? "FastGPT",
    description: asText(app.intro),
    icon: icon !== null && /^https?:/.test(icon) ? icon : null,
    openingMessage: asText(asObject(app.chatConfig)?.welcomeText),
  });
}

function prepareChat(
  { settings, secret }: FastGptAccount,
  { id }: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  const messages = messagesOf(input);
  if (!messages.ok) return messages;
  const chatId = chatIdOf(input);
  // Looked at only where the key is the account's.
  const appId = id === null || id === OWN_APP ? settings.appId : id;
  const body = {
    ...(chatId === null ? {} : { chatId }),
    ...(appId === undefined ? {} : { appId }),
    stream: true,
    detail: true,
    messages: messages.value,
    ...(input.inputs ? { variables: input.inputs } : {}),
    customUid: input.endUser,
  };
  const url = joinUrl(settings.baseUrl, "/v1/chat/completions");
  return ok({
    request: bearerRequest(secret.apiKey, url, { body, framing: "sse" }),
    warnings: ignoredSettings(input, "FastGPT"),
  });
}

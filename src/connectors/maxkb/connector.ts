/**
 * MaxKB: one application for each key and base URL. Its protocol is OpenAI's, but only the last
 * message is read; the history stays there, under an id that the first answer tells.
 */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamAnswer, UpstreamRequest } from "../connector.ts";
import { agentOffer } from "../kit/agent-offer.ts";
import { bearerRequest } from "../kit/bearer.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { errorInPayload } from "../kit/openai/errors.ts";
import { ignoredSettings, newFiles, questionOf } from "../kit/question.ts";
import { joinUrl } from "../kit/urls.ts";
import { MaxKbDecoder } from "./decoder.ts";
import { advise, explain, MAXKB_CODES } from "./errors.ts";
import { guide, KEY_PATTERN } from "./guide.ts";

interface MaxKbSettings {
  baseUrl: string;
}
interface MaxKbSecret {
  apiKey: string;
}
type MaxKbAccount = Account<MaxKbSettings, MaxKbSecret>;

export const maxkb: Connector<MaxKbSettings, MaxKbSecret> = {
  id: "maxkb",
  label: say("MaxKB", "MaxKB"),
  family: "agents",
  guide,
  settings: z.strictObject({ baseUrl: baseUrlSchema() }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  // Its usage comes with the last chunk alone.
  disconnect: "drain",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: getProfile,
    read: (answer) => {
      const profile = readProfile(answer);
      return profile.ok ? ok({ account: asText(profile.value.name) }) : profile;
    },
  },
  offers: {
    prepare: getProfile,
    read: (answer) => {
      const profile = readProfile(answer);
      if (!profile.ok) return profile;
      const { name, desc, prologue } = profile.value;
      return ok([
        agentOffer({
          // The base URL is the application.
          id: "app",
          name: asText(name) ?? "MaxKB",
          description: asText(desc),
          openingMessage: asText(prologue),
        }),
      ]);
    },
  },
  chat: {
    prepare: (account, _target, input) => prepareChat(account, input),
    decoder: () => new MaxKbDecoder(),
  },
  explain,
  advise,
};

/** `…/api/application/<id>` (version 1) or `…/chat/api/<id>`: its profile has no id. */
function getProfile({ settings, secret }: MaxKbAccount): UpstreamRequest {
  const [, root = "", second] =
    /^(.*?)(\/chat)?\/api\/(?:application\/)?[^/]+$/.exec(settings.baseUrl) ?? [];
  const place = `${second ?? ""}/api/application/profile`;
  return {
    method: "GET",
    url: joinUrl(root || new URL(settings.baseUrl).origin, place),
    // As it is: here it is no bearer.
    headers: { accept: "application/json", authorization: secret.apiKey },
    framing: "json",
  };
}

function readProfile(answer: UpstreamAnswer): Result<Json, UpstreamError> {
  const body = asObject(parseJson(answer.body));
  const profile = asObject(body?.data);
  if (profile && asText(profile.name) !== null) return ok(profile);
  const error = body && body.code !== 200 ? errorInPayload(body, MAXKB_CODES) : null;
  return fail(error ?? upstreamError("protocol_violation", "the profile names no application"));
}

function prepareChat(
  { settings, secret }: MaxKbAccount,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  const question = questionOf(input);
  if (!question.ok) return question;
  if (newFiles(input).length > 0) {
    return fail(upstreamError("rejected", "This agent takes no pictures or files."));
  }
  const { upstreamConversation, inputs } = input;
  const body = {
    messages: [{ role: "user", content: question.value }],
    stream: true,
    re_chat: false,
    ...(upstreamConversation === undefined ? {} : { chat_id: upstreamConversation }),
    ...(inputs ? { form_data: inputs } : {}),
  };
  return ok({
    request: bearerRequest(secret.apiKey, joinUrl(settings.baseUrl, "/chat/completions"), {
      body,
      framing: "sse",
    }),
    warnings: ignoredSettings(input, "MaxKB"),
  });
}

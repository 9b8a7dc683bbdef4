/**
 * Tencent Yuanqi: one agent for each token. It keeps no conversation: the history is sent along,
 * a question and an answer in turn.
 */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, ContentPart, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { bearerRequest } from "../kit/bearer.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import type { Json } from "../kit/json.ts";
import { explainAnswer } from "../kit/openai/errors.ts";
import { ignoredSettings, questionOf } from "../kit/question.ts";
import { alternateTurns } from "../kit/turns.ts";
import { joinUrl } from "../kit/urls.ts";
import { YuanqiDecoder } from "./decoder.ts";
import { AGENT_PATTERN, advise, CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";

interface YuanqiSettings {
  baseUrl: string;
  assistantId: string;
}
interface YuanqiSecret {
  apiKey: string;
}

/** Of one request. */
const MESSAGES_MAX = 40;

export const yuanqi: Connector<YuanqiSettings, YuanqiSecret> = {
  id: "yuanqi",
  label: say("腾讯元器", "Tencent Yuanqi"),
  family: "agents",
  guide,
  settings: z.strictObject({
    baseUrl: baseUrlSchema(CLOUD_URL).transform((url) =>
      url.replace(/\/openapi(\/v1(\/agent)?)?(\/chat)?$/, ""),
    ),
    assistantId: z
      .string()
      .trim()
      .regex(new RegExp(AGENT_PATTERN.source), AGENT_PATTERN.message.en),
  }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  // Usage is certain in the last frame alone.
  disconnect: "drain",
  address: (settings) => settings.baseUrl,
  chat: { prepare: prepareChat, decoder: () => new YuanqiDecoder() },
  explain: (answer) => explainAnswer(answer, {}),
  advise,
};

function prepareChat(
  { settings, secret }: Account<YuanqiSettings, YuanqiSecret>,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  const question = questionOf(input);
  if (!question.ok) return question;
  const messages: Json[] = [];
  for (const { role, content } of alternateTurns(input.messages, MESSAGES_MAX)) {
    const parts = content.map(partOf);
    if (parts.some((part) => part === null)) {
      const detail = "This agent takes pictures and files only as https addresses.";
      return fail(upstreamError("rejected", detail));
    }
    messages.push({ role, content: parts });
  }
  const body = {
    assistant_id: target.id ?? settings.assistantId,
    user_id: input.endUser,
    stream: true,
    messages,
    ...(input.inputs ? { custom_variables: input.inputs } : {}),
  };
  const url = joinUrl(settings.baseUrl, "/openapi/v1/agent/chat/completions");
  const warnings = ignoredSettings(input, "Yuanqi");
  if (alternateTurns(input.messages).length > MESSAGES_MAX) {
    warnings.push(`Yuanqi takes ${MESSAGES_MAX} messages; earlier ones are left out.`);
  }
  return ok({
    request: bearerRequest(secret.apiKey, url, {
      body,
      headers: { "x-source": "openapi" },
      framing: "sse",
    }),
    warnings,
  });
}

function partOf(part: ContentPart): Json | null {
  if (part.type === "text") return { type: "text", text: part.text };
  if (part.type === "audio" || !part.url.startsWith("https://")) return null;
  const type = part.type === "image" ? "image" : kindOf(part.name, part.mime);
  return { type: "file_url", file_url: { type, url: part.url } };
}

/** `image`, `audio` and `video`; else the end of the name, as in `pdf`. */
function kindOf(name: string, mime: string): string {
  const [family = "", kind = ""] = mime.split("/");
  if (["image", "audio", "video"].includes(family)) return family;
  return /\.(\w{1,5})$/.exec(name)?.[1]?.toLowerCase() ?? (kind === "plain" ? "txt" : kind);
}

/**
 * Alibaba Bailian (Model Studio): agents and workflows. The history is sent along with every
 * message: a session there is forgotten after an hour.
 */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, ChatMessage, UpstreamError } from "../../core/run.ts";
import type { Account, Connector, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { bearerRequest } from "../kit/bearer.ts";
import { baseUrlSchema, keySchema, optionalText, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import type { Json } from "../kit/json.ts";
import { readModels } from "../kit/openai/models.ts";
import { type FilePart, ignoredSettings, newFiles, questionOf } from "../kit/question.ts";
import { textOfParts } from "../kit/turns.ts";
import { joinUrl } from "../kit/urls.ts";
import { BailianDecoder } from "./decoder.ts";
import { advise, BAILIAN_CODES, explain } from "./errors.ts";
import { APP_PATTERN, CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";

interface BailianSettings {
  baseUrl: string;
  appId: string;
  workspaceId?: string | undefined;
}
interface BailianSecret {
  apiKey: string;
}
type BailianAccount = Account<BailianSettings, BailianSecret>;

export const bailian: Connector<BailianSettings, BailianSecret> = {
  id: "bailian",
  label: say("阿里云百炼应用", "Alibaba Bailian apps"),
  family: "agents",
  guide,
  settings: z.strictObject({
    baseUrl: baseUrlSchema(CLOUD_URL).transform((url) =>
      url.replace(/\/(api|compatible-mode)\/v1$/, ""),
    ),
    appId: z.string().trim().regex(new RegExp(APP_PATTERN.source), APP_PATTERN.message.en),
    workspaceId: optionalText(),
  }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  // Usage so far stands in every frame.
  disconnect: "cancel",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: (account) => request(account, "/compatible-mode/v1/models"),
    read: (answer) => {
      const models = readModels(answer, BAILIAN_CODES);
      return models.ok ? ok({ account: null }) : models;
    },
  },
  chat: { prepare: prepareChat, decoder: () => new BailianDecoder() },
  explain,
  advise,
};

function request(
  { settings, secret }: BailianAccount,
  path: string,
  { headers, ...sent }: Parameters<typeof bearerRequest>[2] = {},
): UpstreamRequest {
  const { baseUrl, workspaceId } = settings;
  const workspace = workspaceId === undefined ? {} : { "x-dashscope-workspace": workspaceId };
  return bearerRequest(secret.apiKey, joinUrl(baseUrl, path), {
    ...sent,
    headers: { ...headers, ...workspace },
  });
}

function prepareChat(
  account: BailianAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  // Told apart from a folded question: what is said before goes into `messages`.
  const question = questionOf({ ...input, upstreamConversation: "" });
  if (!question.ok) return question;
  const files = filesOf(newFiles(input));
  if (!files.ok) return files;
  const messages = input.messages.flatMap(messageOf);
  const said = messages.length > 1 ? { messages } : { prompt: question.value };
  const id = target.id ?? account.settings.appId;
  const body = {
    input: { ...said, ...files.value, ...(input.inputs ? { biz_params: input.inputs } : {}) },
    parameters: {
      // Left out, each frame repeats the whole text.
      incremental_output: true,
      has_thoughts: true,
      flow_stream_mode: "message_format",
    },
    debug: {},
  };
  return ok({
    request: request(account, `/api/v1/apps/${encodeURIComponent(id)}/completion`, {
      body,
      // Without it there is no stream, and no word of complaint.
      headers: { "x-dashscope-sse": "enable" },
      framing: "sse",
    }),
    warnings: ignoredSettings(input, "Bailian"),
  });
}

function messageOf({ role, content }: ChatMessage): Json[] {
  const text = textOfParts(content);
  if (text.trim() === "") return [];
  return [{ role: role === "tool" ? "user" : role, content: text }];
}

/** Pictures as addresses or data, documents as addresses. */
function filesOf(parts: readonly FilePart[]): Result<Json, UpstreamError> {
  const images: string[] = [];
  const documents: string[] = [];
  for (const part of parts) {
    if (part.type === "image") images.push(part.url);
    else if (part.type === "file" && /^https?:/.test(part.url)) documents.push(part.url);
    else {
      const detail = "This agent takes pictures, and documents as https addresses.";
      return fail(upstreamError("rejected", detail));
    }
  }
  return ok({
    ...(images.length > 0 ? { image_list: images } : {}),
    ...(documents.length > 0 ? { file_list: documents } : {}),
  });
}

/**
 * Baidu Qianfan AppBuilder: agents and chatflows, all that a key reaches. Conversations are kept
 * there and must be made before their first message; they are forgotten after about a week.
 */
import * as z from "zod";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import type { Connector, UpstreamAnswer, UpstreamRequest, UpstreamTarget } from "../connector.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asText, type Json } from "../kit/json.ts";
import { ignoredSettings, newFiles, questionOf } from "../kit/question.ts";
import {
  type AppBuilderAccount,
  type AppBuilderSecret,
  type AppBuilderSettings,
  post,
  readObject,
  violation,
} from "./calls.ts";
import { readConversation } from "./conversation.ts";
import { AppBuilderDecoder } from "./decoder.ts";
import { advise, explain } from "./errors.ts";
import { CLOUD_URL, guide, KEY_PATTERN } from "./guide.ts";
import { listApps, offersIn, offersOfAll, readList } from "./offers.ts";

export const appbuilder: Connector<AppBuilderSettings, AppBuilderSecret> = {
  id: "appbuilder",
  label: say("百度千帆 AppBuilder", "Baidu Qianfan AppBuilder"),
  family: "agents",
  guide,
  settings: z.strictObject({
    baseUrl: baseUrlSchema(CLOUD_URL).transform((url) => url.replace(/\/v2(\/app)?$/, "")),
  }),
  secret: z.strictObject({ apiKey: keySchema(KEY_PATTERN) }),
  // Agents that use tools are silent for long, and there is no ping.
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  // The app works on when the reader leaves, and tells its usage step by step.
  disconnect: "drain",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: (account) => listApps(account, null),
    read: (answer) => {
      const list = readList(answer);
      return list.ok ? ok({ account: null }) : list;
    },
  },
  offers: {
    prepare: (account) => listApps(account, null),
    read: (answer) => {
      const list = readList(answer);
      return list.ok ? ok(offersIn(list.value)) : list;
    },
    walk: offersOfAll,
  },
  chat: {
    begin: {
      prepare: (account, { target }) =>
        post(account, "/v2/app/conversation", { body: { app_id: target.id ?? "" } }),
      read: (answer) => idIn(answer, "conversation_id"),
    },
    // All files are given to the conversation, those of the web too.
    needsInline: () => true,
    upload: {
      prepare: (account, { file, target, conversation }) =>
        post(account, "/v2/app/conversation/file/upload", {
          form: [
            { name: "app_id", value: target.id ?? "" },
            { name: "conversation_id", value: readConversation(conversation ?? "").id },
            { name: "file", value: file },
          ],
        }),
      read: (answer) => idIn(answer, "id"),
    },
    prepare: prepareChat,
    decoder: () => new AppBuilderDecoder(),
  },
  explain,
  advise,
};

function prepareChat(
  account: AppBuilderAccount,
  target: UpstreamTarget,
  input: ChatInput,
): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError> {
  if (target.id === null) return fail(upstreamError("target_not_found", "no app is named"));
  const query = questionOf(input);
  if (!query.ok) return query;
  const files = filesOf(input);
  if (!files.ok) return files;
  const name = input.upstreamConversation ?? input.newConversation;
  const { id, interruption } = readConversation(name ?? "");
  const body = {
    app_id: target.id,
    query: query.value,
    stream: true,
    ...(id === "" ? {} : { conversation_id: id }),
    // Its own rule; a name outside it would refuse the whole request.
    ...(/^.{6,64}$/.test(input.endUser) ? { end_user_id: input.endUser } : {}),
    ...(files.value.length === 0 ? {} : { file_ids: files.value }),
    ...(interruption === null ? {} : { action: resume(interruption) }),
    ...(input.inputs ? { parameters: input.inputs } : {}),
  };
  return ok({
    request: post(account, "/v2/app/conversation/runs", { body, framing: "sse" }),
    warnings: ignoredSettings(input, "AppBuilder"),
  });
}

const resume = (id: string): Json => ({
  action_type: "resume",
  parameters: { interrupt_event: { id, type: "chat" } },
});

/** As they were given to the conversation. */
function filesOf(input: ChatInput): Result<string[], UpstreamError> {
  const ids: string[] = [];
  for (const part of newFiles(input)) {
    const id = part.type === "audio" ? undefined : input.uploads?.[part.url];
    if (id === undefined) {
      return fail(upstreamError("rejected", "This agent takes pictures and documents only."));
    }
    ids.push(id);
  }
  return ok(ids);
}

function idIn(answer: UpstreamAnswer, name: string): Result<string, UpstreamError> {
  const body = readObject(answer);
  if (!body.ok) return body;
  const id = asText(body.value[name]);
  return id === null ? violation(`what was made has no ${name}`) : ok(id);
}

/**
 * Tencent ADP, scripted: `/adp-cloud/…`; the AppKey `AppKey-<behaviour>` says how the app behaves.
 * `old` serves version 1 alone, all others version 2 alone.
 */
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";
import { answerInWords } from "./upstream-words.ts";

type Json = Record<string, unknown>;

/** Conversations that were begun. */
const known = new Set<string>();

export async function answerAdp(call: Call): Promise<void> {
  const { body } = call;
  const isNew = call.path === "/adp-cloud/adp/v2/chat";
  const app = /^AppKey-(.+)$/.exec(String(isNew ? body.AppKey : body.bot_app_key))?.[1];
  const fail = (code: number, message: string): void =>
    sendJson(call.response, 200, isNew ? errorV2(code, message) : errorV1(code, message));
  if (!isNew && call.path !== "/adp-cloud/v1/qbot/chat/sse") {
    return sendJson(call.response, 404, { code: 404, message: "no such path" });
  }
  if (app === undefined) return fail(4505004, "APPKEY 无效");
  if (app.startsWith("old") === isNew) return fail(460030, "该应用类型不支持当前请求");
  if (await misbehaves(call, call.behaviour(app))) return;
  const conversation = String(isNew ? body.ConversationId : body.session_id);
  if (!/^[a-zA-Z0-9_-]{32,64}$/.test(conversation)) return fail(400, "请求参数错误");
  const isKnown = known.has(conversation);
  known.add(conversation);
  if (isKnown && call.behaviour(app).conversationGone) return fail(460010, "会话不存在");
  return isNew ? answerV2(call, app, conversation) : answerV1(call, app, conversation);
}

const errorV2 = (Code: number, Message: string): Json => ({
  Type: "error",
  Error: { Code, Message },
});
const errorV1 = (code: number, message: string): Json => ({
  type: "error",
  payload: { error: { code, message }, request_id: "r" },
});
const eventOf = (data: Json): string =>
  `event: ${data.Type ?? data.type}\ndata: ${JSON.stringify(data)}\n\n`;

function answerV2(call: Call, app: string, ConversationId: string): Promise<void> {
  const record = { Role: "assistant", RecordId: "rec", ConversationId };
  const message = { Type: "reply", MessageId: "m1", Name: "reply" };
  const [first] = call.body.Contents as { Text?: string }[];
  return answerInWords(call, app, first?.Text, (words, { input }) => {
    const Contents = [{ Type: "text", Text: words.join("") }];
    const StatInfo = {
      InputTokens: input,
      OutputTokens: words.length,
      TotalTokens: input + words.length,
    };
    const opening =
      eventOf({ Type: "request_ack", RequestAck: { ...record, Role: "user" } }) +
      eventOf({ Type: "message.added", Message: message });
    return {
      chunks: words.map(
        (Text, at) =>
          (at === 0 ? opening : "") +
          eventOf(
            call.body.Incremental === true
              ? { Type: "text.delta", MessageId: "m1", ContentIndex: 0, Text }
              : {
                  Type: "text.replace",
                  MessageId: "m1",
                  ContentIndex: 0,
                  Text: words.slice(0, at + 1).join(""),
                },
          ),
      ),
      ending:
        eventOf({ Type: "message.done", MessageId: "m1", Message: { ...message, Contents } }) +
        eventOf({
          Type: "response.completed",
          Response: { ...record, Status: "success", StatInfo },
        }) +
        "event: done\ndata: [DONE]\n\n",
      error: eventOf(errorV2(460301, "内部异常")),
    };
  });
}

function answerV1(call: Call, app: string, session_id: string): Promise<void> {
  const reply = (content: string, more: Json): string =>
    eventOf({
      type: "reply",
      payload: { content, session_id, request_id: "r", record_id: "rec", is_final: false, ...more },
    });
  const { content } = call.body;
  return answerInWords(call, app, content, (words, { input }) => ({
    chunks: words.map((word, at) => {
      const echo = reply(String(content), { is_from_self: true, is_final: true });
      const last = { is_from_self: false, is_final: at === words.length - 1 };
      return (at === 0 ? echo : "") + reply(word, last);
    }),
    ending: eventOf({
      type: "token_stat",
      // Both sides in one number, and the app's own instructions with them.
      payload: { session_id, token_count: 100 + input + words.length, procedures: [] },
    }),
    error: eventOf(errorV1(460301, "内部异常")),
  }));
}

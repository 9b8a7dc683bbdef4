/** 53AI Studio, scripted: `/studio/v3/…`; the id in `Bot-Id` says how the agent behaves. */
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";
import { answerInWords } from "./upstream-words.ts";

export const STUDIO_KEY = "studio-secret-0123";
const APPS = Array.from({ length: 101 }, (_, at) => ({
  bot_id: at === 0 ? "ok" : `ok+${at}`,
  name: `bot-${at}`,
  nickname: `Bot ${at}`,
  description: "A scripted agent",
  logo: "https://cdn.example.com/bot.png",
  opening_statement: "Hi!",
  suggested_questions: ["Who are you?"],
  updated_at: 1_760_000_000,
}));
let made = 0;

export async function answerStudio(call: Call): Promise<void> {
  const { response, path, headers } = call;
  if (call.key !== STUDIO_KEY) return sendJson(response, 401, { message: "invalid key" });
  if (path === "/studio/v3/apps") {
    const query = new URL(call.address, "http://upstream").searchParams;
    const offset = Number(query.get("offset"));
    return sendJson(response, 200, APPS.slice(offset, offset + Number(query.get("limit"))));
  }
  const bot = headers["bot-id"] ?? "";
  if (bot === "") return sendJson(response, 404, { message: "no such bot" });
  if (await misbehaves(call, call.behaviour(bot))) return;
  if (path === "/studio/v3/files/upload") return sendJson(response, 200, { id: `f-${++made}` });
  if (path !== "/studio/v3/chat-messages")
    return sendJson(response, 404, { message: "no such path" });
  if (call.body.conversation_id && call.behaviour(bot).conversationGone) {
    return sendJson(response, 404, { message: "Conversation not found" });
  }
  const conversation_id = call.body.conversation_id || `cv-${++made}`;
  const line = (payload: object): string =>
    `data: ${JSON.stringify({ conversation_id, message_id: "ms-1", task_id: "tk-1", ...payload })}\n\n`;
  return answerInWords(call, bot, call.body.query, (words, { input }) => ({
    chunks: words.map((answer) => line({ event: "message", answer })),
    ending: line({
      event: "message_end",
      metadata: { usage: { prompt_tokens: input, completion_tokens: words.length } },
    }),
    error: line({ event: "error", message: "model failed", answer: "" }),
  }));
}

/** MaxKB, scripted: `/maxkb/chat/api/<id>/…`; the key `application-<behaviour>` says how it behaves. */
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";
import { answerInWords } from "./upstream-words.ts";

let chats = 0;

export async function answerMaxKb(call: Call): Promise<void> {
  const { response, body } = call;
  const app = /^application-(.+)$/.exec(call.key)?.[1];
  const refuse = (status: number, message: string): void =>
    sendJson(response, status, { code: status, message, data: null });
  if (app === undefined) return refuse(401, "Authentication failed");
  if (await misbehaves(call, call.behaviour(app))) return;
  if (call.path === "/maxkb/chat/api/application/profile") {
    const data = { id: "a1", name: `App ${app}`, desc: "A scripted app", prologue: "Hi!" };
    return sendJson(response, 200, { code: 200, message: "ok", data });
  }
  if (!/^\/maxkb\/chat\/api\/[^/]+\/chat\/completions$/.test(call.path)) {
    return refuse(404, "no such path");
  }
  const known = /^chat-\d+$/.test(String(body.chat_id ?? "chat-0"));
  if (!known) return refuse(500, "Conversation does not exist");
  const chat_id = body.chat_id ?? `chat-${++chats}`;
  const last = (body.messages as { content: string }[]).at(-1);
  const chunk = (content: string, finish: string | null, usage: [number, number]): string =>
    `data: ${JSON.stringify({
      id: "record",
      object: "chat.completion.chunk",
      model: "",
      created: 31,
      choices: [{ index: 0, delta: { content, role: null, chat_id }, finish_reason: finish }],
      usage: {
        prompt_tokens: usage[0],
        completion_tokens: usage[1],
        total_tokens: usage[0] + usage[1],
      },
    })}\n\n`;
  return answerInWords(call, app, last?.content, (words, { input }) => ({
    chunks: words.map((text) => chunk(text, null, [0, 0])),
    ending: chunk("", "stop", [input, words.length]),
    // Failures are its words.
    error: chunk("Exception: model failed", "stop", [0, 0]),
  }));
}

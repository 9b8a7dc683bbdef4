/** Yuanqi, scripted: `/yuanqi/openapi/…`; the id of the agent says how it behaves. */
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";
import { answerInWords } from "./upstream-words.ts";

export const YUANQI_TOKEN = "yuanqi-token-0123";

export async function answerYuanqi(call: Call): Promise<void> {
  const { response, body, headers } = call;
  const refuse = (status: number, message: string): void =>
    sendJson(response, status, { error: { message } });
  if (call.key !== YUANQI_TOKEN) return refuse(401, "invalid token");
  const agent = String(body.assistant_id);
  if (await misbehaves(call, call.behaviour(agent))) return;
  if (call.path !== "/yuanqi/openapi/v1/agent/chat/completions") return refuse(404, "no such path");
  if (headers["x-source"] !== "openapi") return refuse(400, "X-Source is missing");
  const wrong = wrongIn(body.messages as { role: string; content: unknown }[]);
  if (wrong !== null) return refuse(400, wrong);
  const chunk = (content: string, finish: string, usage: [number, number]): string =>
    `data: ${JSON.stringify({
      id: "b3f0c2",
      created: 1_760_000_000,
      choices: [
        { index: 0, finish_reason: finish, delta: { role: "assistant", content, tool_calls: [] } },
      ],
      assistant_id: agent,
      usage: { prompt_tokens: usage[0], completion_tokens: usage[1] },
    })}\n\n`;
  return answerInWords(call, agent, JSON.stringify(body.messages), (words, { input }) => ({
    chunks: words.map((text, at) => chunk(text, "", [input, at + 1])),
    ending: `${chunk("", "stop", [input, words.length])}data: [DONE]\n\n`,
    error: 'data: {"error":{"message":"tool failed","code":"500"}}\n\n',
  }));
}

function wrongIn(messages: readonly { role: string; content: unknown }[]): string | null {
  if (messages.length > 40) return "at most 40 messages";
  for (const [at, { role, content }] of messages.entries()) {
    if (!Array.isArray(content)) return "content must be an array";
    if (role !== (at % 2 === 0 ? "user" : "assistant")) return "messages must alternate";
  }
  return messages.length % 2 === 1 ? null : "the last message must be the user's";
}

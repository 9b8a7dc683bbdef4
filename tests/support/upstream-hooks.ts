/**
 * Programs behind addresses, scripted. n8n: `/n8n/webhook/<behaviour>` answers whole,
 * `/n8n/webhook/<behaviour>/chat` in a stream; it wants the header `authorization: n8n-key-123`.
 * A webhook of one's own: `/hook/<behaviour>`, which verifies signatures made with `HOOK_SECRET`.
 */
import { createHmac } from "node:crypto";
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";
import { answerInWords, tokensOf, wordsOf } from "./upstream-words.ts";

export const N8N_KEY = "n8n-key-123";
export const HOOK_SECRET = "hook-signing-secret";

export async function answerN8n(call: Call): Promise<void> {
  const { response, body } = call;
  const [, flow, chat] = /^\/n8n\/webhook\/([^/]+)(\/chat)?$/.exec(call.path) ?? [];
  const refuse = (status: number, message: string): void =>
    sendJson(response, status, { code: status, message });
  if (flow === undefined || flow === "gone") {
    return refuse(404, `The requested webhook "${call.method} ${flow}" is not registered.`);
  }
  if (call.method === "GET") {
    const sentence = "This webhook is not registered for GET requests.";
    return refuse(404, `${sentence} Did you mean to make a POST request?`);
  }
  if (call.headers.authorization !== N8N_KEY) return refuse(403, "Authorization data is wrong!");
  if (body.action === "loadPreviousSession") return sendJson(response, 200, { data: [] });
  if (await misbehaves(call, call.behaviour(flow))) return;
  if (call.behaviour(flow).status !== 200) return refuse(500, "Error in workflow");
  if (flow === "at-once") return sendJson(response, 200, { message: "Workflow was started" });
  const question = chat ? body.chatInput : body.query;
  if (!chat) {
    const words = wordsOf(call.behaviour(flow));
    const bill = { target: flow, input: tokensOf(question), output: words.length, complete: true };
    call.bill(bill);
    return sendJson(response, 200, [{ output: words.join("") }]);
  }
  const line = (type: string, content?: string): string =>
    `${JSON.stringify({ type, content, metadata: { nodeId: "n", nodeName: "AI Agent", runIndex: 0 } })}\n`;
  return answerInWords(call, flow, question, (words) => ({
    contentType: "application/json; charset=utf-8",
    chunks: words.map((word, at) => (at === 0 ? line("begin") : "") + line("item", word)),
    ending: line("end"),
    error: line("error", "the model failed"),
  }));
}

export async function answerHook(call: Call): Promise<void> {
  const flow = call.path.slice("/hook/".length);
  if (!isSigned(call)) {
    return sendJson(call.response, 401, { error: { message: "the signature is wrong" } });
  }
  if (await misbehaves(call, call.behaviour(flow))) return;
  if (call.body.type === "ping") return sendJson(call.response, 200, { name: `Hook ${flow}` });
  const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
  return answerInWords(call, flow, call.body.message, (words, { input }) => ({
    chunks: words.map((text) => event({ type: "text", text })),
    ending:
      event({ type: "usage", input_tokens: input, output_tokens: words.length }) +
      event({ type: "done" }),
    error: event({ type: "error", message: "the model failed" }),
  }));
}

function isSigned({ headers, text }: Call): boolean {
  const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature } = headers;
  const hmac = createHmac("sha256", HOOK_SECRET).update(`${id}.${at}.${text}`);
  return signature === `v1,${hmac.digest("base64")}`;
}

/** Bailian's apps, scripted: `/bailian/…`; the app's id says how it behaves, `flow-…` is a workflow. */
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";
import { answerInWords, tokensOf, wordsOf } from "./upstream-words.ts";

type Json = Record<string, unknown>;
const refuse = (call: Call, status: number, code: string, message: string): void =>
  sendJson(call.response, status, { code, message, request_id: "r" });
const eventOf = (data: Json, name = "result"): string =>
  `id:1\nevent:${name}\n:HTTP_STATUS/200\ndata:${JSON.stringify({ ...data, request_id: "r" })}\n\n`;

export async function answerBailian(call: Call): Promise<void> {
  if (!call.key.startsWith("sk-")) {
    return refuse(call, 401, "InvalidApiKey", "Invalid API-key provided.");
  }
  if (call.path === "/bailian/compatible-mode/v1/models") {
    return sendJson(call.response, 200, { object: "list", data: [{ id: "qwen-plus" }] });
  }
  const app = /^\/bailian\/api\/v1\/apps\/([^/]+)\/completion$/.exec(call.path)?.[1];
  if (app === undefined) return refuse(call, 404, "NotFound", "no such path");
  if (app.startsWith("unpublished")) {
    return refuse(call, 400, "FlowNotPublished", "Flow has not published yet");
  }
  if (await misbehaves(call, call.behaviour(app))) return;
  const { input = {}, parameters = {} } = call.body as { input?: Json; parameters?: Json };
  const question = input.prompt ?? JSON.stringify(input.messages);
  if (question === undefined) return refuse(call, 400, "InvalidParameter", "prompt is missing");
  if (call.headers["x-dashscope-sse"] !== "enable") return answerWhole(call, app, question);
  return answerStream(call, app, question, parameters);
}

function usageOf(input_tokens: number, output_tokens: number): Json {
  return { usage: { models: [{ model_id: "qwen-max", input_tokens, output_tokens }] } };
}

function answerWhole(call: Call, app: string, question: unknown): void {
  const words = wordsOf(call.behaviour(app));
  const input = tokensOf(question);
  call.bill({ target: app, input, output: words.length, complete: true });
  const output = { text: words.join(""), finish_reason: "stop", session_id: "s1" };
  sendJson(call.response, 200, { output, ...usageOf(input, words.length), request_id: "r" });
}

function answerStream(call: Call, app: string, question: unknown, parameters: Json): Promise<void> {
  const isFlow = app.startsWith("flow") && parameters.flow_stream_mode === "message_format";
  const base = { session_id: "s1", finish_reason: "null" };
  return answerInWords(call, app, question, (words, { input }) => ({
    chunks: words.map((word, at) => {
      const text = parameters.incremental_output === true ? word : words.slice(0, at + 1).join("");
      const node = {
        node_type: "End",
        node_id: "e",
        node_name: "结束",
        message: { content: text },
      };
      const output = isFlow ? { ...base, workflow_message: node } : { ...base, text };
      return eventOf({ output, ...(isFlow ? { usage: {} } : usageOf(input, at + 1)) });
    }),
    ending: eventOf({
      output: { ...base, finish_reason: "stop", text: isFlow ? words.join("") : "" },
      ...usageOf(input, words.length),
    }),
    error: eventOf({ code: "InternalError", message: "the model failed" }, "error"),
  }));
}

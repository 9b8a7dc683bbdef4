/**
 * FastGPT, scripted: `/fastgpt/api/…`; the key `fastgpt-<behaviour>` says how its app behaves. A
 * plugin gives out the values of its form.
 */
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";
import { answerInWords } from "./upstream-words.ts";

const event = (name: string, data: unknown): string =>
  `event: ${name}\ndata: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

const chunk = (content: string | null, finish: string | null = null): string =>
  event("answer", {
    id: "",
    object: "",
    created: 0,
    model: "",
    choices: [{ delta: { role: "assistant", content }, index: 0, finish_reason: finish }],
  });

export async function answerFastGpt(call: Call): Promise<void> {
  const app = /^fastgpt-(.+)$/.exec(call.key)?.[1];
  if (app === undefined) return refuse(call, 514, "unAuthApiKey", "Key is error");
  if (await misbehaves(call, call.behaviour(app))) return;
  if (call.path === "/fastgpt/api/core/chat/init") {
    const appId = new URL(call.address, "http://upstream").searchParams.get("appId");
    const chatConfig = { welcomeText: "Hi!", variables: [] };
    return succeed(call, { appId, variables: {}, app: { name: `App ${app}`, chatConfig } });
  }
  if (call.path !== "/fastgpt/api/v1/chat/completions")
    return refuse(call, 404, "", "no such path");
  if (app === "account" && call.body.appId === undefined) {
    const sentence = "Key is error. You need to use the app key rather than the account key.";
    return refuse(call, 500, "", sentence);
  }
  const messages = call.body.messages as { content: unknown }[];
  const isPlugin = app.startsWith("plugin");
  if (messages.length === 0 && !isPlugin) return refuse(call, 500, "", "messages is empty");
  // An id and a history: what is asked would be asked twice.
  if (call.body.chatId && messages.length > 1) return refuse(call, 500, "", "a doubled history");
  return answer(call, app, isPlugin, JSON.stringify(messages));
}

function answer(call: Call, app: string, isPlugin: boolean, asked: string): Promise<void> {
  return answerInWords(call, app, asked, (words, { input }) => {
    const node = { moduleType: "chatNode", inputTokens: input, outputTokens: words.length };
    const output = { moduleType: "pluginOutput", pluginOutput: call.body.variables };
    return {
      chunks: isPlugin
        ? [event("flowNodeStatus", { name: "Tool" })]
        : words.map((text) => chunk(text)),
      ending:
        chunk(null, "stop") +
        event("answer", "[DONE]") +
        event("flowResponses", isPlugin ? [node, output] : [node]),
      error: event("error", { code: 500, statusText: "", message: "model failed", data: null }),
    };
  });
}

const succeed = (call: Call, data: unknown): void =>
  sendJson(call.response, 200, { code: 200, statusText: "", message: "", data });

/** Streams say their errors under the status 200. */
function refuse({ response, body }: Call, code: number, statusText: string, message: string): void {
  const said = { code, statusText, message, data: null };
  if (body.stream !== true) {
    sendJson(response, code === 404 ? 404 : 500, said);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.end(event("error", said));
}

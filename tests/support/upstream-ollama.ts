/**
 * The scripted upstream's Ollama side: `/ollama/api/…`, the model's name is the behaviour. It is as
 * strict as the real server about texts, pictures and the arguments of calls.
 */
import type { Behaviour } from "./upstream-behaviour.ts";
import type { Call } from "./upstream-call.ts";
import { answerOllamaEmbeddings } from "./upstream-media-own.ts";
import { misbehaves, sendJson, sendStream } from "./upstream-stream.ts";

type Json = Record<string, unknown>;

const MODELS = ["ok", "tools", "reasoning"];

export async function answerOllama(call: Call): Promise<void> {
  const { path, method, response } = call;
  if (method === "GET" && path === "/ollama/api/tags") {
    const models = MODELS.map((name) => ({ name, model: name, capabilities: ["completion"] }));
    sendJson(response, 200, { models });
    return;
  }
  if (method === "POST" && path === "/ollama/api/embed") return answerOllamaEmbeddings(call);
  if (method !== "POST" || path !== "/ollama/api/chat") {
    response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found");
    return;
  }
  const model = String(call.body.model);
  const behaviour = call.behaviour(model);
  if (await misbehaves(call, behaviour)) return;
  if (behaviour.status !== 200) return refuse(call, behaviour.status);
  const wrong = faultIn(call.body);
  if (wrong !== null) return sendJson(response, 400, { error: wrong });
  await answerChat(call, model, behaviour);
}

function refuse(call: Call, status: number): void {
  const sentences: Record<number, string> = {
    400: '"ok" does not support tools',
    404: "model 'ok' not found",
    429: "too many requests",
    503: "server busy, please try again.  maximum pending requests exceeded",
  };
  sendJson(call.response, status, { error: sentences[status] ?? "something went wrong" });
}

/** What the real server cannot read; null where it can. */
function faultIn(body: Json): string | null {
  for (const message of (body.messages ?? []) as Json[]) {
    if (typeof message.content !== "string") return "cannot unmarshal content into a string";
    for (const image of (message.images ?? []) as string[]) {
      if (!/^[A-Za-z0-9+/]+=*$/.test(image)) return "illegal base64 data at input byte 4";
    }
    for (const call of (message.tool_calls ?? []) as { function: Json }[]) {
      if (typeof call.function.arguments !== "object") return "cannot unmarshal arguments";
    }
  }
  return null;
}

async function answerChat(call: Call, model: string, behaviour: Behaviour): Promise<void> {
  const { body, response } = call;
  const conversation = JSON.stringify(body.messages);
  const calls = behaviour.tools && !conversation.includes('"role":"tool"');
  const limit = Number(((body.options ?? {}) as Json).num_predict ?? 1e9);
  const count = behaviour.ignoresLimit ? behaviour.chunks : Math.min(behaviour.chunks, limit);
  const words = Array.from({ length: count }, (_, at) => (at === 0 ? "Hello " : `word${at} `));
  const texts = behaviour.says === null ? words : [behaviour.says];
  const input = Math.max(1, Math.ceil(conversation.length / 4));
  const output = calls ? 4 : count + (behaviour.reasoning ? 20 : 0);
  const bill = call.bill({ target: model, input, output: 0, complete: false });
  const counts = { prompt_eval_count: input, eval_count: output, total_duration: 4883583458 };
  const last = {
    done: true,
    done_reason: !calls && count < behaviour.chunks ? "length" : "stop",
    ...(behaviour.usage ? counts : {}),
  };
  const thinking = behaviour.reasoning ? { thinking: "Hm." } : {};
  const tool_calls = calls ? [callOf(body)] : undefined;
  const done = (): void => {
    bill.output = output;
    bill.complete = true;
  };
  if (body.stream === false) {
    done();
    const content = calls ? "" : texts.join("");
    return sendJson(response, 200, answerOf(model, { content, ...thinking, tool_calls }, last));
  }
  const said = calls ? [{ content: "", tool_calls }] : texts.map((content) => ({ content }));
  const messages = behaviour.reasoning ? [{ content: "", ...thinking }, ...said] : said;
  const line = (payload: Json): string => `${JSON.stringify(payload)}\n`;
  await sendStream(response, {
    behaviour,
    contentType: "application/x-ndjson",
    chunks: messages.map((message) => line(answerOf(model, message, { done: false }))),
    ending: line(answerOf(model, { content: "" }, last)),
    error: line({ error: "model runner has unexpectedly stopped" }),
    onChunk: () => bill.output++,
    onEnd: done,
  });
}

function answerOf(model: string, message: Json, more: Json): Json {
  const created_at = new Date().toISOString();
  return { model, created_at, message: { role: "assistant", ...message }, ...more };
}

function callOf(body: Json): Json {
  const tools = body.tools as { function?: { name?: string } }[] | undefined;
  const name = tools?.[0]?.function?.name ?? "get_weather";
  return { function: { index: 0, name, arguments: { city: "Paris" } } };
}

/** The scripted upstream's OpenAI side, true to the documented shapes. */

import type { Behaviour } from "./upstream-behaviour.ts";
import type { Call } from "./upstream-call.ts";
import { mediaAnswer } from "./upstream-media.ts";
import { misbehaves, sendJson, sendStream } from "./upstream-stream.ts";
import { videoAnswer } from "./upstream-videos.ts";

type Json = Record<string, unknown>;

const MODELS = ["ok", "chunks-200", "slow-60ms", "tools", "text-embedding-3-small", "gpt-image-2"];
const CREATED = 1_763_600_000;

export async function answerOpenAi(call: Call): Promise<void> {
  const { response, path, method } = call;
  if (method === "GET" && path.endsWith("/models")) return answerModels(call);
  const media = mediaAnswer(call, refuse) ?? videoAnswer(call, refuse);
  if (media) return media;
  if (method !== "POST" || !path.endsWith("/chat/completions")) {
    sendJson(response, 404, errorBody("Not found.", null));
    return;
  }
  const model = String(call.body.model ?? "");
  const behaviour = call.behaviour(model);
  if (await misbehaves(call, behaviour)) return;
  if (behaviour.status !== 200) return refuse(call, behaviour);
  const answered = JSON.stringify(call.body.messages ?? []).includes('"role":"tool"');
  await answerChat(call, model, { ...behaviour, tools: behaviour.tools && !answered });
}

/** The key decides: `sk-401…` is refused, `sk-page…` is answered with a web page. */
async function answerModels(call: Call): Promise<void> {
  const named = /^sk-([a-z0-9-]+?)-key/.exec(call.key)?.[1] ?? "ok";
  const behaviour = call.behaviour(named);
  if (await misbehaves(call, behaviour)) return;
  if (behaviour.status !== 200) return refuse(call, behaviour);
  if (behaviour.garbage) {
    call.response.writeHead(200, { "content-type": "application/json" });
    call.response.end('{"object":"list"}');
    return;
  }
  const data = MODELS.map((id) => ({ id, object: "model", created: CREATED, owned_by: "test" }));
  sendJson(call.response, 200, { object: "list", data });
}

const errorBody = (message: string, code: string | null, type = "invalid_request_error"): Json => ({
  error: { message, type, param: null, code },
});

function refuse(call: Call, behaviour: Behaviour): void {
  const told = behaviour.tellsKey ? `: ${call.key}` : ".";
  const bodies: Record<number, Json> = {
    400: errorBody("The request was malformed.", "invalid_value"),
    401: errorBody(`Incorrect API key provided${told}`, "invalid_api_key"),
    402: errorBody("Insufficient Balance", "insufficient_balance"),
    404: errorBody("The model does not exist.", "model_not_found"),
    429: errorBody("Rate limit reached.", "rate_limit_exceeded", "requests"),
  };
  const body =
    bodies[behaviour.status] ?? errorBody("The server had an error.", null, "server_error");
  const headers = behaviour.status === 429 ? { "retry-after": "2" } : {};
  sendJson(call.response, behaviour.status, body, headers);
}

async function answerChat(call: Call, model: string, behaviour: Behaviour): Promise<void> {
  const { body, response } = call;
  const limit = Number(body.max_completion_tokens ?? body.max_tokens ?? Number.POSITIVE_INFINITY);
  const count = behaviour.ignoresLimit ? behaviour.chunks : Math.min(behaviour.chunks, limit);
  const finish = behaviour.tools ? "tool_calls" : count < behaviour.chunks ? "length" : "stop";
  const words = () => Array.from({ length: count }, (_, at) => textOf(at, behaviour));
  const texts = behaviour.says === null ? words() : [behaviour.says];
  const bill = call.bill({ target: model, input: inputTokens(body), output: 0, complete: false });
  const usage = () =>
    behaviour.usage
      ? usageOf(bill.input, behaviour.tools ? 4 : count, behaviour.cachedTokens)
      : null;
  if (body.stream !== true) {
    if (behaviour.garbage) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end("{this is no JSON");
      return;
    }
    bill.output = behaviour.tools ? 4 : count;
    bill.complete = true;
    sendJson(response, 200, {
      id: "chatcmpl-test",
      object: "chat.completion",
      created: CREATED,
      model,
      choices: [{ index: 0, message: messageOf(texts, behaviour, body), finish_reason: finish }],
      ...(behaviour.usage ? { usage: usage() } : {}),
    });
    return;
  }
  const includesUsage = (body.stream_options as Json | undefined)?.include_usage === true;
  const line = (part: Json): string =>
    `data: ${JSON.stringify({ id: "chatcmpl-test", object: "chat.completion.chunk", created: CREATED, model, ...part })}\n\n`;
  const deltas = behaviour.tools ? toolDeltas(body) : textDeltas(texts, behaviour);
  const last = line({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
  const tail = includesUsage && behaviour.usage ? line({ choices: [], usage: usage() }) : "";
  await sendStream(response, {
    behaviour,
    chunks: deltas.map((delta) => line({ choices: [{ index: 0, delta, finish_reason: null }] })),
    ending: `${last}${tail}data: [DONE]\n\n`,
    error: `data: ${JSON.stringify(errorBody("The server had an error.", null, "server_error"))}\n\n`,
    onChunk: () => bill.output++,
    onEnd: () => {
      bill.output = behaviour.tools ? 4 : count;
      bill.complete = true;
    },
  });
}

function textOf(at: number, behaviour: Behaviour): string {
  const text = at === 0 ? "Hello " : `word${at} `;
  return text.padEnd(behaviour.chunkBytes, "x");
}

function textDeltas(texts: string[], behaviour: Behaviour): Json[] {
  return texts.map((content, at) => ({
    ...(at === 0 ? { role: "assistant" } : {}),
    ...(behaviour.reasoning && at === 0 ? { reasoning_content: "Let me think." } : {}),
    content,
  }));
}

function toolName(body: Json): string {
  const tools = body.tools as { function?: { name?: string } }[] | undefined;
  return tools?.[0]?.function?.name ?? "get_weather";
}

function toolDeltas(body: Json): Json[] {
  const call = { index: 0, id: "call_a", type: "function" };
  return [
    {
      role: "assistant",
      content: null,
      tool_calls: [{ ...call, function: { name: toolName(body), arguments: "" } }],
    },
    { tool_calls: [{ index: 0, function: { arguments: '{"city":"Par' } }] },
    { tool_calls: [{ index: 0, function: { arguments: 'is"}' } }] },
  ];
}

function messageOf(texts: string[], behaviour: Behaviour, body: Json): Json {
  if (!behaviour.tools) {
    const reasoning = behaviour.reasoning ? { reasoning_content: "Let me think." } : {};
    return { role: "assistant", content: texts.join(""), refusal: null, ...reasoning };
  }
  const called = { name: toolName(body), arguments: '{"city":"Paris"}' };
  const calls = [{ id: "call_a", type: "function", function: called }];
  return { role: "assistant", content: null, refusal: null, tool_calls: calls };
}

/** A quarter of the characters: any rule will do, as long as it is one. */
function inputTokens(body: Json): number {
  return Math.max(1, Math.ceil(JSON.stringify(body.messages ?? []).length / 4));
}

function usageOf(input: number, output: number, cached: number): Json {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

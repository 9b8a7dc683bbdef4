/**
 * The scripted upstream's Anthropic side: `/anthropic/v1/…`. The model's id is the behaviour. It is
 * as strict as the real service about turns, results of tools and sealed thoughts. Keys start with
 * `sk-ant-`.
 */
import type { Behaviour } from "./upstream-behaviour.ts";
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson, sendStream } from "./upstream-stream.ts";

type Json = Record<string, unknown>;
interface Turn {
  role: string;
  content: string | Json[];
}

const SIGNATURE = "EqQBCkYIAxgCIkDx/+sealed==";
/** Read from the cache, where the request marks something for it. */
const CACHED_TOKENS = 100;
const MODELS = ["claude-sonnet-4-5", "claude-opus-4-7", "claude-haiku-4-5"];

const TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

export async function answerAnthropic(call: Call): Promise<void> {
  const path = call.path.slice("/anthropic/v1".length);
  if (!call.key.startsWith("sk-ant-")) return refuse(call, 401, "invalid x-api-key");
  if (!/^\d{4}-\d\d-\d\d$/.test(call.headers["anthropic-version"] ?? "")) {
    return refuse(call, 400, "anthropic-version: header is required");
  }
  if (path === "/models") return answerModels(call);
  const model = String(call.body.model ?? "");
  const behaviour = call.behaviour(model);
  if (await misbehaves(call, behaviour)) return;
  if (behaviour.status !== 200) return refuse(call, behaviour.status, "Anthropic says no.");
  const wrong = faultIn(call.body, call.headers["anthropic-version"] ?? "");
  if (path === "/messages/count_tokens") {
    if ("max_tokens" in call.body) return refuse(call, 400, "max_tokens: Extra inputs");
    return sendJson(call.response, 200, { input_tokens: inputTokens(call.body) });
  }
  if (path !== "/messages") return refuse(call, 404, "Not found");
  if (wrong !== null) return refuse(call, 400, wrong);
  await answerMessage(call, model, behaviour);
}

function refuse(call: Call, status: number, message: string): void {
  const error = { type: TYPES[status] ?? "api_error", message };
  const headers = { "request-id": "req_up", ...(status === 429 ? { "retry-after": "3" } : {}) };
  const body = { type: "error", error, request_id: "req_up" };
  sendJson(call.response, status, body, headers);
}

/** One model a page. */
function answerModels(call: Call): void {
  const after = new URL(call.address, "http://upstream").searchParams.get("after_id");
  const at = after === null ? 0 : MODELS.indexOf(after) + 1;
  const id = MODELS[at] ?? "";
  const data = [{ type: "model", id, display_name: id, created_at: "2025-09-29T00:00:00Z" }];
  const has_more = at + 1 < MODELS.length;
  sendJson(call.response, 200, { data, has_more, first_id: id, last_id: id });
}

const blocksOf = ({ content }: Turn): Json[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : content;

/** What the real service refuses about a request; null where it is right. */
function faultIn(body: Json, version: string): string | null {
  if (typeof body.max_tokens !== "number") return "max_tokens: Field required";
  if (version > "2023-06-01" && ["temperature", "top_p", "top_k"].some((name) => name in body)) {
    return "temperature: Extra inputs are not permitted";
  }
  const turns = (body.messages ?? []) as Turn[];
  if (turns[0]?.role !== "user") return "messages: first message must use the user role";
  const thinks = (body.thinking as Json | undefined)?.type === "enabled";
  for (const [at, turn] of turns.entries()) {
    const blocks = blocksOf(turn);
    if (blocks.some((block) => block.type === "text" && block.text === "")) {
      return "messages: text content blocks must be non-empty";
    }
    const forged = blocks.some(
      (block) => block.type === "thinking" && block.signature !== SIGNATURE,
    );
    if (forged) return "messages: Invalid `signature` in `thinking` block";
    const calls = blocks.filter((block) => block.type === "tool_use").map(({ id }) => id);
    if (calls.length === 0) continue;
    const answers = blocksOf(turns[at + 1] ?? { role: "user", content: [] })
      .slice(0, calls.length)
      .map((block) => block.tool_use_id);
    if (calls.some((id) => !answers.includes(id))) {
      return "`tool_use` ids were found without `tool_result` blocks immediately after";
    }
    if (thinks && !String(blocks[0]?.type).includes("thinking")) {
      return "Expected `thinking` or `redacted_thinking`, but found `tool_use`";
    }
  }
  return null;
}

const inputTokens = (body: Json): number =>
  Math.max(1, Math.ceil(JSON.stringify([body.system, body.messages, body.tools]).length / 4));

/** The answer as blocks, in the pieces in which they are streamed. */
function answerBlocks(call: Call, behaviour: Behaviour, count: number): Json[][] {
  const thought = [
    { type: "thinking", thinking: "", signature: "" },
    { type: "thinking_delta", thinking: "Hm." },
    { type: "signature_delta", signature: SIGNATURE },
  ];
  const words = Array.from({ length: count }, (_, at) => (at === 0 ? "Hello " : `word${at} `));
  const texts = behaviour.says === null ? words : [behaviour.says];
  const text = [
    { type: "text", text: "" },
    ...texts.map((part) => ({ type: "text_delta", text: part })),
  ];
  const answered = JSON.stringify(call.body.messages).includes("tool_result");
  const calls = behaviour.tools && !answered ? [callOf(call.body, "toolu_a", "Paris")] : null;
  return [...(behaviour.reasoning ? [thought] : []), ...(calls ?? [text])];
}

function callOf(body: Json, id: string, city: string): Json[] {
  const tools = (body.tools ?? []) as { name?: string }[];
  return [
    { type: "tool_use", id, name: tools[0]?.name ?? "get_weather", input: {} },
    { type: "input_json_delta", partial_json: '{"city":"' },
    { type: "input_json_delta", partial_json: `${city}"}` },
  ];
}

async function answerMessage(call: Call, model: string, behaviour: Behaviour): Promise<void> {
  const { body, response } = call;
  const limit = Number(body.max_tokens);
  const count = behaviour.ignoresLimit ? behaviour.chunks : Math.min(behaviour.chunks, limit);
  const blocks = answerBlocks(call, behaviour, count);
  const called = blocks.some(([first]) => first?.type === "tool_use");
  const cached = call.text.includes("cache_control") ? CACHED_TOKENS : 0;
  const input = inputTokens(body);
  const output = (called ? 4 : count) + (behaviour.reasoning ? 20 : 0);
  const bill = call.bill({ target: model, input: input + cached, output: 0, complete: false });
  const done = (): void => {
    bill.output = output;
    bill.complete = true;
  };
  const stop_reason = called ? "tool_use" : count < behaviour.chunks ? "max_tokens" : "end_turn";
  const begun = {
    input_tokens: input,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: 0,
  };
  const message = { id: "msg_up", type: "message", role: "assistant", model, stop_sequence: null };
  if (body.stream !== true) {
    done();
    const content = blocks.map(wholeBlock);
    const usage = behaviour.usage ? { ...begun, output_tokens: output } : {};
    return sendJson(response, 200, { ...message, content, stop_reason, usage });
  }
  const start = {
    ...message,
    content: [],
    stop_reason: null,
    usage: { ...begun, output_tokens: 1 },
  };
  const chunks = blocks.flatMap((block, index) => streamed(block, index));
  chunks[0] = event("message_start", { message: start }) + event("ping") + chunks[0];
  const usage = behaviour.usage ? { output_tokens: output } : {};
  await sendStream(response, {
    behaviour,
    chunks,
    ending:
      event("message_delta", { delta: { stop_reason, stop_sequence: null }, usage }) +
      event("message_stop"),
    error: event("error", { error: { type: "overloaded_error", message: "Overloaded" } }),
    onChunk: () => bill.output++,
    onEnd: done,
  });
}

const event = (type: string, fields: Json = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

/** A block's events; its beginning and end come with its first and last piece. */
function streamed([block, ...deltas]: Json[], index: number): string[] {
  const lines = deltas.map((delta) => event("content_block_delta", { index, delta }));
  lines[0] = event("content_block_start", { index, content_block: block }) + (lines[0] ?? "");
  lines[lines.length - 1] += event("content_block_stop", { index });
  return lines;
}

function wholeBlock([block, ...deltas]: Json[]): Json {
  const joined = (name: string) => deltas.map((delta) => delta[name] ?? "").join("");
  if (block?.type === "text") return { ...block, text: joined("text") };
  if (block?.type === "tool_use") return { ...block, input: JSON.parse(joined("partial_json")) };
  return { ...block, thinking: joined("thinking"), signature: joined("signature") };
}

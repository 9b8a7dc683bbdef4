/**
 * From what a provider says of its tokens to the statement: whole and streamed, said late, by
 * half, as zeros or never. Each kind of token has a price of its own, so that one of the wrong kind
 * shows in the sum.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Tokens, UsageRecord } from "../../src/contract/usage.ts";
import { clientOf, expectBalanced, keyOf, startTestPortico, type TestPortico } from "./support.ts";

const PRICE = {
  inputPerMillion: 10,
  cachedInputPerMillion: 1,
  cacheWritePerMillion: 12,
  audioInputPerMillion: 40,
  outputPerMillion: 70,
  reasoningPerMillion: 90,
  audioOutputPerMillion: 800,
};

/** In micro-credits; a price per million is one of micro-credits per token. */
function billOf(tokens: Tokens): number {
  const { input, output, cachedInput, cacheWrite, reasoning } = tokens;
  const { audioInput = 0, audioOutput = 0 } = tokens;
  return (
    (input - cachedInput - cacheWrite - audioInput) * PRICE.inputPerMillion +
    cachedInput * PRICE.cachedInputPerMillion +
    cacheWrite * PRICE.cacheWritePerMillion +
    audioInput * PRICE.audioInputPerMillion +
    (output - reasoning - audioOutput) * PRICE.outputPerMillion +
    reasoning * PRICE.reasoningPerMillion +
    audioOutput * PRICE.audioOutputPerMillion
  );
}

const TEXT = "Hello there, dear reader.";

interface Answer {
  /** The body as it is streamed, and as it comes whole. */
  stream: string;
  whole: string;
}
const lines = (events: object[]) => events.map((one) => `${JSON.stringify(one)}\n`).join("");
const events = (all: object[]) => all.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("");

function anthropic(started: object | null, ended: object | null): Answer {
  const message = { id: "m", type: "message", role: "assistant", model: "m", stop_reason: null };
  return {
    stream: events([
      { type: "message_start", message: { ...message, content: [], usage: started } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: TEXT } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, ...(ended && { usage: ended }) },
      { type: "message_stop" },
    ]),
    whole: JSON.stringify({
      ...message,
      content: [{ type: "text", text: TEXT }],
      stop_reason: "end_turn",
      ...((started || ended) && { usage: { ...started, ...ended } }),
    }),
  };
}

function ollama(counts: object): Answer {
  const message = { role: "assistant", content: TEXT };
  const end = { model: "m", done: true, done_reason: "stop", ...counts };
  return {
    stream: lines([
      { model: "m", message, done: false },
      { ...end, message: { role: "assistant", content: "" } },
    ]),
    whole: JSON.stringify({ ...end, message }),
  };
}

function openai(usage: object): Answer {
  const choice = { index: 0, finish_reason: null };
  return {
    stream: `${events([
      { id: "c", choices: [{ ...choice, delta: { role: "assistant", content: TEXT } }] },
      { id: "c", choices: [{ ...choice, delta: {}, finish_reason: "stop" }] },
      { id: "c", choices: [], usage },
    ])}data: [DONE]\n\n`,
    whole: JSON.stringify({
      id: "c",
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: TEXT }, finish_reason: "stop" }],
      usage,
    }),
  };
}

const CACHE = { cache_read_input_tokens: 2000, cache_creation_input_tokens: 400 };
const THOUGHT = { output_tokens: 40, output_tokens_details: { thinking_tokens: 25 } };
const ZEROS = { input_tokens: 0, output_tokens: 0 };
const NONE = { cachedInput: 0, cacheWrite: 0, reasoning: 0 };

interface Bill {
  /** What the record must say; a side that is left out is estimated. */
  tokens: Partial<Tokens>;
  source: UsageRecord["usage_source"];
  answer: Answer;
  /** Of the whole answer, where it is another: only a stream can be late. */
  wholeSource?: UsageRecord["usage_source"];
}

const ALL = { input: 2430, output: 40, cachedInput: 2000, cacheWrite: 400, reasoning: 25 };
const BILLS: Record<string, Bill> = {
  "claude/cached": {
    answer: anthropic({ input_tokens: 30, ...CACHE, output_tokens: 1 }, THOUGHT),
    tokens: ALL,
    source: "reported",
  },
  "claude/late": {
    answer: anthropic(ZEROS, { input_tokens: 30, ...CACHE, ...THOUGHT }),
    tokens: ALL,
    source: "reported",
  },
  "claude/placeholder": {
    answer: anthropic({ input_tokens: 30, output_tokens: 1 }, null),
    tokens: { ...NONE, input: 30 },
    source: "partial",
    wholeSource: "reported",
  },
  "claude/zeros": { answer: anthropic(ZEROS, ZEROS), tokens: NONE, source: "estimated" },
  "claude/never": { answer: anthropic(null, null), tokens: NONE, source: "estimated" },
  "llama/counted": {
    answer: ollama({ prompt_eval_count: 26, eval_count: 282 }),
    tokens: { ...NONE, input: 26, output: 282 },
    source: "reported",
  },
  "llama/in-memory": {
    answer: ollama({ eval_count: 282 }),
    tokens: { ...NONE, output: 282 },
    source: "partial",
  },
  "llama/zeros": {
    answer: ollama({ prompt_eval_count: 0, eval_count: 0 }),
    tokens: NONE,
    source: "estimated",
  },
  "llama/never": { answer: ollama({}), tokens: NONE, source: "estimated" },
  "up/sound": {
    answer: openai({
      prompt_tokens: 1000,
      completion_tokens: 500,
      prompt_tokens_details: { cached_tokens: 600, cache_write_tokens: 100, audio_tokens: 50 },
      completion_tokens_details: { reasoning_tokens: 300, audio_tokens: 20 },
    }),
    tokens: {
      input: 1000,
      output: 500,
      cachedInput: 600,
      cacheWrite: 100,
      reasoning: 300,
      audioInput: 50,
      audioOutput: 20,
    },
    source: "reported",
  },
};

/** Answers what the bill of the model says, whatever the protocol. */
const upstream = createServer(async (request, response) => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const { model, stream } = JSON.parse(Buffer.concat(pieces).toString("utf8"));
  const answer = BILLS[model]?.answer;
  const streamType = model.startsWith("llama/") ? "application/x-ndjson" : "text/event-stream";
  response.writeHead(200, { "content-type": stream ? streamType : "application/json" });
  response.end(stream ? answer?.stream : answer?.whole);
});
let portico: TestPortico;

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const { port } = upstream.address() as AddressInfo;
  const at = (id: string, connector: string, path: string, apiKey: string) => ({
    id,
    connector,
    settings: { baseUrl: `http://127.0.0.1:${port}${path}` },
    secrets: [{ apiKey }],
  });
  const models = Object.keys(BILLS).map((name) => ({
    name,
    routes: [{ connection: name.split("/")[0], model: name }],
    price: PRICE,
  }));
  const ann = { email: "ann@acme.example", password: "password-of-ann", credits: 100 };
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        name: "Acme AI",
        connections: [
          at("claude", "anthropic", "", "sk-ant-api03-upstream-0123456789"),
          at("llama", "ollama", "", "ollama-key-0123456789"),
          at("up", "openai-compatible", "/v1", "sk-upstream-secret-0123456789"),
        ],
        models,
        levels: [{ slug: "free", name: "Free", default: true }],
        users: [{ ...ann, apiKeys: [{ name: "test", key: keyOf("ann") }] }],
      },
    ],
  });
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  upstream.close();
});

const cases = Object.entries(BILLS).flatMap(([model, bill]) =>
  [true, false].map((stream) => ({ model, bill, stream })),
);
it.each(cases)(
  "$model is billed to the token (stream: $stream)",
  async ({ model, bill, stream }) => {
    const ann = clientOf(portico, keyOf("ann"));
    const before = await ann.wallet();
    const response = await ann.chat({ model, stream });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(TEXT);
    const record = await ann.usage(response.headers.get("x-request-id") ?? "");
    const { tokens } = record;
    const source = (!stream && bill.wholeSource) || bill.source;
    expect(record).toMatchObject({ usage_source: source, tokens: bill.tokens, status: "ok" });
    if (!("audioInput" in bill.tokens)) expect(tokens).not.toHaveProperty("audioInput");
    // What nobody said is the estimate of a short question and a short answer.
    if (bill.tokens.input === undefined) expect(tokens.input).toBeGreaterThan(0);
    if (bill.tokens.output === undefined && source !== "reported") {
      expect(tokens.output).toBeGreaterThan(3);
      expect(tokens.output).toBeLessThan(12);
    }
    expect(record.charged_micro).toBe(billOf(tokens));
    const after = await expectBalanced(ann);
    expect(before.balance_micro - after.balance_micro).toBe(record.charged_micro);
  },
);

/**
 * From a provider's own usage to the bill: each counts cached and reasoning tokens in its own way,
 * and every token is charged once, at the price of its kind.
 */
import { describe, expect, it } from "vitest";
import type { Frame } from "../../src/connectors/connector.ts";
import { connectorById } from "../../src/connectors/registry.ts";
import type { ModelPrice } from "../../src/contract/config.ts";
import { chargeMicro } from "../../src/core/pricing.ts";
import { eventsOf } from "./contract.ts";

/** Each kind has a price of its own, so that a token of the wrong kind shows in the sum. */
const PRICE = {
  inputPerMillion: 1,
  cachedInputPerMillion: 0.1,
  cacheWritePerMillion: 1.25,
  audioInputPerMillion: 40,
  outputPerMillion: 7,
  reasoningPerMillion: 9,
  audioOutputPerMillion: 80,
} as const satisfies ModelPrice;

/** How many tokens of each kind a person reads out of the provider's documentation. */
interface Counts {
  plain: number;
  cached?: number;
  written?: number;
  heard?: number;
  answer: number;
  reasoned?: number;
  spoken?: number;
}
const billOf = (counts: Counts): number =>
  Math.ceil(
    counts.plain * PRICE.inputPerMillion +
      (counts.cached ?? 0) * PRICE.cachedInputPerMillion +
      (counts.written ?? 0) * PRICE.cacheWritePerMillion +
      (counts.heard ?? 0) * PRICE.audioInputPerMillion +
      counts.answer * PRICE.outputPerMillion +
      (counts.reasoned ?? 0) * PRICE.reasoningPerMillion +
      (counts.spoken ?? 0) * PRICE.audioOutputPerMillion,
  );

interface Bill {
  connector: string;
  habit: string;
  frames: Frame[];
  counts: Counts;
}

const data = (payload: object): Frame => ({ data: JSON.stringify(payload) });
/** A stream of the OpenAI family whose last chunk carries the usage. */
const chat = (usage: object): Frame[] => [
  data({ id: "c", choices: [{ index: 0, delta: { role: "assistant", content: "Hi" } }] }),
  data({ id: "c", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
  data({ id: "c", choices: [], usage }),
  { data: "[DONE]" },
];
const gemini = (...usages: object[]): Frame[] =>
  usages.map((usageMetadata, at) =>
    data({
      responseId: "r",
      usageMetadata,
      candidates: [
        {
          content: { role: "model", parts: [{ text: "Hi" }] },
          ...(at === usages.length - 1 ? { finishReason: "STOP" } : {}),
        },
      ],
    }),
  );
const anthropic = (started: object, ...ended: object[]): Frame[] => [
  data({ type: "message_start", message: { id: "m", type: "message", usage: started } }),
  data({ type: "content_block_start", index: 0, content_block: { type: "text", text: "Hi" } }),
  ...ended.map((usage) =>
    data({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage }),
  ),
  data({ type: "message_stop" }),
];
const bedrock = (usage: object): Frame[] => [
  { event: "messageStart", ...data({ role: "assistant" }) },
  { event: "contentBlockDelta", ...data({ contentBlockIndex: 0, delta: { text: "Hi" } }) },
  { event: "messageStop", ...data({ stopReason: "end_turn" }) },
  { event: "metadata", ...data({ usage }) },
];

const BILLS: Bill[] = [
  {
    connector: "openai",
    habit: "cached, written and spoken tokens are in the prompt, reasoning is in the completion",
    frames: chat({
      prompt_tokens: 1000,
      completion_tokens: 500,
      prompt_tokens_details: { cached_tokens: 600, cache_write_tokens: 100, audio_tokens: 50 },
      completion_tokens_details: { reasoning_tokens: 300, audio_tokens: 20 },
    }),
    counts: {
      plain: 250,
      cached: 600,
      written: 100,
      heard: 50,
      answer: 180,
      reasoned: 300,
      spoken: 20,
    },
  },
  {
    connector: "deepseek",
    habit: "hits and misses make the prompt, and usage may stand beside the last piece",
    frames: [
      data({
        id: "1",
        choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: "stop" }],
        usage: {
          prompt_tokens: 1000,
          completion_tokens: 20,
          completion_tokens_details: { reasoning_tokens: 15 },
          prompt_cache_hit_tokens: 640,
          prompt_cache_miss_tokens: 360,
        },
      }),
      { data: "[DONE]" },
    ],
    counts: { plain: 360, cached: 640, answer: 5, reasoned: 15 },
  },
  {
    connector: "openrouter",
    habit: "counts as OpenAI does and says a cost of its own, which is nobody's bill here",
    frames: chat({
      prompt_tokens: 13,
      completion_tokens: 16,
      cost: 0.93,
      prompt_tokens_details: { cached_tokens: 8, cache_write_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 6 },
    }),
    counts: { plain: 3, cached: 8, written: 2, answer: 10, reasoned: 6 },
  },
  {
    connector: "xai",
    habit: "reasoning is beside the completion",
    frames: chat({
      prompt_tokens: 100,
      completion_tokens: 40,
      prompt_tokens_details: { cached_tokens: 30 },
      completion_tokens_details: { reasoning_tokens: 25 },
    }),
    counts: { plain: 70, cached: 30, answer: 40, reasoned: 25 },
  },
  {
    connector: "xai",
    habit: "more cached than prompt means that the cached were not counted in it",
    frames: chat({
      prompt_tokens: 100,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 300 },
    }),
    counts: { plain: 100, cached: 300, answer: 1 },
  },
  {
    connector: "ark",
    habit: "cached is in the prompt and reasoning in the completion",
    frames: chat({
      prompt_tokens: 90,
      completion_tokens: 60,
      prompt_tokens_details: { cached_tokens: 50 },
      completion_tokens_details: { reasoning_tokens: 45 },
    }),
    counts: { plain: 40, cached: 50, answer: 15, reasoned: 45 },
  },
  {
    connector: "moonshot",
    habit: "says the cached tokens at the top",
    frames: chat({ prompt_tokens: 90, completion_tokens: 6, cached_tokens: 50 }),
    counts: { plain: 40, cached: 50, answer: 6 },
  },
  {
    connector: "siliconflow",
    habit: "plain counts are the whole bill",
    frames: chat({ prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 }),
    counts: { plain: 9, answer: 6 },
  },
  {
    connector: "anthropic",
    habit: "the cache is beside the input, and the output is known at the end",
    frames: anthropic(
      {
        input_tokens: 30,
        cache_read_input_tokens: 2000,
        cache_creation_input_tokens: 400,
        output_tokens: 1,
      },
      { output_tokens: 40, output_tokens_details: { thinking_tokens: 25 } },
    ),
    counts: { plain: 30, cached: 2000, written: 400, answer: 15, reasoned: 25 },
  },
  {
    connector: "anthropic",
    habit: "all of it may come late, and the last of the cumulative counts is the bill",
    frames: anthropic(
      { input_tokens: 0, output_tokens: 0 },
      { output_tokens: 4 },
      { input_tokens: 9, cache_read_input_tokens: 50, output_tokens: 12 },
    ),
    counts: { plain: 9, cached: 50, answer: 12 },
  },
  {
    connector: "ollama",
    habit: "the counts stand in the last line",
    frames: [
      data({ model: "m", message: { role: "assistant", content: "Hi" }, done: false }),
      data({ model: "m", done: true, done_reason: "stop", prompt_eval_count: 26, eval_count: 282 }),
    ],
    counts: { plain: 26, answer: 282 },
  },
  {
    connector: "gemini",
    habit: "thoughts are beside the candidates, and the last of the cumulative counts is the bill",
    frames: gemini(
      { promptTokenCount: 800, cachedContentTokenCount: 500, totalTokenCount: 801 },
      {
        promptTokenCount: 800,
        cachedContentTokenCount: 500,
        candidatesTokenCount: 20,
        thoughtsTokenCount: 40,
        totalTokenCount: 860,
      },
    ),
    counts: { plain: 300, cached: 500, answer: 20, reasoned: 40 },
  },
  {
    connector: "gemini",
    habit: "what its tools brought in is input too",
    frames: gemini({
      promptTokenCount: 8,
      toolUsePromptTokenCount: 70,
      candidatesTokenCount: 2,
      totalTokenCount: 80,
    }),
    counts: { plain: 78, answer: 2 },
  },
  {
    connector: "bedrock",
    habit: "input is neither what was read from the cache nor what was written to it",
    frames: bedrock({
      inputTokens: 30,
      outputTokens: 10,
      cacheReadInputTokens: 2000,
      cacheWriteInputTokens: 400,
    }),
    counts: { plain: 30, cached: 2000, written: 400, answer: 10 },
  },
];

function chargedFor({ connector: id, frames }: Bill): number {
  const connector = connectorById(id);
  if (!connector) throw new Error(`no connector ${id}`);
  const events = eventsOf(connector, frames);
  expect(events.at(-1)?.type).toBe("run-end");
  const last = events.findLast((event) => event.type === "usage");
  if (last?.type !== "usage") throw new Error(`no usage of ${id}`);
  return chargeMicro(PRICE, last.usage);
}

describe("a bill is right to the token:", () => {
  for (const bill of BILLS) {
    it(`${bill.connector}: ${bill.habit}`, () => {
      expect(chargedFor(bill)).toBe(billOf(bill.counts));
    });
  }

  it("the prices tell every kind of token from every other", () => {
    const one = { plain: 0, answer: 0 };
    const kinds = ["plain", "cached", "written", "heard", "answer", "reasoned", "spoken"] as const;
    const sums = kinds.map((kind) => billOf({ ...one, [kind]: 1000 }));
    expect(new Set(sums).size).toBe(kinds.length);
  });
});

/** Published clients that get an answer again: from the response cache, and by an idempotency key. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRICE } from "../server/site.ts";
import {
  clientOf,
  expectBalanced,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

/** Upstreams that speak the protocol of one client, of the other, and of neither. */
const FAMILIES = ["up", "claude", "gemini"] as const;
const BEHAVIOURS: Record<string, string> = { ok: "ok", tools: "tools", reasoning: "reasoning" };
const TOOL = {
  name: "weather",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};

let upstream: Upstream;
let portico: TestPortico;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  upstream = await startUpstream();
  const at = (connector: string, path: string, apiKey: string) => ({
    connector,
    settings: { baseUrl: `${upstream.url}${path}` },
    secrets: [{ apiKey }],
  });
  const connections = [
    { id: "up", ...at("openai-compatible", "/v1", "sk-upstream-secret-0123456789") },
    { id: "claude", ...at("anthropic", "/anthropic", "sk-ant-api03-upstream-0123456789") },
    { id: "gemini", ...at("gemini", "/gemini", "AQ.Ab8RN6K0123456789abcdef") },
  ];
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        name: "Acme",
        connections,
        models: connections.flatMap(({ id: connection }) =>
          Object.entries(BEHAVIOURS).map(([name, model]) => ({
            name: `${connection}/${name}`,
            routes: [{ connection, model }],
            price: PRICE,
            cache: { ttlSeconds: 600, price: 0.5, tools: true },
          })),
        ),
        levels: [{ slug: "free", name: "Free", default: true }],
        users: [
          {
            email: "ann@acme.example",
            credits: 100_000,
            apiKeys: [{ name: "k", key: keyOf("ann") }],
          },
        ],
      },
    ],
  });
  openai = new OpenAI({ baseURL: portico.gateway, apiKey: keyOf("ann"), maxRetries: 0 });
  const baseURL = new URL(portico.gateway).origin;
  anthropic = new Anthropic({ baseURL, apiKey: keyOf("ann"), maxRetries: 0 });
}, 90_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

const CASES = FAMILIES.flatMap((family) =>
  Object.keys(BEHAVIOURS).map((behaviour) => [`${family}/${behaviour}`] as const),
);

describe("OpenAI's client", () => {
  const ask = async (model: string) => {
    const tools = model.endsWith("/tools") ? [{ type: "function" as const, function: TOOL }] : [];
    const stream = openai.chat.completions.stream({
      model,
      messages: [{ role: "user", content: "openai" }],
      stream_options: { include_usage: true },
      ...(tools.length > 0 ? { tools } : {}),
    });
    const final = await stream.finalChatCompletion();
    const [choice] = final.choices;
    return {
      said: choice?.message.content,
      calls: choice?.message.tool_calls?.map((call) => "function" in call && call.function),
      finish: choice?.finish_reason,
      tokens: final.usage?.total_tokens,
    };
  };

  it.each(CASES)("reads a stream of %s that is given again as it read the first", async (model) => {
    const first = await ask(model);
    const before = upstream.requests.length;
    expect(await ask(model)).toEqual(first);
    expect(upstream.requests.length).toBe(before);
  });
});

describe("Anthropic's client", () => {
  const ask = async (model: string) => {
    const { name, parameters } = TOOL;
    const tools = [{ name, input_schema: { ...parameters, type: "object" as const } }];
    const final = await anthropic.messages
      .stream({
        model,
        max_tokens: 2_000,
        messages: [{ role: "user", content: "anthropic" }],
        ...(model.endsWith("/tools") ? { tools } : {}),
      })
      .finalMessage();
    const { content, stop_reason, usage } = final;
    const meant = content.map((block) => ("id" in block ? { ...block, id: "" } : block));
    return { meant, stop_reason, tokens: [usage.input_tokens, usage.output_tokens] };
  };

  it.each(CASES)("reads a stream of %s that is given again as it read the first", async (model) => {
    const first = await ask(model);
    const before = upstream.requests.length;
    expect(await ask(model)).toEqual(first);
    expect(upstream.requests.length).toBe(before);
  });
});

it("a stream by an idempotency key is read again, event for event, and the statement adds up", async () => {
  const ask = async () => {
    const stream = await openai.chat.completions.create(
      { model: "up/ok", stream: true, messages: [{ role: "user", content: "by key" }] },
      { headers: { "Idempotency-Key": "conformance-1" } },
    );
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  };
  const first = await ask();
  expect(first.length).toBeGreaterThan(5);
  expect(await ask()).toEqual(first);
  await expectBalanced(clientOf(portico, keyOf("ann")));
});

it("a key that was used for something else is told to both clients as their own kind of error", async () => {
  const headers = { "Idempotency-Key": "conformance-2" };
  const messages = [{ role: "user" as const, content: "one" }];
  await openai.chat.completions.create({ model: "up/ok", messages }, { headers });
  const other = openai.chat.completions.create({ model: "up/ok", messages, seed: 1 }, { headers });
  await expect(other).rejects.toMatchObject({ status: 422, param: "Idempotency-Key" });
  await expect(other).rejects.toBeInstanceOf(OpenAI.UnprocessableEntityError);
  const message = anthropic.messages.create(
    { model: "up/ok", max_tokens: 9, messages },
    { headers },
  );
  await expect(message).rejects.toBeInstanceOf(Anthropic.UnprocessableEntityError);
  await expect(message).rejects.toMatchObject({ error: { type: "error" } });
});

/**
 * The look-alikes of OpenAI on the running server, asked with the published client: each goes where
 * its platform listens, and the bill is the platform's own.
 */
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { PRICE } from "./site.ts";
import { clientOf, expectBalanced, keyOf, startTestPortico, type TestPortico } from "./support.ts";

/** Platform → where it is asked, behind the address that an admin enters. */
const PLATFORMS: Record<string, string> = {
  ark: "/ark/api/v3/chat/completions",
  "azure-openai": "/azure-openai/openai/v1/chat/completions",
  dashscope: "/dashscope/chat/completions",
  deepseek: "/deepseek/chat/completions",
  minimax: "/minimax/chat/completions",
  moonshot: "/moonshot/chat/completions",
  "openai-compatible": "/openai-compatible/chat/completions",
  openrouter: "/openrouter/chat/completions",
  poe: "/poe/chat/completions",
  qianfan: "/qianfan/chat/completions",
  siliconflow: "/siliconflow/chat/completions",
  xai: "/xai/chat/completions",
  zhipu: "/zhipu/chat/completions",
};
const names = Object.keys(PLATFORMS);
const BOT = "bot-20250101000000-abcde";
const KEY = "key-0123456789abcdef";

let upstream: Upstream;
let portico: TestPortico;

beforeAll(async () => {
  upstream = await startUpstream();
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        name: "Acme AI",
        connections: names.map((id) => ({
          id,
          connector: id,
          settings: { baseUrl: `${upstream.url}/${id}${id === "ark" ? "/api/v3/bots" : ""}` },
          secrets: [{ apiKey: KEY }],
        })),
        models: [
          ...names.flatMap((connection) =>
            ["ok", "429"].map((model) => ({
              name: `${connection}/${model}`,
              routes: [{ connection, model }],
              price: PRICE,
            })),
          ),
          {
            name: "qwq",
            routes: [{ connection: "dashscope", model: "qwq-plus+reasoning" }],
            price: PRICE,
          },
        ],
        agents: [
          {
            slug: "bot",
            name: "Bot",
            target: { connection: "ark", agent: BOT },
            price: { perMessage: 2 },
          },
        ],
        users: [
          {
            email: "ann@acme.example",
            password: "password-of-ann",
            credits: 100_000,
            apiKeys: [{ name: "test", key: keyOf("ann") }],
          },
        ],
      },
    ],
  });
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

const ann = () => clientOf(portico, keyOf("ann"));
const openai = () => new OpenAI({ apiKey: keyOf("ann"), baseURL: portico.gateway, maxRetries: 0 });
const messages = [{ role: "user" as const, content: "hello" }];

describe.each(names)("%s", (platform) => {
  it("answers whole at its own address, charged what it bills", async () => {
    const before = await expectBalanced(ann());
    const data = await openai().chat.completions.create({ model: `${platform}/ok`, messages });
    expect(data.choices[0]?.message.content).toMatch(/^Hello word1/);
    const seen = upstream.requests.at(-1);
    expect(seen?.path).toBe(PLATFORMS[platform]);
    const header = platform === "azure-openai" ? "api-key" : "authorization";
    expect(seen?.headers[header]).toContain(KEY);
    const billed = upstream.billed.at(-1);
    const { input = 0, output = 0 } = billed ?? {};
    expect(data.usage).toMatchObject({ prompt_tokens: input, completion_tokens: output });
    const after = await expectBalanced(ann());
    expect(before.balance_micro - after.balance_micro).toBe((input + output) * 1000);
  });

  it("streams to its end", async () => {
    const stream = await openai().chat.completions.create({
      model: `${platform}/ok`,
      messages,
      stream: true,
    });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toMatch(/word7 $/);
    expect(upstream.billed.at(-1)?.complete).toBe(true);
  });

  it("a limit is told without its key, and costs nothing", async () => {
    const before = await expectBalanced(ann());
    const response = await ann().chat({ model: `${platform}/429` });
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain(KEY);
    expect((await expectBalanced(ann())).balance_micro).toBe(before.balance_micro);
  });
});

it("a model that only streams answers whole for a client that wants no stream", async () => {
  const answer = await openai().chat.completions.create({ model: "qwq", messages });
  expect(upstream.requests.at(-1)?.body).toMatchObject({ stream: true });
  expect(answer.choices[0]).toMatchObject({
    finish_reason: "stop",
    message: { reasoning_content: "Let me think." },
  });
  expect(answer.choices[0]?.message.content).toMatch(/^Hello word1 .*word7/);
  const billed = upstream.billed.at(-1);
  expect(answer.usage).toMatchObject({
    prompt_tokens: billed?.input,
    completion_tokens: billed?.output,
  });
});

it("a bot of Ark is an agent, asked where bots listen", async () => {
  const response = await ann().chat({ model: "agent/bot" });
  expect(await response.text()).toContain("Hello word1");
  expect(upstream.requests.at(-1)).toMatchObject({
    path: "/ark/api/v3/bots/chat/completions",
    body: { model: BOT },
  });
});

it("DeepSeek is told a schema in words, which Portico says in a header", async () => {
  const schema = { type: "object", properties: { a: { type: "number" } } };
  const response = await ann().chat({
    model: "deepseek/ok",
    response_format: { type: "json_schema", json_schema: { name: "answer", schema } },
  });
  expect(response.status).toBe(200);
  expect(upstream.requests.at(-1)?.body).toMatchObject({
    response_format: { type: "json_object" },
    messages: [{ role: "system", content: expect.stringContaining(JSON.stringify(schema)) }, {}],
  });
  expect([...response.headers].join("\n")).toContain("JSON schema");
});

/** OpenAI's published client on models of Anthropic: it must not notice. */
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectBalanced, keyOf } from "../server/support.ts";
import { type ClientSite, startClientSite } from "./anthropic-site.ts";

let site: ClientSite;
let openai: OpenAI;
beforeAll(async () => {
  site = await startClientSite();
  openai = new OpenAI({ apiKey: keyOf("ann"), baseURL: `${site.origin}/v1`, maxRetries: 0 });
}, 60_000);
afterAll(() => site?.stop());

type Json = Record<string, unknown>;
const lastBody = () => site.upstream.requests.at(-1)?.body as Json;
const messages = [{ role: "user" as const, content: "hello" }];

it("answers whole, charged what the platform bills", async () => {
  const before = await expectBalanced(site.ann);
  const { data, response } = await openai.chat.completions
    .create({ model: "claude/ok", messages })
    .withResponse();
  expect(data.choices[0]?.message.content).toMatch(/^Hello word1/);
  expect(data.choices[0]?.finish_reason).toBe("stop");
  const billed = site.upstream.billed.at(-1);
  expect(data.usage).toMatchObject({
    prompt_tokens: billed?.input,
    completion_tokens: billed?.output,
  });
  expect(response.headers.get("x-portico-warnings")).toBeNull();
  const after = await expectBalanced(site.ann);
  const tokens = (billed?.input ?? 0) + (billed?.output ?? 0);
  expect(before.balance_micro - after.balance_micro).toBe(tokens * 1000);
});

it("streams, with what came from the cache counted as part of the input", async () => {
  const marked = { type: "text" as const, text: "hi", cache_control: { type: "ephemeral" } };
  const stream = await openai.chat.completions.create({
    model: "claude/ok",
    messages: [{ role: "user", content: [marked] }],
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = "";
  let usage: OpenAI.CompletionUsage | null | undefined = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? "";
    usage = chunk.usage ?? usage;
  }
  expect(text).toMatch(/^Hello word1 .*word7/);
  expect(usage).toMatchObject({
    prompt_tokens: site.upstream.billed.at(-1)?.input,
    prompt_tokens_details: { cached_tokens: 100 },
  });
  expect(JSON.stringify(lastBody())).toContain('"cache_control":{"type":"ephemeral"}');
});

it.each([true, false])("tools are called and their results read (stream: %s)", async (stream) => {
  const asked: string[] = [];
  const tool = {
    type: "function" as const,
    function: {
      name: "get_weather",
      description: "The weather of a city",
      parameters: { type: "object" as const, properties: { city: { type: "string" } } },
      parse: JSON.parse,
      function: ({ city }: { city: string }) => {
        asked.push(city);
        return `12C in ${city}`;
      },
    },
  };
  const body = {
    model: "claude/tools",
    messages,
    tools: [tool],
    parallel_tool_calls: false,
  };
  const runner = stream
    ? openai.chat.completions.runTools({ ...body, stream: true })
    : openai.chat.completions.runTools(body);
  expect(await runner.finalContent()).toMatch(/^Hello word1/);
  expect(asked).toEqual(["Paris"]);
  expect(lastBody().tool_choice).toEqual({ type: "auto", disable_parallel_tool_use: true });
});

describe("reasoning", () => {
  it("thoughts come beside the text", async () => {
    const answer = await openai.chat.completions.create({ model: "claude/reasoning", messages });
    expect(answer.choices[0]?.message).toMatchObject({
      content: expect.stringMatching(/^Hello/),
      reasoning_content: "Hm.",
    });
  });

  it("an effort is a budget, which is given up where the thoughts before a call are lost", async () => {
    const model = "claude/reasoning-tools";
    const tools = [{ type: "function" as const, function: { name: "get_weather" } }];
    const asked = { model, tools, reasoning_effort: "low" as const };
    const first = await openai.chat.completions.create({ ...asked, messages });
    const message = first.choices[0]?.message;
    expect(message?.tool_calls).toHaveLength(1);
    expect(lastBody().thinking).toEqual({ type: "enabled", budget_tokens: 2048 });
    const id = message?.tool_calls?.[0]?.id ?? "";
    const { data, response } = await openai.chat.completions
      .create({
        ...asked,
        messages: [...messages, message as never, { role: "tool", tool_call_id: id, content: "1" }],
      })
      .withResponse();
    expect(data.choices[0]?.message.content).toMatch(/^Hello/);
    expect(lastBody()).not.toHaveProperty("thinking");
    expect(response.headers.get("x-portico-warnings")).toContain("thoughts before the last call");
  });
});

it("pictures go inline or by address", async () => {
  const urls = ["data:image/png;base64,iVBORw0KGgo=", "https://pictures.example/cat.png"];
  await openai.chat.completions.create({
    model: "claude/ok",
    messages: [
      { role: "user", content: urls.map((url) => ({ type: "image_url", image_url: { url } })) },
    ],
  });
  expect(lastBody().messages).toMatchObject([
    {
      content: [
        { type: "image", source: { type: "base64", data: "iVBORw0KGgo=" } },
        { type: "image", source: { type: "url", url: urls[1] } },
      ],
    },
  ]);
});

it("a schema for the answer is the platform's own format", async () => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  await openai.chat.completions.create({
    model: "claude/ok",
    messages,
    response_format: { type: "json_schema", json_schema: { name: "s", schema } },
  });
  expect(lastBody().output_config).toEqual({ format: { type: "json_schema", schema } });
});

it.each([true, false])(
  "what has no word there is told in a header (stream: %s)",
  async (stream) => {
    const response = await site.ann.chat({ model: "claude/ok", seed: 7, n: 2, stream });
    expect(response.headers.get("x-portico-warnings")).toBe("Not sent to Anthropic: seed, n.");
    await response.text();
  },
);

it.each([
  ["429", 503, "upstream_unavailable", "3"],
  ["529", 503, "upstream_unavailable", "1"],
  ["400", 400, "upstream_rejected", null],
])("%s is told as %d %s", async (name, status, code, retryAfter) => {
  const response = await site.ann.chat({ model: `claude/${name}` });
  expect(response.status).toBe(status);
  expect(response.headers.get("retry-after")).toBe(retryAfter);
  expect(await response.json()).toMatchObject({ error: { code } });
});

it.each(["cut-mid", "error-mid"])(
  "%s ends the stream with an error, charged in part",
  async (name) => {
    const response = await site.ann.chat({ model: `claude/${name}`, stream: true });
    const text = await response.text();
    expect(text).toContain("Hello");
    expect(text).toContain('"upstream_unavailable"');
    const record = await site.ann.usage(response.headers.get("x-request-id") ?? "");
    expect(record).toMatchObject({ status: "error", usage_source: "partial" });
    expect(record.charged_micro).toBeGreaterThan(0);
    await expectBalanced(site.ann);
  },
);

it("the key of the platform stands in its header and nowhere else", () => {
  const seen = site.upstream.requests.filter(({ path }) => path.startsWith("/anthropic/"));
  expect(seen.length).toBeGreaterThan(10);
  for (const { headers, body } of seen) {
    const { "x-api-key": key, ...others } = headers;
    expect(key).toBe("sk-ant-api03-upstream-0123456789");
    expect(JSON.stringify([others, body])).not.toContain("sk-ant");
    expect(others).not.toHaveProperty("origin");
  }
});

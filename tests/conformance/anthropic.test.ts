/** Anthropic's published client over every family of upstreams and over agents: it must not notice. */
import type Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, expectBalanced } from "../server/support.ts";
import { type ClientSite, FAMILIES, question, startClientSite, weather } from "./anthropic-site.ts";

let site: ClientSite;
beforeAll(async () => {
  site = await startClientSite();
}, 60_000);
afterAll(() => site?.stop());

const lastBill = () => site.upstream.billed.at(-1) ?? { input: 0, output: 0 };
const billedInput = (usage: Anthropic.Usage | Anthropic.MessageDeltaUsage) =>
  (usage.input_tokens ?? 0) +
  (usage.cache_read_input_tokens ?? 0) +
  (usage.cache_creation_input_tokens ?? 0);
const textOf = (message: Anthropic.Message) =>
  message.content.map((block) => (block.type === "text" ? block.text : "")).join("");

describe.each(FAMILIES)("%s", (family) => {
  it("answers whole, charged what the platform bills", async () => {
    const before = await expectBalanced(site.ann);
    const { data, response } = await site
      .client()
      .messages.create({ model: `${family}/ok`, ...question })
      .withResponse();
    expect(data).toMatchObject({ type: "message", role: "assistant", stop_reason: "end_turn" });
    expect(textOf(data)).toMatch(/^Hello word1 .*word7/);
    const billed = lastBill();
    expect(billedInput(data.usage)).toBe(billed.input);
    expect(data.usage.output_tokens).toBe(billed.output);
    const charged = (billed.input + billed.output) * 1000;
    expect(response.headers.get("x-portico-credits")).toBe(String(charged / 1e6));
    const after = await expectBalanced(site.ann);
    expect(before.balance_micro - after.balance_micro).toBe(charged);
  });

  it("streams, and the figures are right at the end however late the platform tells them", async () => {
    const stream = site.client().messages.stream({ model: `${family}/ok`, ...question });
    const events: string[] = [];
    let credits = "";
    stream.on("streamEvent", (event) => {
      events.push(event.type);
      // Not among the client's own types.
      if (event.type === "message_delta") credits = String(Object(event.usage).credits);
    });
    const message = await stream.finalMessage();
    expect(events[0]).toBe("message_start");
    expect(events.slice(-3)).toEqual(["content_block_stop", "message_delta", "message_stop"]);
    expect(textOf(message)).toMatch(/^Hello word1 .*word7/);
    expect(message.stop_reason).toBe("end_turn");
    const billed = lastBill();
    expect(billedInput(message.usage)).toBe(billed.input);
    expect(message.usage.output_tokens).toBe(billed.output);
    expect(Number(credits)).toBeCloseTo((billed.input + billed.output) / 1000, 6);
  });

  it.each([true, false])("a tool is called and its result read (stream: %s)", async (stream) => {
    const messages: Anthropic.MessageParam[] = [...question.messages];
    const ask = async () => {
      const body = { model: `${family}/tools`, max_tokens: 100, tools: [weather], messages };
      return stream
        ? await site.client().messages.stream(body).finalMessage()
        : await site.client().messages.create(body);
    };
    const asked = await ask();
    expect(asked.stop_reason).toBe("tool_use");
    const calls = asked.content.filter((block) => block.type === "tool_use");
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ name: "get_weather", input: { city: "Paris" } });
    messages.push(
      { role: "assistant", content: asked.content },
      {
        role: "user",
        content: calls.map(({ id }) => ({
          type: "tool_result",
          tool_use_id: id,
          content: [{ type: "text", text: "12C" }],
        })),
      },
    );
    expect(textOf(await ask())).toMatch(/^Hello word1/);
    expect(JSON.stringify(site.upstream.requests.at(-1)?.body)).not.toContain("__thought__");
  });

  it.each([true, false])("thoughts come as blocks of their own (stream: %s)", async (stream) => {
    const body = { model: `${family}/reasoning`, ...question };
    const message = stream
      ? await site.client().messages.stream(body).finalMessage()
      : await site.client().messages.create(body);
    const [first, second] = message.content;
    expect(first).toMatchObject({
      type: "thinking",
      thinking: expect.stringMatching(/^(Hm\.|Let me think\.)$/),
    });
    expect(second).toMatchObject({ type: "text", text: expect.stringMatching(/^Hello/) });
  });

  it("the output limit reaches the platform, and the answer says that it was cut", async () => {
    const message = await site
      .client()
      .messages.create({ model: `${family}/ok`, ...question, max_tokens: 3 });
    expect(message.stop_reason).toBe("max_tokens");
    expect(message.usage.output_tokens).toBe(3);
    expect(lastBill().output).toBe(3);
  });

  it("a picture reaches the platform", async () => {
    const source = { type: "base64" as const, media_type: "image/png" as const, data: "iVBORw0K" };
    const content = [
      { type: "image" as const, source },
      { type: "text" as const, text: "See?" },
    ];
    await site.client().messages.create({
      model: `${family}/ok`,
      max_tokens: 20,
      messages: [{ role: "user", content }],
    });
    expect(JSON.stringify(site.upstream.requests.at(-1)?.body)).toContain("iVBORw0K");
  });

  it("an agent answers with its prompt, at its price per message", async () => {
    const before = await expectBalanced(site.ann);
    const message = await site
      .client()
      .messages.stream({ model: `agent/${family}`, ...question, system: "Be brief." })
      .finalMessage();
    expect(textOf(message)).toMatch(/^Hello word1/);
    expect(message.model).toBe(`agent/${family}`);
    const sent = JSON.stringify(site.upstream.requests.at(-1)?.body);
    expect(sent).toContain("You are the helper of Acme.");
    expect(sent).toContain("Be brief.");
    const after = await expectBalanced(site.ann);
    expect(before.balance_micro - after.balance_micro).toBe(1_000_000);
  });

  it("tokens are counted without being charged", async () => {
    const before = await expectBalanced(site.ann);
    const { data, response } = await site
      .client()
      .messages.countTokens({ model: `${family}/ok`, messages: question.messages })
      .withResponse();
    expect(data.input_tokens).toBeGreaterThan(0);
    expect(response.headers.get("x-portico-token-count")).toBe(
      family === "claude" ? "upstream" : "estimated",
    );
    expect((await expectBalanced(site.ann)).balance_micro).toBe(before.balance_micro);
  });

  it("a client that leaves stops the platform at once", async () => {
    const before = site.upstream.aborted;
    const stream = site.client().messages.stream({ model: `${family}/paced`, ...question });
    const left = stream.done().catch((error: unknown) => error);
    await new Promise<void>((resolve) => stream.once("text", () => resolve()));
    stream.abort();
    expect(String(await left)).toContain("abort");
    await eventually(async () => {
      if (site.upstream.aborted === before) throw new Error("the upstream was not left");
    });
    await expectBalanced(site.ann);
  });

  it.each(["cut-mid", "error-mid"])("%s ends the stream with an error", async (name) => {
    const stream = site.client().messages.stream({ model: `${family}/${name}`, ...question });
    let text = "";
    stream.on("text", (part) => {
      text += part;
    });
    await expect(stream.finalMessage()).rejects.toMatchObject({
      message: expect.stringContaining("not available"),
    });
    expect(text).toContain("Hello");
  });
});

describe("what only the same protocol can carry", () => {
  const asked = {
    model: "claude/ok",
    max_tokens: 100,
    top_k: 5,
    service_tier: "standard_only" as const,
    x_future: { of: ["Anthropic"] },
    system: [
      { type: "text" as const, text: "Long.", cache_control: { type: "ephemeral" as const } },
    ],
    messages: [
      {
        role: "user" as const,
        content: [
          { type: "text" as const, text: "hello", x_new: 1 },
          {
            type: "document" as const,
            source: { type: "text" as const, media_type: "text/plain" as const, data: "A tale." },
            citations: { enabled: true },
          },
        ],
      },
    ],
  };

  it("reaches an upstream of the same protocol as it was written, the cache counted apart", async () => {
    const headers = { "anthropic-beta": "new-thing-2026-11-01, oauth-2025-04-20" };
    const message = await site.client().messages.create(asked, { headers });
    const sent = site.upstream.requests.at(-1);
    expect(sent?.body).toMatchObject({ ...asked, model: "ok" });
    expect(sent?.headers["anthropic-beta"]).toBe("new-thing-2026-11-01");
    expect(message.usage.cache_read_input_tokens).toBe(100);
    expect(billedInput(message.usage)).toBe(lastBill().input);
  });

  it("is warned of elsewhere, never dropped in silence", async () => {
    const { response } = await site
      .client()
      .messages.create({ ...asked, model: "up/ok" })
      .withResponse();
    expect(response.headers.get("x-portico-warnings")).toContain("top_k");
    expect(JSON.stringify(site.upstream.requests.at(-1)?.body)).toContain("A tale.");
  });

  it("an upstream of the same protocol gives no warning for it", async () => {
    const { response } = await site.client().messages.create(asked).withResponse();
    expect(response.headers.get("x-portico-warnings")).toBeNull();
  });

  it("sealed thoughts go back with the results of tools, and are accepted", async () => {
    const body = {
      model: "claude/reasoning-tools",
      max_tokens: 4000,
      thinking: { type: "enabled" as const, budget_tokens: 2000 },
      tools: [weather],
    };
    const first = await site.client().messages.stream({ ...body, messages: question.messages });
    const { content } = await first.finalMessage();
    expect(content.map((block) => block.type)).toEqual(["thinking", "tool_use"]);
    const result = { type: "tool_result" as const, tool_use_id: "toolu_a", content: "12C" };
    const second = await site.client().messages.create({
      ...body,
      messages: [
        ...question.messages,
        { role: "assistant", content },
        { role: "user", content: [result] },
      ],
    });
    expect(textOf(second)).toMatch(/^Hello word1/);
  });

  it.each<[string, string, object, string, string | null]>([
    ["as the client names it", "claude/ok", {}, "2026-10-21", null],
    ["an older one where sampling is set", "claude/ok", { temperature: 0.5 }, "2023-06-01", null],
    [
      "the client's where the model takes no sampling",
      "claude/opus",
      { temperature: 0.5 },
      "2026-10-21",
      "temperature",
    ],
  ])("the version that the upstream hears: %s", async (_name, model, more, heard, warned) => {
    const body = { model, ...question, ...more };
    const { response } = await site.client().messages.create(body).withResponse();
    expect(site.upstream.requests.at(-1)?.headers["anthropic-version"]).toBe(heard);
    const warnings = response.headers.get("x-portico-warnings");
    if (warned === null) expect(warnings).toBeNull();
    else expect(warnings).toContain(warned);
  });
});

it.each([true, false])("an agent of another platform answers (stream: %s)", async (stream) => {
  const body = { model: "agent/dify", ...question };
  const message = stream
    ? await site.client().messages.stream(body).finalMessage()
    : await site.client().messages.create(body);
  expect(message).toMatchObject({ model: "agent/dify", stop_reason: "end_turn" });
  expect(textOf(message)).toMatch(/^你好 词1/);
  expect(message.usage.output_tokens).toBeGreaterThan(0);
  const { data } = await site
    .client()
    .messages.countTokens({ model: "agent/dify", messages: question.messages })
    .withResponse();
  expect(data.input_tokens).toBeGreaterThan(0);
});

it("lists models and agents in its own form", async () => {
  const ids: string[] = [];
  for await (const model of site.client().models.list()) ids.push(model.id);
  expect(ids).toContain("claude/ok");
  expect(ids).toContain("agent/up");
  expect(await site.client().models.retrieve("claude/ok")).toMatchObject({ id: "claude/ok" });
  await expect(site.client().models.retrieve("claude/none")).rejects.toMatchObject({
    status: 404,
    error: { type: "error", error: { type: "not_found_error" } },
  });
});

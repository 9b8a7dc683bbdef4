/** Responses as a resource: what is kept, for whom, what is refused, and what is only warned of. */
import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clientOf, expectBalanced, keyOf } from "../server/support.ts";
import { type FamilySite, PER_MESSAGE, startFamilySite } from "./families.ts";

let site: FamilySite;
beforeAll(async () => {
  site = await startFamilySite();
}, 60_000);
afterAll(() => site?.stop());
beforeEach(() => site.upstream.reset());

const responses = (name?: string) => site.openai(name).responses;
const model = "openai/ok";
const create = (body: Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming> = {}) =>
  responses().create({ model, input: "hello", ...body });
const refused = (param: string | null, status = 400) => ({ status, param });

describe("a kept response", () => {
  it("is given back as it was answered, streamed or not", async () => {
    const whole = await create({ metadata: { of: "ann" } });
    expect(await responses().retrieve(whole.id)).toEqual(whole);
    const streamed = await responses().stream({ model, input: "hello" }).finalResponse();
    const kept = await responses().retrieve(streamed.id);
    expect(kept.output_text).toBe(streamed.output_text);
    expect(kept.usage).toEqual(streamed.usage);
  });

  it("tells what it was asked with, page by page, earlier turns included", async () => {
    const first = await create({ input: "One." });
    const image_url = "data:image/png;base64,iVBORw0KGgo=";
    const second = await create({
      previous_response_id: first.id,
      input: [{ role: "user", content: [{ type: "input_image", image_url, detail: "low" }] }],
    });
    const items: OpenAI.Responses.ResponseItem[] = [];
    const list = responses().inputItems.list(second.id, { order: "asc", limit: 2 });
    for await (const item of list) items.push(item);
    expect(items).toMatchObject([
      { role: "user", content: [{ type: "input_text", text: "One." }] },
      { role: "assistant", id: first.output[0]?.id },
      { role: "user", content: [{ type: "input_image", image_url }] },
    ]);
    expect(new Set(items.map(({ id }) => id)).size).toBe(3);
    const newest = await responses().inputItems.list(second.id, { limit: 1 });
    expect(newest.data).toMatchObject([{ id: items[2]?.id }]);
    const beyond = await responses().inputItems.list(second.id, { after: "msg_of_nobody" });
    expect(beyond.data).toEqual([]);
  });

  it("is gone once it is deleted, and so is what continues it", async () => {
    const first = await create();
    const second = await create({ previous_response_id: first.id });
    await responses().delete(first.id);
    await expect(responses().retrieve(first.id)).rejects.toMatchObject(refused(null, 404));
    await expect(responses().delete(first.id)).rejects.toMatchObject(refused(null, 404));
    const continued = create({ previous_response_id: second.id });
    await expect(continued).rejects.toMatchObject(refused("previous_response_id", 404));
  });

  it("is nobody else's, in no way", async () => {
    const { id, output } = await create();
    const eve = responses("eve");
    for (const tried of [
      () => eve.retrieve(id),
      () => eve.delete(id),
      () => eve.inputItems.list(id),
      () => eve.create({ model, input: "hello", previous_response_id: id }),
      () => eve.create({ model, input: [{ type: "item_reference", id: output[0]?.id ?? "" }] }),
    ]) {
      await expect(tried()).rejects.toMatchObject({ status: 404 });
    }
    expect(await responses().retrieve(id)).toMatchObject({ id });
  });

  it("leaves nothing behind where the client wants none", async () => {
    const { id, output } = await create({ store: false });
    await expect(responses().retrieve(id)).rejects.toMatchObject(refused(null, 404));
    const continued = create({ previous_response_id: id });
    await expect(continued).rejects.toMatchObject(refused("previous_response_id", 404));
    const referred = create({ input: [{ type: "item_reference", id: output[0]?.id ?? "" }] });
    await expect(referred).rejects.toMatchObject(refused("input.0.id", 404));
  });

  it("is continued with an agent of a platform as well", async () => {
    const before = await expectBalanced(site.ann);
    const first = await create({ model: "agent/dify-ok", input: "My name is Ann." });
    expect(first.output_text).toMatch(/^你好/);
    await create({ model: "agent/dify-ok", input: "And?", previous_response_id: first.id });
    const { body } = site.upstream.requests.at(-1) ?? {};
    expect(JSON.stringify(body)).toMatch(/My name is Ann.*你好 词1.*And\?/);
    const after = await expectBalanced(site.ann);
    expect(before.balance_micro - after.balance_micro).toBe(2 * PER_MESSAGE * 1e6);
  });
});

describe("what is asked beyond what is done", () => {
  const user = (content: unknown) => [{ role: "user", content }];
  it.each<[string, Record<string, unknown>]>([
    ["model", { model: "" }],
    ["input", { input: [] }],
    ["input.0.type", { input: [{ type: "computer_call", call_id: "c" }] }],
    ["input.0.content.1.type", { input: user([{ type: "input_text", text: "" }, { type: "x" }]) }],
    ["input.0.content.0.file_id", { input: user([{ type: "input_file", file_id: "file-1" }]) }],
    ["input.0.content.0.file_data", { input: user([{ type: "input_file", filename: "a.pdf" }]) }],
    ["input.0.content.0.image_url", { input: user([{ type: "input_image", image_url: "ftp:" }]) }],
    ["tools.0.type", { tools: [{ type: "web_search" }] }],
    ["tools.1.type", { tools: [{ type: "function", name: "f" }, { type: "code_interpreter" }] }],
    ["tool_choice.type", { tool_choice: { type: "file_search" } }],
    ["background", { background: true }],
    ["conversation", { conversation: "conv_1" }],
    ["prompt", { prompt: { id: "pmpt_1" } }],
    ["text.format.name", { text: { format: { type: "json_schema", schema: {} } } }],
    ["temperature", { temperature: 3 }],
    ["metadata", { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [n, ""])) }],
    ["metadata.long", { metadata: { long: "x".repeat(513) } }],
  ])("%s is refused by its path", async (param, wrong) => {
    await expect(create(wrong)).rejects.toMatchObject(refused(param));
    expect(site.upstream.requests).toHaveLength(0);
  });

  it("is said in a header where the answer can do without", async () => {
    const { data, response } = await responses()
      .create({
        model,
        input: "hello",
        truncation: "auto",
        top_logprobs: 3,
        include: ["message.output_text.logprobs"],
        max_tool_calls: 2,
        reasoning: { effort: "low" },
        text: { verbosity: "low" },
        prompt_cache_key: "k",
      })
      .withResponse();
    expect(response.headers.get("x-portico-warnings")).toMatch(
      /Not done: .*top_logprobs.*max_tool_calls.*truncation.*include message\.output_text\.logprobs/,
    );
    expect(data).toMatchObject({ status: "completed", truncation: "disabled" });
    expect(site.upstream.requests.at(-1)?.body).toMatchObject({
      reasoning_effort: "low",
      verbosity: "low",
      prompt_cache_key: "k",
    });
  });

  it.each(["500", "429"])(
    "an upstream's %s is told as a status, and costs nothing",
    async (name) => {
      const before = await expectBalanced(site.ann);
      const status = name === "429" ? 503 : 502;
      await expect(create({ model: `openai/${name}` })).rejects.toMatchObject({ status });
      await expect(
        responses().create({ model: `openai/${name}`, input: "hello", stream: true }),
      ).rejects.toMatchObject({ status });
      expect((await expectBalanced(site.ann)).balance_micro).toBe(before.balance_micro);
    },
  );

  it("who cannot pay, and what there is not, is told as everywhere", async () => {
    const poor = responses("poor").create({ model, input: "hello" });
    await expect(poor).rejects.toMatchObject({ status: 402, code: "insufficient_credits" });
    await expect(create({ model: "openai/nothing" })).rejects.toMatchObject(refused("model", 404));
    const raw = clientOf(site.portico, keyOf("ann"));
    expect((await raw.get("/responses/resp_1?stream=true")).status).toBe(400);
  });
});

it("tokens are counted without being charged", async () => {
  const before = await expectBalanced(site.ann);
  const counted = await responses().inputTokens.count({ model, input: "hello" });
  expect(counted).toMatchObject({ object: "response.input_tokens" });
  expect(counted.input_tokens).toBeGreaterThan(0);
  expect((await expectBalanced(site.ann)).balance_micro).toBe(before.balance_micro);
});

it("only the tools that the client allows are offered to the model", async () => {
  const tool = (name: string) => ({
    type: "function" as const,
    name,
    parameters: {},
    strict: null,
  });
  await create({
    tools: [tool("one"), tool("two")],
    tool_choice: {
      type: "allowed_tools",
      mode: "required",
      tools: [{ type: "function", name: "two" }],
    },
    parallel_tool_calls: false,
  });
  expect(site.upstream.requests.at(-1)?.body).toMatchObject({
    tools: [{ function: { name: "two" } }],
    tool_choice: "required",
    parallel_tool_calls: false,
  });
});

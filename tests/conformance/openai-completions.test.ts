/** OpenAI's completions with the published client, over every family of upstreams and over agents. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually, expectBalanced } from "../server/support.ts";
import { type FamilySite, MODEL_FAMILIES, PER_MESSAGE, startFamilySite } from "./families.ts";

let site: FamilySite;
beforeAll(async () => {
  site = await startFamilySite();
}, 60_000);
afterAll(() => site?.stop());
beforeEach(() => site.upstream.reset());

const completions = (name?: string) => site.openai(name).completions;
const prompt = "Once upon a time";
const billed = () => site.upstream.billed.reduce((sum, one) => sum + one.input + one.output, 0);

describe.each(MODEL_FAMILIES)("%s", (family) => {
  it("answers whole, charged what the platform bills", async () => {
    const before = await expectBalanced(site.ann);
    const answer = await completions().create({ model: `${family}/ok`, prompt });
    expect(answer).toMatchObject({
      object: "text_completion",
      model: `${family}/ok`,
      choices: [{ index: 0, finish_reason: "stop", logprobs: null }],
      usage: { total_tokens: billed() },
    });
    expect(answer.choices[0]?.text).toMatch(/^Hello word1 .*word7/);
    const after = await expectBalanced(site.ann);
    expect(before.balance_micro - after.balance_micro).toBe(billed() * 1000);
  });

  it("streams several choices of several prompts, each after what it continues", async () => {
    const before = await expectBalanced(site.ann);
    const stream = await completions().create({
      model: `${family}/ok`,
      prompt: ["One.", "Two."],
      n: 2,
      echo: true,
      stream: true,
      stream_options: { include_usage: true },
    });
    const texts = ["", "", "", ""];
    const ends: string[] = [];
    let total = 0;
    for await (const chunk of stream) {
      total = chunk.usage?.total_tokens ?? total;
      for (const choice of chunk.choices) {
        texts[choice.index] += choice.text;
        if (choice.finish_reason) ends.push(choice.finish_reason);
      }
    }
    expect(texts.map((text) => text.slice(0, 9))).toEqual([
      "One.Hello",
      "One.Hello",
      "Two.Hello",
      "Two.Hello",
    ]);
    expect(ends).toEqual(["stop", "stop", "stop", "stop"]);
    expect(site.upstream.billed).toHaveLength(4);
    expect(total).toBe(billed());
    const after = await expectBalanced(site.ann);
    expect(before.balance_micro - after.balance_micro).toBe(billed() * 1000);
  });

  it("an agent continues a text at its price per message", async () => {
    const before = await expectBalanced(site.ann);
    const answer = await completions().create({ model: `agent/${family}`, prompt });
    expect(answer.choices[0]?.text).toMatch(/^Hello/);
    const sent = JSON.stringify(site.upstream.requests.at(-1)?.body);
    expect(sent).toContain("You are the helper of Acme.");
    const after = await expectBalanced(site.ann);
    expect(before.balance_micro - after.balance_micro).toBe(PER_MESSAGE * 1e6);
  });

  it("says that it was cut at the limit; the protocol's own is sixteen tokens", async () => {
    const body = { model: `${family}/ok`, prompt, max_tokens: 3 };
    expect((await completions().create(body)).choices[0]?.finish_reason).toBe("length");
    site.upstream.script("ok", { chunks: 40 });
    const usual = await completions().create({ model: `${family}/ok`, prompt });
    expect(usual.usage?.completion_tokens).toBe(16);
  });
});

it("what stands behind the gap is told to a model that chats", async () => {
  const suffix = " and they lived happily.";
  await completions().create({ model: "openai/ok", prompt, suffix, presence_penalty: 0.5 });
  const { body } = site.upstream.requests.at(-1) ?? {};
  expect(body).toMatchObject({
    presence_penalty: 0.5,
    messages: [{ content: expect.stringContaining(suffix) }],
  });
});

it.each([
  ["prompt", { prompt: [1, 2, 3] }],
  ["prompt", { prompt: Array.from({ length: 17 }, () => "x") }],
  ["n", { n: 17 }],
  ["best_of", { best_of: 2 }],
])("%s beyond what is done is refused with its name", async (param, wrong) => {
  const asked = completions().create({ model: "openai/ok", prompt, ...wrong });
  await expect(asked).rejects.toMatchObject({ status: 400, param });
  expect(site.upstream.requests).toHaveLength(0);
});

it("what nobody does is said in a header", async () => {
  const asked = completions().create({ model: "openai/ok", prompt, logprobs: 2 });
  const { response } = await asked.withResponse();
  expect(response.headers.get("x-portico-warnings")).toContain("logprobs");
});

it("the choices that were not begun cost nothing when one fails or the client leaves", async () => {
  const before = await expectBalanced(site.ann);
  const failing = completions().create({ model: "openai/500", prompt, n: 4 });
  await expect(failing).rejects.toMatchObject({ status: 502 });
  expect(site.upstream.requests).toHaveLength(1);
  expect((await expectBalanced(site.ann)).balance_micro).toBe(before.balance_micro);
  const stream = await completions().create({ model: "openai/paced", prompt, n: 4, stream: true });
  for await (const chunk of stream) if (chunk.choices[0]?.text) break;
  await eventually(async () => expect(site.upstream.aborted).toBe(1));
  await expectBalanced(site.ann);
  expect(site.upstream.billed).toHaveLength(1);
});

it("several choices that cannot all be paid begin nothing", async () => {
  const asked = completions("poor").create({ model: "openai/ok", prompt, n: 4 });
  await expect(asked).rejects.toMatchObject({ status: 402 });
  expect(site.upstream.requests).toHaveLength(0);
});

it("a stream that breaks off ends with an error", async () => {
  const stream = await completions().create({ model: "openai/cut-mid", prompt, stream: true });
  const read = async () => {
    for await (const chunk of stream) expect(chunk.object).toBe("text_completion");
  };
  await expect(read()).rejects.toMatchObject({ code: "upstream_unavailable" });
});

/** OpenAI's chat completions with the published client's own helpers, over every family and over agents. */
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { expectBalanced } from "../server/support.ts";
import { type FamilySite, MODEL_FAMILIES, STRUCTURED, startFamilySite } from "./families.ts";

let site: FamilySite;
beforeAll(async () => {
  site = await startFamilySite();
}, 60_000);
afterAll(() => site?.stop());

const messages = [{ role: "user" as const, content: "hello" }];
const said = /^Hello word1 .*word7 $/;
const chat = (name?: string) => site.openai(name).chat.completions;
const lastBody = () => site.upstream.requests.at(-1)?.body as Record<string, unknown>;
const lastSent = () => JSON.stringify(lastBody());
/** In micro-credits, by the statement. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const before = await expectBalanced(site.ann);
  await work();
  return before.balance_micro - (await expectBalanced(site.ann)).balance_micro;
}

describe.each(MODEL_FAMILIES)("%s", (family) => {
  it("the stream helper tells text, chunks, usage and end as they are", async () => {
    const stream = chat().stream({
      model: `${family}/ok`,
      messages,
      stream_options: { include_usage: true },
    });
    const ids = new Set<string>();
    let snapshot = "";
    stream.on("chunk", (chunk) => ids.add(chunk.id));
    stream.on("content", (_delta, whole) => {
      snapshot = whole;
    });
    const answer = await stream.finalChatCompletion();
    expect(ids.size).toBe(1);
    // Where the platform speaks this very protocol, its chunks go on as they are.
    const model = family === "openai" ? "ok" : `${family}/ok`;
    expect(answer).toMatchObject({ model, object: "chat.completion" });
    expect(await stream.finalContent()).toBe(snapshot);
    expect(snapshot).toMatch(said);
    const { input = 0, output = 0 } = site.upstream.billed.at(-1) ?? {};
    expect(await stream.totalUsage()).toMatchObject({
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
    });
  });

  it("a stream that asked for no usage is given none, and is charged all the same", async () => {
    let usages = 0;
    const cost = await costOf(async () => {
      const stream = await chat().create({ model: `${family}/ok`, messages, stream: true });
      for await (const chunk of stream) {
        usages += Number(chunk.usage != null);
        expect(chunk.choices).toHaveLength(1);
      }
    });
    expect(usages).toBe(0);
    const { input = 0, output = 0 } = site.upstream.billed.at(-1) ?? {};
    expect(cost).toBe((input + output) * 1000);
  });

  it.each([true, false])("runTools calls the function and answers (stream: %s)", async (stream) => {
    const asked: unknown[] = [];
    const weather = {
      type: "function" as const,
      function: {
        name: "get_weather",
        description: "The weather of a city",
        parameters: { type: "object" as const, properties: { city: { type: "string" } } },
        parse: JSON.parse,
        function: (given: unknown) => {
          asked.push(given);
          return "12C";
        },
      },
    };
    const body = { model: `${family}/tools`, messages, tools: [weather] };
    const runner = stream ? chat().runTools({ ...body, stream }) : chat().runTools(body);
    expect(await runner.finalContent()).toMatch(said);
    expect(asked).toEqual([{ city: "Paris" }]);
    expect(lastSent()).toContain("12C");
  });

  it("parse gives the object that the schema asks for", async () => {
    site.upstream.script(STRUCTURED, { says: '{"city":"Paris"}' });
    const place = zodResponseFormat(z.object({ city: z.string() }), "place");
    const body = { model: `${family}/structured`, messages, response_format: place };
    const parsed = await chat().parse(body);
    expect(parsed.choices[0]?.message.parsed).toEqual({ city: "Paris" });
    const streamed = await chat().stream(body).finalChatCompletion();
    expect(streamed.choices[0]?.message.parsed).toEqual({ city: "Paris" });
  });

  it("parts of a text, developers and earlier answers stand where they were said", async () => {
    await chat().create({
      model: `${family}/ok`,
      messages: [
        { role: "developer", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "One." },
            { type: "text", text: "Two." },
          ],
        },
        { role: "assistant", content: "Three." },
        { role: "user", content: "Four." },
      ],
    });
    // Instructions stand beside the conversation in some protocols.
    expect(lastSent()).toMatch(/One\..*Two\..*Three\..*Four\./);
    expect(lastSent()).toContain("Be brief.");
  });

  it("what only OpenAI's platforms can do goes to them, and is told where it does not", async () => {
    const body = { model: `${family}/ok`, messages, logprobs: true, seed: 7, verbosity: "low" };
    const { response } = await chat()
      .create(body as OpenAI.ChatCompletionCreateParamsNonStreaming)
      .withResponse();
    const warnings = response.headers.get("x-portico-warnings") ?? "";
    if (family === "openai") {
      expect(lastBody()).toMatchObject({ logprobs: true, seed: 7, verbosity: "low" });
      expect(warnings).toBe("");
    } else {
      expect(warnings).toMatch(/Not sent to \w+: .*logprobs/);
      expect(warnings).toContain("verbosity");
    }
  });

  it("sound goes to who hears it; elsewhere it is refused by a sentence, and costs nothing", async () => {
    const input_audio = { data: Buffer.from("a sound").toString("base64"), format: "wav" as const };
    const asked = () =>
      chat().create({
        model: `${family}/ok`,
        messages: [{ role: "user", content: [{ type: "input_audio", input_audio }] }],
      });
    if (family === "openai" || family === "gemini") {
      await asked();
      expect(lastSent()).toContain(input_audio.data);
      return;
    }
    const refused = () =>
      expect(asked()).rejects.toMatchObject({ status: 400, code: "upstream_rejected" });
    expect(await costOf(refused)).toBe(0);
  });
});

it("several answers to one question are paid for each", async () => {
  const body = { model: "openai/ok", messages, n: 2, max_tokens: 3 };
  await chat().create(body);
  expect(lastBody()).toMatchObject({ n: 2 });
  const told = await chat()
    .create({ ...body, model: "gemini/ok" })
    .withResponse();
  expect(told.response.headers.get("x-portico-warnings")).toContain("Not sent to Gemini: n");
});

it("models are listed and found by their names, agents among them", async () => {
  const ids: string[] = [];
  for await (const { id } of site.openai().models.list()) ids.push(id);
  expect(ids).toEqual(expect.arrayContaining(["openai/ok", "gemini/embed", "agent/coze"]));
  expect(await site.openai().models.retrieve("openai/ok")).toMatchObject({ object: "model" });
  await expect(site.openai().models.retrieve("openai/nothing")).rejects.toThrow(
    OpenAI.NotFoundError,
  );
});

it.each([
  ["nobody", "openai/ok", OpenAI.AuthenticationError, "invalid_api_key", null],
  ["ann", "openai/nothing", OpenAI.NotFoundError, "model_not_found", "model"],
  ["poor", "openai/ok", OpenAI.APIError, "insufficient_credits", null],
])("%s asking %s gets the client's own error", async (name, model, kind, code, param) => {
  const error = await chat(name)
    .create({ model, messages })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(kind);
  expect(error).toMatchObject({ code, param, requestID: expect.stringMatching(/^req_/) });
});

it("a body that is wrong is refused by its path, before anybody is asked", async () => {
  const before = site.upstream.requests.length;
  const wrong = { model: "openai/ok", messages: [{ role: "user", content: [{ type: "video" }] }] };
  const asked = chat().create(wrong as never);
  await expect(asked).rejects.toThrow(OpenAI.BadRequestError);
  await expect(asked).rejects.toMatchObject({ param: "messages.0.content.0.type" });
  expect(site.upstream.requests).toHaveLength(before);
});

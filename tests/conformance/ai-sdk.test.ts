/** The AI SDK with two of its providers, over every family of upstreams and over agents. */
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import {
  APICallError,
  embedMany,
  generateText,
  isStepCount,
  type LanguageModel,
  Output,
  streamText,
  tool,
} from "ai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { eventually, expectBalanced, keyOf } from "../server/support.ts";
import {
  EMBEDDERS,
  type FamilySite,
  MODEL_FAMILIES,
  PER_MESSAGE,
  STRUCTURED,
  startFamilySite,
} from "./families.ts";

let site: FamilySite;
beforeAll(async () => {
  site = await startFamilySite();
}, 60_000);
afterAll(() => site?.stop());

const openaiCompatible = (name = "ann") =>
  createOpenAICompatible({
    name: "portico",
    baseURL: site.portico.gateway,
    apiKey: keyOf(name),
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
const anthropic = (name = "ann") =>
  createAnthropic({ baseURL: site.portico.gateway, apiKey: keyOf(name) });
const PROVIDERS: Record<string, (name?: string) => (model: string) => LanguageModel> = {
  "openai-compatible": openaiCompatible,
  anthropic,
};

/** One attempt: what is seen is what was answered. */
const question = { prompt: "hello", maxOutputTokens: 500, maxRetries: 0 };
const lastBill = () => site.upstream.billed.at(-1) ?? { input: 0, output: 0 };
const lastSent = () => JSON.stringify(site.upstream.requests.at(-1)?.body);
const said = /^Hello word1 .*word7 $/;
/** In micro-credits, by the statement. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const before = await expectBalanced(site.ann);
  await work();
  return before.balance_micro - (await expectBalanced(site.ann)).balance_micro;
}
const weather = (asked: string[]) =>
  tool({
    description: "The weather of a city",
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => {
      asked.push(city);
      return `12C in ${city}`;
    },
  });

describe.each(Object.keys(PROVIDERS))("with @ai-sdk/%s", (provider) => {
  const at = (model: string, name?: string) =>
    (PROVIDERS[provider] ?? openaiCompatible)(name)(model);
  const call = (model: string) => ({ model: at(model), ...question });

  describe.each(MODEL_FAMILIES)("%s", (family) => {
    it("generateText tells text, end and usage, and is charged by it", async () => {
      const cost = await costOf(async () => {
        const answer = await generateText({ ...call(`${family}/ok`), instructions: "Be brief." });
        expect(answer.text).toMatch(said);
        expect(answer.finishReason).toBe("stop");
        const { input, output } = lastBill();
        expect(answer.usage).toMatchObject({ inputTokens: input, outputTokens: output });
        expect(lastSent()).toContain("Be brief.");
      });
      expect(cost).toBe((lastBill().input + lastBill().output) * 1000);
    });

    it("streamText gives the text in pieces, and the usage at its end", async () => {
      const answer = streamText(call(`${family}/ok`));
      const pieces: string[] = [];
      for await (const piece of answer.textStream) pieces.push(piece);
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join("")).toMatch(said);
      expect(await answer.finishReason).toBe("stop");
      const { input, output } = lastBill();
      expect(await answer.usage).toMatchObject({ inputTokens: input, outputTokens: output });
    });

    it.each([false, true])(
      "a tool's step is followed by an answer (stream: %s)",
      async (stream) => {
        const asked: string[] = [];
        const cost = await costOf(async () => {
          const body = {
            ...call(`${family}/tools`),
            tools: { get_weather: weather(asked) },
            stopWhen: isStepCount(3),
          };
          const answer = stream ? streamText(body) : await generateText(body);
          const steps = await answer.steps;
          expect(steps.map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "stop"]);
          expect(await answer.text).toMatch(said);
        });
        expect(asked).toEqual(["Paris"]);
        expect(lastSent()).toContain("12C in Paris");
        const billed = site.upstream.billed.slice(-2);
        expect(cost).toBe(
          billed.reduce((sum, { input, output }) => sum + input + output, 0) * 1000,
        );
      },
    );

    it("a thought is told apart from the answer", async () => {
      const answer = await generateText(call(`${family}/reasoning`));
      expect(answer.reasoningText).toMatch(/Hm|think/);
      expect(answer.text).toMatch(said);
      const streamed = streamText(call(`${family}/reasoning`));
      expect(await streamed.reasoningText).toMatch(/Hm|think/);
    });

    it("an object of a schema is asked of the model and read from its answer", async () => {
      site.upstream.script(STRUCTURED, { says: '{"city":"Paris"}' });
      const output = Output.object({ schema: z.object({ city: z.string() }) });
      const providerOptions = { anthropic: { structuredOutputMode: "outputFormat" as const } };
      const body = { ...call(`${family}/structured`), output, providerOptions };
      expect((await generateText(body)).output).toEqual({ city: "Paris" });
      expect(lastSent()).toContain("additionalProperties");
      expect(await streamText(body).output).toEqual({ city: "Paris" });
    });

    it("a picture reaches the platform", async () => {
      const image = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10]);
      const content = [
        { type: "text" as const, text: "See?" },
        { type: "file" as const, data: image, mediaType: "image/png" },
      ];
      const model = at(`${family}/ok`);
      await generateText({ ...question, prompt: [{ role: "user", content }], model });
      expect(lastSent()).toContain(Buffer.from(image).toString("base64"));
    });

    it("a refusal is an error with its status; it is not tried again, and costs nothing", async () => {
      const cost = await costOf(async () => {
        const refused = await generateText({ ...call(`${family}/400`), maxRetries: 2 }).catch(
          (error: unknown) => error,
        );
        if (!APICallError.isInstance(refused)) throw new Error(`no error of a call: ${refused}`);
        expect(refused).toMatchObject({ statusCode: 400, isRetryable: false });
        expect(refused.message).toMatch(/malformed|says no|does not support/);
      });
      expect(cost).toBe(0);
    });

    it("a stream that breaks tells an error after what had come, and ends", async () => {
      const parts: string[] = [];
      const errors: unknown[] = [];
      const onError = ({ error }: { error: unknown }) => void errors.push(error);
      const answer = streamText({ ...call(`${family}/cut-mid`), onError });
      for await (const part of answer.stream) parts.push(part.type);
      expect(parts).toContain("text-delta");
      expect(parts.filter((type) => type === "error")).toHaveLength(1);
      expect(JSON.stringify(errors) + String(errors)).toMatch(/not available/);
      await expectBalanced(site.ann);
    });

    it("a reader that leaves stops the platform", async () => {
      const aborted = site.upstream.aborted;
      const leaving = new AbortController();
      const body = { ...call(`${family}/paced`), abortSignal: leaving.signal };
      for await (const part of streamText(body).stream) {
        if (part.type === "text-delta") leaving.abort();
      }
      await eventually(async () => {
        if (site.upstream.aborted === aborted) throw new Error("the upstream was not left");
      });
      await expectBalanced(site.ann);
    });

    it("an agent answers with its prompt, at its price per message", async () => {
      const cost = await costOf(async () => {
        expect((await generateText(call(`agent/${family}`))).text).toMatch(said);
        expect(await streamText(call(`agent/${family}`)).text).toMatch(said);
      });
      expect(lastSent()).toContain("You are the helper of Acme.");
      expect(cost).toBe(2 * PER_MESSAGE * 1e6);
    });
  });

  it("an agent of a platform answers too, and says what it left out", async () => {
    const answer = await generateText({ ...call("agent/dify-ok"), tools: { w: weather([]) } });
    expect(answer.text).toMatch(/^你好 词1/);
    expect(answer.response.headers?.["x-portico-warnings"]).toMatch(/ignored: tools/);
  });

  it.each([
    ["poor", "openai/ok", 402],
    ["nobody", "openai/ok", 401],
    ["ann", "openai/nothing", 404],
  ])("%s asking %s is told %i", async (name, model, statusCode) => {
    const refused = generateText({ model: at(model, name), ...question });
    await expect(refused).rejects.toMatchObject({ statusCode });
  });
});

it("without a format for answers, an object comes as the call of a tool", async () => {
  const output = Output.object({ schema: z.object({ city: z.string() }) });
  const providerOptions = { anthropic: { structuredOutputMode: "jsonTool" as const } };
  for (const family of MODEL_FAMILIES) {
    const model = anthropic()(`${family}/tools`);
    const answer = await generateText({ ...question, model, output, providerOptions });
    expect(answer.output).toEqual({ city: "Paris" });
  }
});

it.each(EMBEDDERS)("embeddings of %s come in their order, charged by the token", async (family) => {
  const values = ["one", "two", "three"];
  let tokens = 0;
  const cost = await costOf(async () => {
    const model = openaiCompatible().embeddingModel(`${family}/embed`);
    const { embeddings, usage } = await embedMany({ model, values, maxRetries: 0 });
    expect(embeddings).toHaveLength(3);
    expect(new Set(embeddings.map((vector) => vector.length)).size).toBe(1);
    tokens = usage.tokens;
  });
  expect(cost).toBe(tokens * 1000);
  // Gemini does not tell what embeddings have used: that is estimated.
  if (family === "gemini") expect(tokens).toBeGreaterThan(0);
  else expect(tokens).toBe(lastBill().input);
});

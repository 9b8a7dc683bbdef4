/** The published clients of AIGNE Hub, each version, over every family of upstreams and over agents. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectBalanced, keyOf } from "../server/support.ts";
import { PICTURE } from "../support/upstream-files.ts";
import {
  aigneClients,
  type Clients,
  INSTALL_MS,
  type Model,
  readStream,
  VERSIONS,
  type Version,
} from "./aigne-clients.ts";
import {
  FAMILIES,
  type FamilySite,
  MODEL_FAMILIES,
  modelOf,
  PER_MESSAGE,
  startFamilySite,
} from "./families.ts";

let site: FamilySite;
let clients: Clients;
beforeAll(async () => {
  clients = await aigneClients();
  site = await startFamilySite();
}, INSTALL_MS);
afterAll(() => site?.stop());
beforeEach(() => site.upstream.reset());

const user = (content: unknown) => ({ messages: [{ role: "user", content }] });
const hello = user("hello");
const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
};
const billed = () => site.upstream.billed.reduce((sum, one) => sum + one.input + one.output, 0);
/** What the work cost, in micro-credits, by the statement. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const before = await expectBalanced(site.ann);
  await work();
  const after = await expectBalanced(site.ann);
  return before.balance_micro - after.balance_micro;
}
const sent = () => JSON.stringify(site.upstream.requests.at(-1)?.body);

describe.each(VERSIONS)("client %s", (version: Version) => {
  const chat = (model: string, name = "ann"): Model =>
    clients.chat(version, { origin: site.portico.origin, key: keyOf(name), model });
  const streamed = async (model: string, input: object = hello, name = "ann") =>
    readStream(await chat(model, name).invoke(input, { streaming: true }));

  describe.each(FAMILIES)("on %s", (family) => {
    const perMessage = family === "dify";

    it("reads a whole answer, with what it cost in credits", async () => {
      let credits = 0;
      const cost = await costOf(async () => {
        const answer = await chat(modelOf(family, "ok")).invoke(hello);
        expect(answer.text).toMatch(/^(Hello word1|你好 词1) .*(word7|词7)/);
        expect(answer.model).toBe(modelOf(family, "ok"));
        expect((answer.usage?.inputTokens ?? 0) + (answer.usage?.outputTokens ?? 0)).toBe(billed());
        credits = answer.usage?.aigneHubCredits ?? 0;
      });
      expect(cost).toBe(perMessage ? PER_MESSAGE * 1e6 : billed() * 1000);
      expect(Math.round(credits * 1e6)).toBe(cost);
    });

    it("reads a stream piece by piece, with the same at its end", async () => {
      const cost = await costOf(async () => {
        const { texts, whole } = await streamed(modelOf(family, "ok"));
        expect(texts.length).toBeGreaterThan(4);
        expect(texts.join("")).toBe(whole.text);
        expect(whole.text).toMatch(/^(Hello word1|你好 词1) .*(word7|词7)/);
        expect(whole.usage?.aigneHubCredits).toBeGreaterThan(0);
      });
      expect(cost).toBe(perMessage ? PER_MESSAGE * 1e6 : billed() * 1000);
    });

    it("is told why an answer failed, and pays nothing for it", async () => {
      const cost = await costOf(async () => {
        const failing = chat(modelOf(family, "500"));
        await expect(failing.invoke(hello)).rejects.toThrow("The upstream is not available.");
        const stream = failing.invoke(hello, { streaming: true }).then(readStream);
        await expect(stream).rejects.toThrow("The upstream is not available.");
      });
      expect(cost).toBe(0);
    });

    it("does not take half an answer for a whole one", async () => {
      const asked = streamed(modelOf(family, "cut-mid"));
      await expect(asked).rejects.toThrow("The upstream is not available.");
      await expectBalanced(site.ann);
    });
  });

  describe.each(MODEL_FAMILIES)("on %s", (family) => {
    it.each([false, true])(
      "gets calls of tools, and gives their results (stream: %s)",
      async (streaming) => {
        const model = `${family}/tools`;
        const ask = async (input: object) =>
          streaming ? (await streamed(model, input)).whole : await chat(model).invoke(input);
        const question = { ...user("The weather of Paris?"), tools: [weather] };
        const { toolCalls = [] } = await ask(question);
        expect(toolCalls).toMatchObject([{ function: { name: "get_weather", arguments: {} } }]);
        const [call] = toolCalls;
        const turns = [
          ...question.messages,
          { role: "agent", toolCalls },
          {
            role: "tool",
            toolCallId: call?.id,
            content: [{ type: "text", text: "Rain, 11 degrees" }],
          },
        ];
        await ask({ ...question, messages: turns });
        expect(sent()).toContain("Rain, 11 degrees");
        expect(sent()).not.toContain("__thought__");
      },
    );

    it("an agent of the framework uses a skill, and answers with what it said", async () => {
      const asked: unknown[] = [];
      const skill = {
        name: "get_weather",
        description: "The weather of a city",
        process: (input: unknown) => {
          asked.push(input);
          return { weather: "Rain, 11 degrees" };
        },
      };
      const answer = await clients.agent(chat(`${family}/tools`), skill, "The weather of Paris?");
      expect(asked).toHaveLength(1);
      expect(sent()).toContain("Rain, 11 degrees");
      expect(answer.message).toMatch(/^Hello/);
      expect(site.upstream.requests).toHaveLength(2);
    });

    it("an agent of it answers at its price for a message", async () => {
      const cost = await costOf(async () => {
        expect((await chat(`agent/${family}`).invoke(hello)).text).toMatch(/^Hello/);
        expect(sent()).toContain("You are the helper of Acme.");
      });
      expect(cost).toBe(PER_MESSAGE * 1e6);
    });

    it("a picture reaches it", async () => {
      const picture = { type: "file", data: PICTURE.toString("base64"), mimeType: "image/png" };
      await chat(`${family}/ok`).invoke(user([{ type: "text", text: "What?" }, picture]));
      expect(sent()).toContain(PICTURE.toString("base64"));
    });
  });

  it.each(["openai", "anthropic", "gemini"])(
    "thoughts of %s stand apart from the text",
    async (family) => {
      const whole = await chat(`${family}/reasoning`).invoke(hello);
      expect(whole.thoughts).not.toBe("");
      expect(whole.text).not.toContain(whole.thoughts);
      const { whole: read } = await streamed(`${family}/reasoning`);
      expect(read).toMatchObject({ thoughts: whole.thoughts, text: whole.text });
    },
  );

  it("an answer by a schema is an object, whole and at the end of a stream", async () => {
    site.upstream.script("ok", { says: '{"city":"Paris","degrees":11}' });
    const schema = {
      type: "object",
      properties: { city: { type: "string" }, degrees: { type: "number" } },
      required: ["city", "degrees"],
      additionalProperties: false,
    };
    const jsonSchema = { name: "weather", schema, strict: true };
    const input = { ...hello, responseFormat: { type: "json_schema", jsonSchema } };
    const expected = { city: "Paris", degrees: 11 };
    const whole = await chat("openai/ok").invoke(input);
    expect(whole).toMatchObject({ json: expected });
    expect(whole.text).toBeUndefined();
    expect(site.upstream.requests.at(-1)?.body).toMatchObject({
      response_format: { type: "json_schema", json_schema: { name: "weather", strict: true } },
    });
    expect((await streamed("openai/ok", input)).whole).toMatchObject({ json: expected });
  });

  it("without credits it is told where to get some, and nothing is asked", async () => {
    const asked = chat("openai/ok", "poor").invoke(hello);
    await expect(asked).rejects.toThrow(/http:\/\/acme\.localhost:\d+\/wallet/);
    const stream = chat("openai/ok", "poor").invoke(hello, { streaming: true }).then(readStream);
    await expect(stream).rejects.toThrow(/wallet/);
    // Older ones have no type.
    const old = version === "0.1" || version === "0.3";
    if (!old) await expect(asked).rejects.toMatchObject({ type: "NOT_ENOUGH" });
    expect(site.upstream.requests).toHaveLength(0);
  });

  it("an unknown model, a refused request and a wrong key are told in a sentence", async () => {
    await expect(chat("no/such").invoke(hello)).rejects.toThrow('There is no model "no/such"');
    await expect(chat("openai/400").invoke(hello)).rejects.toThrow("The request was malformed.");
    await expect(chat("openai/ok", "nobody").invoke(hello)).rejects.toThrow(
      "This API key is not valid.",
    );
  });

  it("a prompt is cached up to its end, as the client asks with every request", async () => {
    await chat("anthropic/ok").invoke(hello);
    expect(site.upstream.requests.at(-1)?.body).toMatchObject({
      messages: [{ content: [{ cache_control: { type: "ephemeral" } }] }],
    });
  });

  it("parameters reach the model in its own words", async () => {
    const modelOptions = { temperature: 0.5, topP: 0.9, frequencyPenalty: 0.1 };
    await chat("openai/ok").invoke({ ...hello, modelOptions });
    expect(site.upstream.requests.at(-1)?.body).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      frequency_penalty: 0.1,
    });
  });
});

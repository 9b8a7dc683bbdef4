/** OpenAI's Responses with the published client, over every family of upstreams and over agents. */
import type OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { eventually, expectBalanced } from "../server/support.ts";
import { type FamilySite, MODEL_FAMILIES, PER_MESSAGE, startFamilySite } from "./families.ts";

let site: FamilySite;
beforeAll(async () => {
  site = await startFamilySite();
}, 60_000);
afterAll(() => site?.stop());

const input = "hello";
const weather: OpenAI.Responses.FunctionTool = {
  type: "function",
  name: "get_weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  strict: false,
};
const lastBill = () => site.upstream.billed.at(-1) ?? { input: 0, output: 0 };
const sent = () => JSON.stringify(site.upstream.requests.at(-1)?.body);
const responses = () => site.openai().responses;

describe.each(MODEL_FAMILIES)("%s", (family) => {
  it("answers whole, charged what the platform bills", async () => {
    const before = await expectBalanced(site.ann);
    const { data, response } = await responses()
      .create({ model: `${family}/ok`, input })
      .withResponse();
    expect(data).toMatchObject({ object: "response", status: "completed", error: null });
    expect(data.output_text).toMatch(/^Hello word1 .*word7/);
    const billed = lastBill();
    expect(data.usage).toMatchObject({
      input_tokens: billed.input,
      output_tokens: billed.output,
      total_tokens: billed.input + billed.output,
    });
    const charged = (billed.input + billed.output) * 1000;
    expect(response.headers.get("x-portico-credits")).toBe(String(charged / 1e6));
    const after = await expectBalanced(site.ann);
    expect(before.balance_micro - after.balance_micro).toBe(charged);
  });

  it("streams every event in its order, numbered without a gap", async () => {
    const stream = await responses().create({ model: `${family}/ok`, input, stream: true });
    const types: string[] = [];
    let text = "";
    let last: OpenAI.Responses.Response | null = null;
    for await (const event of stream) {
      expect(event.sequence_number).toBe(types.length);
      types.push(event.type);
      if (event.type === "response.output_text.delta") text += event.delta;
      if (event.type === "response.completed") last = event.response;
    }
    expect(types.filter((type) => type !== "response.output_text.delta")).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(text).toMatch(/^Hello word1 .*word7/);
    const { input: asked, output } = lastBill();
    expect(last?.usage).toMatchObject({ input_tokens: asked, output_tokens: output });
  });

  it.each([true, false])("a tool is called and its result read (stream: %s)", async (stream) => {
    const ask = (body: Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, "stream">) =>
      stream ? responses().stream(body).finalResponse() : responses().create(body);
    const body = { model: `${family}/tools`, tools: [weather] };
    const asked = await ask({ ...body, input });
    const [call] = asked.output.filter((item) => item.type === "function_call");
    if (call?.type !== "function_call") throw new Error("no tool was called");
    expect(call).toMatchObject({ name: "get_weather", status: "completed" });
    expect(JSON.parse(call.arguments)).toEqual({ city: "Paris" });
    const result = { type: "function_call_output" as const, call_id: call.call_id, output: "12C" };
    for (const more of [
      { input: [result], previous_response_id: asked.id },
      {
        input: [
          { role: "user" as const, content: input },
          ...(asked.output as OpenAI.Responses.ResponseInput),
          result,
        ],
      },
      {
        input: [
          { role: "user" as const, content: input },
          { type: "item_reference" as const, id: call.id ?? "" },
          result,
        ],
      },
    ]) {
      const answered = await ask({ ...body, ...more });
      expect(sent()).toContain("12C");
      expect(sent()).toContain("Paris");
      expect(sent()).not.toContain("__thought__");
      expect(answered.output_text).toMatch(/^Hello word1/);
    }
  });

  it.each([true, false])("thoughts are items of their own (stream: %s)", async (stream) => {
    const body = { model: `${family}/reasoning`, input };
    const response = stream
      ? await responses().stream(body).finalResponse()
      : await responses().create(body);
    const [thought, message] = response.output;
    expect(thought).toMatchObject({
      type: "reasoning",
      summary: [{ type: "summary_text", text: expect.stringMatching(/Hm|think/) }],
    });
    expect(message).toMatchObject({ type: "message", status: "completed" });
  });

  it("continues a response that was kept, without its instructions", async () => {
    const model = `${family}/ok`;
    const first = await responses().create({
      model,
      input: "My name is Ann.",
      instructions: "Once.",
    });
    const second = await responses()
      .stream({ model, input: "And?", previous_response_id: first.id })
      .finalResponse();
    expect(sent()).toContain("My name is Ann.");
    expect(sent()).toContain("Hello word1");
    expect(sent()).not.toContain("Once.");
    expect(second.previous_response_id).toBe(first.id);
    await responses().create({ model, input: "And then?", previous_response_id: second.id });
    expect(sent()).toMatch(/My name is Ann.*And\?.*And then\?/);
  });

  it("the output limit reaches the platform, and the answer says that it was cut", async () => {
    const body = { model: `${family}/ok`, input, max_output_tokens: 3 };
    const whole = await responses().create(body);
    expect(whole).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      usage: { output_tokens: 3 },
    });
    const streamed = await responses().stream(body).finalResponse();
    expect(streamed.status).toBe("incomplete");
  });

  it("a picture reaches the platform", async () => {
    const image_url = "data:image/png;base64,iVBORw0KGgo=";
    await responses().create({
      model: `${family}/ok`,
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "See?" },
            { type: "input_image", image_url, detail: "auto" },
          ],
        },
      ],
    });
    expect(sent()).toContain("iVBORw0KGgo=");
  });

  it("an agent answers with its prompt, at its price per message", async () => {
    const before = await expectBalanced(site.ann);
    const response = await responses().create({
      model: `agent/${family}`,
      input,
      instructions: "Be brief.",
    });
    expect(response).toMatchObject({ model: `agent/${family}`, instructions: "Be brief." });
    expect(sent()).toContain("You are the helper of Acme.");
    expect(sent()).toContain("Be brief.");
    const after = await expectBalanced(site.ann);
    expect(before.balance_micro - after.balance_micro).toBe(PER_MESSAGE * 1e6);
  });

  it("a client that leaves stops the platform at once", async () => {
    const before = site.upstream.aborted;
    const stream = await responses().create({ model: `${family}/paced`, input, stream: true });
    for await (const event of stream) if (event.type === "response.output_text.delta") break;
    await eventually(async () => {
      if (site.upstream.aborted === before) throw new Error("the upstream was not left");
    });
    await expectBalanced(site.ann);
  });

  it("a stream that breaks off ends with an error and a failed response", async () => {
    const body = { model: `${family}/cut-mid`, input, stream: true as const };
    const stream = await responses().create(body);
    let text = "";
    const read = async () => {
      for await (const event of stream) {
        if (event.type === "response.output_text.delta") text += event.delta;
      }
    };
    await expect(read()).rejects.toMatchObject({ code: "upstream_unavailable" });
    expect(text).toContain("Hello");
    const raw = await responses().create(body).asResponse();
    const events = await raw.text();
    expect(events).toMatch(/event: error\n.*event: response\.failed\n/s);
    expect(events).toMatch(/"status":"failed","background":false/);
  });
});

describe("structured output", () => {
  it("is parsed by the client's helper, after the schema that the platform was told", async () => {
    const format = zodTextFormat(z.object({ city: z.string() }), "place");
    site.upstream.script("ok", { says: '{"city":"Paris"}' });
    const parsed = await responses().parse({ model: "openai/ok", input, text: { format } });
    expect(parsed.output_parsed).toEqual({ city: "Paris" });
    expect(site.upstream.requests.at(-1)?.body).toMatchObject({
      response_format: { type: "json_schema", json_schema: { name: "place", strict: true } },
    });
    site.upstream.reset();
  });
});

/** AIGNE's surface as it is on the wire: what clients of the published package never show. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import { eventually, expectBalanced, keyOf } from "../server/support.ts";
import { type FamilySite, PER_MESSAGE, startFamilySite } from "./families.ts";

let site: FamilySite;
beforeAll(async () => {
  site = await startFamilySite();
}, 60_000);
afterAll(() => site?.stop());
beforeEach(() => site.upstream.reset());

const DID = "z8ia3xzq2tMq8CRHfaXj1BTYJyYnEcHbqP8cJ";
const messages = [{ role: "user", content: "hello" }];

function post(path: string, body: unknown, more: { name?: string; accept?: string } = {}) {
  const { name = "ann", accept } = more;
  return fetch(`${site.portico.origin}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${keyOf(name)}`,
      "content-type": "application/json",
      ...(accept === undefined ? {} : { accept }),
    },
    body: JSON.stringify(body),
  });
}
const get = (path: string, name: string | null = "ann") =>
  fetch(`${site.portico.origin}${path}`, {
    headers: name === null ? {} : { authorization: `Bearer ${keyOf(name)}` },
  });
const atSite = async (path: string, headers: Record<string, string> = {}) => {
  const { origin, port } = site.portico;
  const host = `acme.localhost:${port}`;
  const { status, text } = await localRequest({ origin, host, method: "GET", path, headers });
  return { status, json: JSON.parse(text) };
};
const native = (model: string, streaming?: boolean) => ({
  input: { messages, modelOptions: { model } },
  agent: "$CHAT_MODEL",
  options: { userContext: {}, memories: [], ...(streaming === undefined ? {} : { streaming }) },
});
/** The frames of a stream; anything that is no frame of this protocol fails. */
const framesOf = (text: string) =>
  text
    .split("\n\n")
    .filter((part) => part !== "" && !part.startsWith(":"))
    .map((part) => {
      expect(part).toMatch(/^(event: error\n)?data: \{/);
      return JSON.parse(part.slice(part.indexOf("data: ") + 6));
    });

describe("discovery", () => {
  it("says that everything is at the root, on the host of a site and on the platform's", async () => {
    const mounted = { componentMountPoints: [{ did: DID, mountPoint: "/" }] };
    expect((await atSite("/__blocklet__.js?type=json")).json).toMatchObject(mounted);
    expect(await (await get("/__blocklet__.js?type=json", null)).json()).toMatchObject(mounted);
  });

  it("is a script for pages", async () => {
    const answer = await get("/__blocklet__.js", null);
    expect(answer.headers.get("content-type")).toContain("javascript");
    expect(await answer.text()).toMatch(/^window\.blocklet = \{.*\};$/);
  });
});

describe("a stream of chat", () => {
  it("has frames of JSON and nothing else, and no last one", async () => {
    const answer = await post("/api/v2/chat", native("openai/ok", true));
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    expect(answer.headers.get("x-accel-buffering")).toBe("no");
    const text = await answer.text();
    expect(text).not.toContain("[DONE]");
    const frames = framesOf(text);
    expect(frames[0]).toEqual({ delta: { json: { model: "openai/ok" } } });
    expect(frames[1]).toEqual({ delta: { text: { text: "Hello " } } });
    const { usage, modelWithProvider } = frames.at(-1).delta.json;
    expect(modelWithProvider).toBe("openai/ok");
    expect(usage).toEqual({ inputTokens: 9, outputTokens: 8, aigneHubCredits: 0.017 });
  });

  it("that breaks off ends with an event that says so", async () => {
    const text = await (await post("/api/v2/chat", native("openai/cut-mid", true))).text();
    const last = text.trimEnd().split("\n\n").at(-1) ?? "";
    expect(last).toMatch(/^event: error\ndata: /);
    expect(JSON.parse(last.slice(last.indexOf("{")))).toMatchObject({
      message: "The upstream is not available.",
      code: "upstream_unavailable",
    });
  });

  it("whose client leaves is not written on, and paid as far as it went", async () => {
    const before = await expectBalanced(site.ann);
    const answer = await post("/api/v2/chat", native("openai/paced", true));
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await eventually(async () => expect(site.upstream.aborted).toBe(1));
    const after = await expectBalanced(site.ann);
    expect(site.upstream.billed).toMatchObject([{ complete: false }]);
    expect(before.balance_micro - after.balance_micro).toBeLessThan(200_000);
  });
});

describe("a request of chat", () => {
  it.each([
    ["beside the input", { model: "openai/ok", input: { messages }, agent: "$CHAT_MODEL" }],
    ["in the input", { input: { messages, model: "openai/ok" } }],
    ["among the options", native("openai/ok")],
    ["without an input, as the documents show it", { model: "openai/ok", messages }],
    [
      "with a text for messages, as the documents show it",
      { model: "openai/ok", messages: "hello" },
    ],
  ])("may name its model %s", async (_where, body) => {
    const answer = await post("/api/v2/chat", body);
    expect(answer.headers.get("x-portico-credits")).toBe("0.017");
    expect(await answer.json()).toMatchObject({ text: expect.stringMatching(/^Hello/) });
  });

  it.each([
    ["input.messages", { input: { modelOptions: { model: "openai/ok" } } }],
    ["input.messages.0.role", { model: "openai/ok", input: { messages: [{ role: "boss" }] } }],
    ["input.modelOptions.model", { input: { messages } }],
    ["temperature", { model: "openai/ok", messages, temperature: 9 }],
    [
      "input.messages.0.content.0.type",
      {
        model: "openai/ok",
        input: { messages: [{ role: "user", content: [{ type: "local", path: "/a.png" }] }] },
      },
    ],
  ])("with a bad %s is refused with its path", async (param, body) => {
    const answer = await post("/api/v2/chat", body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { type: "invalid_request_error", code: "invalid_value", param },
    });
    expect(site.upstream.requests).toHaveLength(0);
  });

  it("that is no JSON, or has no key, is told so in this protocol's words", async () => {
    const broken = await post("/api/v2/chat", "x");
    expect(await broken.json()).toMatchObject({ error: { code: "invalid_value" } });
    const url = `${site.portico.origin}/api/v2/chat`;
    const anonymous = await fetch(url, { method: "POST", body: "{}" });
    expect(anonymous.status).toBe(401);
    expect(await anonymous.json()).toMatchObject({
      error: { type: "authentication_error", message: expect.stringContaining("API key") },
    });
  });

  it("options that nobody does are told in a header", async () => {
    const body = native("anthropic/ok");
    Object.assign(body.input.modelOptions, { topK: 4, cacheConfig: { ttl: "1h" } });
    const answer = await post("/api/v2/chat", body);
    expect(answer.headers.get("x-portico-warnings")).toContain("Not done: topK.");
  });

  it("without credits is answered with 402 and where to get some", async () => {
    const answer = await post("/api/v2/chat", native("openai/ok"), { name: "poor" });
    expect(answer.status).toBe(402);
    const { error } = (await answer.json()) as { error: Record<string, string> };
    expect(error).toMatchObject({ type: "NOT_ENOUGH", code: "insufficient_credits" });
    expect(error.message).toContain(error.link);
    expect(error.link).toMatch(/^http:\/\/acme\.localhost:\d+\/wallet$/);
  });

  it("marks for the prompt cache reach the platform that takes them", async () => {
    const cacheControl = { type: "ephemeral" };
    const system = { role: "system", content: [{ type: "text", text: "Be kind.", cacheControl }] };
    const input = { messages: [system, ...messages], modelOptions: { model: "anthropic/ok" } };
    await post("/api/v2/chat", { input });
    const body = site.upstream.requests.at(-1)?.body;
    expect(body).toMatchObject({ system: [{ text: "Be kind.", cache_control: cacheControl }] });
  });
});

it("an address that an old client has doubled is the same address", async () => {
  const answer = await post("/api/v2/chat/api/v2/chat", native("openai/ok"));
  expect(await answer.json()).toMatchObject({ text: expect.stringMatching(/^Hello/) });
});

describe("/api/v2/chat/completions", () => {
  const path = "/api/v2/chat/completions";

  it("answers with the fields of OpenAI and of AIGNE", async () => {
    const answer = await post(path, { model: "anthropic/ok", prompt: "hello", maxTokens: 100 });
    const body = (await answer.json()) as Record<string, unknown>;
    const text = expect.stringMatching(/^Hello word1/);
    expect(body).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { role: "assistant", content: text }, finish_reason: "stop" }],
      role: "assistant",
      text,
      content: text,
      modelWithProvider: "anthropic/ok",
      usage: { prompt_tokens: 18, promptTokens: 18, inputTokens: 18, aigneHubCredits: 0.026 },
    });
    expect(site.upstream.requests.at(-1)?.body).toMatchObject({ max_tokens: 100 });
  });

  it("streams events to who asks for events, and no last one", async () => {
    for (const accept of ["text/event-stream", "application/json"]) {
      const body = { model: "gemini/ok", messages, stream: true };
      const text = await (await post(path, body, { accept })).text();
      expect(text).not.toContain("[DONE]");
      const frames = framesOf(text);
      const said = frames.map(({ choices }) => choices?.[0]?.delta?.content ?? "").join("");
      expect(frames.map(({ delta }) => delta?.content ?? "").join("")).toBe(said);
      expect(said).toMatch(/^Hello word1 .*word7/);
      expect(frames.at(-1)).toMatchObject({ choices: [], usage: { completionTokens: 8 } });
    }
  });

  it("streams the bare text to who does not", async () => {
    const body = { model: "openai/ok", messages, stream: true };
    const answer = await post(path, body);
    expect(answer.headers.get("content-type")).toContain("text/plain");
    expect(await answer.text()).toBe("Hello word1 word2 word3 word4 word5 word6 word7 ");
    const broken = await post(path, { ...body, model: "openai/cut-mid" });
    expect(await broken.text()).toMatch(/ERROR: The upstream is not available\.$/);
  });

  it("takes tools and pictures in either way of writing names", async () => {
    const url = "data:image/png;base64,iVBORw0KGgo=";
    const tool = { name: "get_weather", parameters: { type: "object", properties: {} } };
    const call = { id: "c1", type: "function", function: { name: "get_weather", arguments: "{}" } };
    const turns = [
      { role: "user", content: [{ type: "image_url", imageUrl: { url } }] },
      { role: "assistant", toolCalls: [call] },
      { role: "tool", toolCallId: "c1", content: "Rain" },
    ];
    const body = {
      model: "openai/tools",
      messages: turns,
      tools: [{ type: "function", function: tool }],
      toolChoice: "auto",
      responseFormat: {
        type: "json_schema",
        jsonSchema: { name: "a", schema: { type: "object" } },
      },
    };
    const asked = { ...body, messages: turns.slice(0, 1) };
    const answer = (await (await post(path, asked)).json()) as { toolCalls: unknown[] };
    await post(path, body);
    expect(answer.toolCalls).toMatchObject([{ function: { name: "get_weather" } }]);
    expect(site.upstream.requests.at(-1)?.body).toMatchObject({
      tool_choice: "auto",
      response_format: { json_schema: { name: "a" } },
      messages: [
        { content: [{ image_url: { url } }] },
        { tool_calls: [{ id: "c1" }] },
        { tool_call_id: "c1", content: "Rain" },
      ],
    });
  });

  it("an agent answers there too", async () => {
    const before = await expectBalanced(site.ann);
    const answer = await post(path, { model: "agent/openai", messages });
    expect(await answer.json()).toMatchObject({ text: expect.stringMatching(/^Hello/) });
    const after = await expectBalanced(site.ann);
    expect(before.balance_micro - after.balance_micro).toBe(PER_MESSAGE * 1e6);
  });
});

describe("what clients ask beside calls", () => {
  it("models are listed with prices as texts, to anybody on the host of the site", async () => {
    const { json } = await atSite("/api/ai/models?type=chat");
    const named = new Map(json.map((row: { key: string }) => [row.key, row]));
    expect(named.get("openai/ok")).toMatchObject({
      model: "ok",
      provider: "openai",
      type: "chat",
      input_credits_per_token: "0.001",
      output_credits_per_token: "0.001",
      status: { available: true },
    });
    expect(named.get("agent/openai")).toMatchObject({ provider: "agent", model: "openai" });
    expect((await atSite("/api/ai/models?type=video")).json).toEqual([]);
  });

  it("on the platform's host the key says whose models", async () => {
    expect((await get("/api/ai/models", null)).status).toBe(401);
    const listed = (await (await get("/api/ai/models")).json()) as object[];
    expect(listed.length).toBeGreaterThan(20);
  });

  it("the status says whether a call would be admitted, and what is in its way", async () => {
    const status = async (model: string, name: string | null = "ann") =>
      await (await get(`/api/v2/status?model=${encodeURIComponent(model)}`, name)).json();
    expect(await status("openai/ok")).toEqual({ available: true });
    expect(await status("no/such")).toMatchObject({ available: false, code: 404 });
    // Several models end so.
    expect(await status("ok")).toMatchObject({ available: false, code: 404 });
    expect(await status("openai/ok", null)).toMatchObject({ available: false, code: 401 });
    expect(await status("openai/ok", "poor")).toMatchObject({
      available: false,
      code: 402,
      type: "NOT_ENOUGH",
      link: expect.stringContaining("/wallet"),
    });
  });

  it("the user is told his credits as they are in the wallet, without an empty prefix", async () => {
    const wallet = await expectBalanced(site.ann);
    const told = (await (await get("/api/user/info")).json()) as Record<string, unknown>;
    expect(told).toMatchObject({
      user: { email: "ann@acme.example" },
      creditBalance: { balance: wallet.available, pendingCredit: "0", total: "1000000" },
      enableCredit: true,
      paymentLink: expect.stringMatching(/^http:\/\/acme\.localhost:\d+\/wallet$/),
    });
    expect(told).not.toHaveProperty("creditPrefix");
    expect((await get("/api/user/info", null)).status).toBe(401);
  });
});

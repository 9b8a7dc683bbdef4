/** What Gemini is asked, for everything that a client can say. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { ChatInput, ChatMessage, ToolCall } from "../../../src/core/run.ts";

const gemini = connectorById("gemini");
if (!gemini) throw new Error("no gemini");
const opened = openAccount(gemini, { baseUrl: "" }, { apiKey: "AQ.key-0123456789" });
if (!opened.ok) throw new Error(opened.error.message);
const account = opened.value;

const user = (text: string): ChatMessage => ({ role: "user", content: [{ type: "text", text }] });
const system = (text: string): ChatMessage => ({ ...user(text), role: "system" });
const model = (text: string, ...toolCalls: ToolCall[]): ChatMessage => ({
  ...user(text),
  role: "assistant",
  ...(toolCalls.length > 0 ? { toolCalls } : {}),
});
const result = (toolCallId: string, text: string): ChatMessage => ({
  ...user(text),
  role: "tool",
  toolCallId,
});
const call = (id: string, more: Partial<ToolCall> = {}): ToolCall => ({
  id,
  name: "get_weather",
  argumentsText: '{"city":"Paris"}',
  ...more,
});

function prepared(input: Partial<ChatInput>, id = "gemini-3-flash", maxOutputTokens?: number) {
  const target = { id, maxOutputTokens: maxOutputTokens ?? null };
  const full: ChatInput = { messages: [user("Hi")], stream: true, endUser: "u", ...input };
  return gemini?.chat?.prepare(account, target, full);
}
function sent(...args: Parameters<typeof prepared>) {
  const request = prepared(...args);
  if (!request?.ok) throw new Error(request?.error.detail);
  const body = JSON.parse(String(request.value.request.body)) as Record<string, never>;
  return { ...request.value, body };
}
/** As an OpenAI client would have written these fields. */
const raw = (body: Record<string, unknown>): Partial<ChatInput> => ({
  raw: { protocol: "openai-chat", body },
});

describe("the address", () => {
  it.each([
    ["", "https://generativelanguage.googleapis.com/v1beta"],
    ["https://proxy.example/gemini", "https://proxy.example/gemini/v1beta"],
    ["https://proxy.example/v1beta/openai/", "https://proxy.example/v1beta"],
    ["https://proxy.example/v1", "https://proxy.example/v1"],
  ])("%j is completed to %s", (baseUrl, address) => {
    const account = openAccount(gemini, { baseUrl }, { apiKey: "AQ.k" });
    expect(account.ok && gemini.address(account.value.settings)).toBe(address);
  });

  it.each([
    ["gemini-3-flash", "/models/gemini-3-flash:"],
    ["models/gemini-3-flash", "/models/gemini-3-flash:"],
    ["tunedModels/mine-1", "/tunedModels/mine-1:"],
    ["odd?model", "/models/odd%3Fmodel:"],
  ])("of the model %s holds %s", (id, part) => {
    expect(sent({}, id).request.url).toContain(part);
  });

  it("says whether a stream is wanted", () => {
    expect(sent({ stream: true }).request.url).toMatch(/:streamGenerateContent\?alt=sse$/);
    expect(sent({ stream: false }).request.url).toMatch(/:generateContent$/);
  });
});

describe("messages", () => {
  it("instructions stand apart, and one in the middle is moved with a warning", () => {
    const { body, warnings } = sent({
      messages: [system("Be brief."), user("one"), model("1"), system("In French."), user("two")],
    });
    expect(body.systemInstruction).toEqual({
      parts: [{ text: "Be brief." }, { text: "In French." }],
    });
    expect(body.contents).toEqual([
      { role: "user", parts: [{ text: "one" }] },
      { role: "model", parts: [{ text: "1" }] },
      { role: "user", parts: [{ text: "two" }] },
    ]);
    expect(warnings).toHaveLength(1);
    expect(sent({ messages: [system("x"), user("y")] }).warnings).toEqual([]);
  });

  it("of nothing but instructions are a question", () => {
    const { body } = sent({ messages: [system("Tell a joke.")] });
    expect(body.contents).toEqual([{ role: "user", parts: [{ text: "Tell a joke." }] }]);
    expect(body.systemInstruction).toBeUndefined();
  });

  it("without any content are refused", () => {
    expect(prepared({ messages: [user("")] })).toMatchObject({
      ok: false,
      error: { reason: "rejected" },
    });
  });

  it("pictures, documents and sound travel inline", () => {
    const { body } = sent({
      messages: [
        {
          role: "user",
          content: [
            { type: "image", url: "data:image/PNG;base64,iVBORw0=" },
            { type: "file", url: "data:application/pdf;base64,JVBE", name: "a.pdf", mime: "x/y" },
            { type: "file", url: "data:text/plain,caf%C3%A9", name: "a.txt", mime: "x/y" },
            { type: "audio", data: "UklG", format: "wav" },
          ],
        },
      ],
    });
    expect(body.contents).toEqual([
      {
        role: "user",
        parts: [
          { inlineData: { mimeType: "image/png", data: "iVBORw0=" } },
          { inlineData: { mimeType: "application/pdf", data: "JVBE" } },
          { inlineData: { mimeType: "text/plain", data: btoa("caf\u00c3\u00a9") } },
          { inlineData: { mimeType: "audio/wav", data: "UklG" } },
        ],
      },
    ]);
  });

  it.each([
    "https://generativelanguage.googleapis.com/v1beta/files/abc",
    "https://www.youtube.com/watch?v=1",
  ])("%s is read by Gemini itself", (url) => {
    const { body } = sent({ messages: [{ role: "user", content: [{ type: "image", url }] }] });
    expect(body.contents).toEqual([{ role: "user", parts: [{ fileData: { fileUri: url } }] }]);
  });

  it.each(["https://a.example/cat.png", "https://a.example/?https://youtu.be/1", "data:x"])(
    "%s is refused with a sentence for the caller",
    (url) => {
      const messages: ChatMessage[] = [{ role: "user", content: [{ type: "image", url }] }];
      const refused = prepared({ messages });
      expect(refused).toMatchObject({ ok: false, error: { reason: "rejected" } });
    },
  );
});

describe("function calls in the conversation", () => {
  const history = (...calls: ToolCall[]) => [
    user("Weather?"),
    model("", ...calls),
    ...calls.map((one) => result(one.id, "12C")),
  ];

  it("go back with their signature, results at once in one turn, by the function's name", () => {
    const { body } = sent({ messages: history(call("c1", { seal: "c2ln" }), call("c2")) });
    const response = { name: "get_weather", response: { content: "12C" } };
    expect(body.contents).toEqual([
      { role: "user", parts: [{ text: "Weather?" }] },
      {
        role: "model",
        parts: [
          {
            functionCall: { id: "c1", name: "get_weather", args: { city: "Paris" } },
            thoughtSignature: "c2ln",
          },
          { functionCall: { id: "c2", name: "get_weather", args: { city: "Paris" } } },
        ],
      },
      {
        role: "user",
        parts: [
          { functionResponse: { id: "c1", ...response } },
          { functionResponse: { id: "c2", ...response } },
        ],
      },
    ]);
  });

  it("that lost their signature get the documented stand-in, once a turn, from the third generation on", () => {
    const marks = (id: string) =>
      JSON.stringify(sent({ messages: history(call("c1"), call("c2")) }, id).body.contents).split(
        "skip_thought_signature_validator",
      ).length - 1;
    expect(marks("gemini-3-flash")).toBe(1);
    expect(marks("gemini-flash-latest")).toBe(1);
    expect(marks("gemini-2.5-pro")).toBe(0);
  });

  it("results that are objects go as they are, and further turns stay apart", () => {
    const { body } = sent({
      messages: [...history(call("c1")).slice(0, 2), result("c1", '{"t":12}'), user("Thanks")],
    });
    expect(Array.from(body.contents ?? []).slice(2)).toEqual([
      {
        role: "user",
        parts: [{ functionResponse: { id: "c1", name: "get_weather", response: { t: 12 } } }],
      },
      { role: "user", parts: [{ text: "Thanks" }] },
    ]);
  });

  it.each([
    ["", {}],
    ['{"a":1}', { a: 1 }],
    ['{"a":', { arguments: '{"a":' }],
    ["[1]", { arguments: "[1]" }],
  ])("arguments that read %j are the object %j", (argumentsText, args) => {
    const { body } = sent({ messages: history(call("c1", { argumentsText })) });
    expect(JSON.stringify(body.contents)).toContain(`"args":${JSON.stringify(args)}`);
  });
});

describe("functions", () => {
  const tools = [{ name: "f", description: "Does f", parameters: { type: "object" } }];

  it("are declared; one that takes nothing has no parameters", () => {
    const { body } = sent({ tools: [...tools, { name: "g" }] });
    expect(body.tools).toEqual([
      { functionDeclarations: [{ name: "f", description: "Does f" }, { name: "g" }] },
    ]);
  });

  it.each([
    [undefined, { mode: "AUTO" }],
    ["auto", { mode: "AUTO" }],
    ["none", { mode: "NONE" }],
    ["required", { mode: "ANY" }],
    [{ name: "f" }, { mode: "ANY", allowedFunctionNames: ["f"] }],
  ] as const)("the choice %j is %j", (toolChoice, functionCallingConfig) => {
    const { body } = sent({ tools, ...(toolChoice ? { toolChoice } : {}) });
    expect(body.toolConfig).toEqual({ functionCallingConfig });
  });

  it("that are strict are validated", () => {
    const { body } = sent({ tools: [{ name: "f", strict: true }] });
    expect(body.toolConfig).toEqual({ functionCallingConfig: { mode: "VALIDATED" } });
  });
});

describe("parameters", () => {
  it("stand where Gemini has them, and nothing is sent that nobody set", () => {
    const { body } = sent(
      {
        temperature: 0.5,
        topP: 0.9,
        maxOutputTokens: 500,
        stop: ["a"],
        ...raw({ seed: 7, presence_penalty: 0.1, frequency_penalty: 0.2, top_k: 40 }),
      },
      "gemini-3-flash",
      300,
    );
    expect(body.generationConfig).toEqual({
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      maxOutputTokens: 300,
      stopSequences: ["a"],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
    });
    expect(sent({}).body.generationConfig).toBeUndefined();
  });

  it("more than five stop sequences are cut, with a warning", () => {
    const { body, warnings } = sent({ stop: ["1", "2", "3", "4", "5", "6"] });
    expect(body.generationConfig).toEqual({ stopSequences: ["1", "2", "3", "4", "5"] });
    expect(warnings).toHaveLength(1);
  });

  it("what Gemini has no word for is named in a warning", () => {
    const { warnings } = sent(raw({ n: 2, logit_bias: { 1: 2 }, logprobs: true }));
    expect(warnings).toEqual(["Not sent to Gemini: n, logit_bias, logprobs."]);
    expect(sent(raw({ n: 1, logprobs: false })).warnings).toEqual([]);
  });

  it.each([
    ["gemini-3-flash", "low", { includeThoughts: true, thinkingLevel: "LOW" }],
    ["gemini-3-flash", "none", { includeThoughts: false, thinkingLevel: "MINIMAL" }],
    ["gemini-3-flash", "xhigh", { includeThoughts: true, thinkingLevel: "HIGH" }],
    ["gemini-2.5-flash", "none", { includeThoughts: false, thinkingBudget: 0 }],
    ["gemini-2.5-flash", "medium", { includeThoughts: true, thinkingBudget: 8192 }],
  ])("%s asked for %s effort thinks %j", (id, effort, thinkingConfig) => {
    const { body } = sent(raw({ reasoning_effort: effort }), id);
    expect(body.generationConfig).toEqual({ thinkingConfig });
  });

  it("structured answers are asked for by schema, or as any JSON", () => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const { body } = sent({ responseFormat: { type: "json_schema", name: "x", schema } });
    expect(body.generationConfig).toEqual({
      responseMimeType: "application/json",
      responseJsonSchema: schema,
    });
    expect(sent({ responseFormat: { type: "json_object" } }).body.generationConfig).toEqual({
      responseMimeType: "application/json",
    });
    expect(sent({ responseFormat: { type: "text" } }).body.generationConfig).toBeUndefined();
  });
});

it("no model is no target", () => {
  const target = { id: null, maxOutputTokens: null };
  const input: ChatInput = { messages: [user("Hi")], stream: true, endUser: "u" };
  expect(gemini.chat?.prepare(account, target, input)).toMatchObject({
    ok: false,
    error: { reason: "target_not_found" },
  });
});

/** What Bedrock is asked, for everything that a client can say. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { ChatInput, ChatMessage, ToolCall } from "../../../src/core/run.ts";

const bedrock = connectorById("bedrock");
if (!bedrock) throw new Error("no bedrock");
const opened = openAccount(bedrock, {}, { apiKey: "ABSKkey-0123456789" });
if (!opened.ok) throw new Error(opened.error.message);
const account = opened.value;

const SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
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
const call = (id: string, argumentsText = '{"city":"Paris"}'): ToolCall => ({
  id,
  name: "get_weather",
  argumentsText,
});
const tools = [{ name: "get_weather", parameters: { type: "object", properties: {} } }];

function prepared(input: Partial<ChatInput>, id = SONNET, maxOutputTokens: number | null = null) {
  const full: ChatInput = { messages: [user("Hi")], stream: true, endUser: "u", ...input };
  return bedrock?.chat?.prepare(account, { id, maxOutputTokens }, full);
}
function sent(...args: Parameters<typeof prepared>) {
  const request = prepared(...args);
  if (!request?.ok) throw new Error(request?.error.detail);
  const body = JSON.parse(String(request.value.request.body)) as Record<string, unknown>;
  return { ...request.value, body };
}
/** As an OpenAI client would have written these fields. */
const raw = (body: Record<string, unknown>): Partial<ChatInput> => ({
  raw: { protocol: "openai-chat", body },
});

describe("messages", () => {
  it("take turns: one of the same side after another is joined, results of tools come first", () => {
    const messages = [
      user("Weather?"),
      model("Let me see.", call("c1"), call("c2", "")),
      result("c1", "12C"),
      result("c2", ""),
      user("Thanks"),
      user("And tomorrow?"),
    ];
    expect(sent({ messages, tools }).body.messages).toEqual([
      { role: "user", content: [{ text: "Weather?" }] },
      {
        role: "assistant",
        content: [
          { text: "Let me see." },
          { toolUse: { toolUseId: "c1", name: "get_weather", input: { city: "Paris" } } },
          { toolUse: { toolUseId: "c2", name: "get_weather", input: {} } },
        ],
      },
      {
        role: "user",
        content: [
          { toolResult: { toolUseId: "c1", content: [{ text: "12C" }] } },
          { toolResult: { toolUseId: "c2", content: [{ text: "(nothing)" }] } },
          { text: "Thanks" },
          { text: "And tomorrow?" },
        ],
      },
    ]);
  });

  it("instructions stand apart, and one in the middle is moved with a warning", () => {
    const { body, warnings } = sent({
      messages: [system("Be brief."), user("one"), model("1"), system("In French."), user("two")],
    });
    expect(body.system).toEqual([{ text: "Be brief." }, { text: "In French." }]);
    expect(warnings).toHaveLength(1);
    expect(sent({ messages: [system("Joke!")] }).body).toEqual({
      messages: [{ role: "user", content: [{ text: "Joke!" }] }],
    });
  });

  it("begin with the user, though a greeting stood first", () => {
    const { body } = sent({ messages: [model("Hello, how can I help?"), user("Hi")] });
    expect(body.messages).toMatchObject([
      { role: "user" },
      { role: "assistant", content: [{ text: "Hello, how can I help?" }] },
      { role: "user" },
    ]);
  });

  it("of white space are left out, and an answer to be continued does not end in it", () => {
    const { body } = sent({ messages: [user("a"), user(" \n"), model("It is \n")] });
    expect(body.messages).toEqual([
      { role: "user", content: [{ text: "a" }] },
      { role: "assistant", content: [{ text: "It is" }] },
    ]);
    expect(prepared({ messages: [user(" ")] })).toMatchObject({ ok: false });
  });
});

describe("files", () => {
  const withParts = (content: ChatMessage["content"]) =>
    prepared({ messages: [{ role: "user", content }] });
  const blocksOf = (content: ChatMessage["content"]) => {
    const body = sent({ messages: [{ role: "user", content }] }).body;
    return (body.messages as { content: unknown }[])[0]?.content;
  };

  it.each([
    ["image/png", "png"],
    ["image/jpg", "jpeg"],
    ["image/jpeg", "jpeg"],
    ["image/webp", "webp"],
    ["image/gif", "gif"],
  ])("a picture of %s is %s", (mime, format) => {
    const url = `data:${mime};base64,iVBORw0=`;
    expect(blocksOf([{ type: "image", url }])).toEqual([
      { image: { format, source: { bytes: "iVBORw0=" } } },
    ]);
  });

  it.each([
    ["application/pdf", "Q3: results/final.pdf", "pdf", "Q3 results final"],
    ["text/plain", "notes.txt", "txt", "notes"],
    ["application/octet-stream", "table.xlsx", "xlsx", "table"],
    ["text/markdown", "报告.md", "md", "document"],
  ])("a document of %s named %s is %s, and never alone", (mime, name, format, plain) => {
    const url = `data:${mime};base64,JVBE`;
    expect(blocksOf([{ type: "file", url, name, mime }])).toEqual([
      { document: { format, name: plain, source: { bytes: "JVBE" } } },
      { text: "Please look at the attached document." },
    ]);
  });

  it.each([
    [
      "a picture of the web",
      { type: "image", url: "https://a.example/cat.png" },
      /data: addresses/,
    ],
    [
      "a picture of a rare type",
      { type: "image", url: "data:image/tiff;base64,AA==" },
      /image\/tiff/,
    ],
    ["sound", { type: "audio", data: "UklG", format: "wav" }, /no sound/],
  ] as const)("%s is refused with a sentence for the caller", (_name, part, words) => {
    const refused = withParts([part]);
    expect(refused).toMatchObject({ ok: false, error: { reason: "rejected" } });
    if (refused && !refused.ok) expect(refused.error.detail).toMatch(words);
  });
});

describe("tools", () => {
  it("are specified; one that takes nothing takes an empty object", () => {
    const { body } = sent({
      tools: [
        { name: "f", description: "Does f", strict: true },
        { name: "g", description: "" },
      ],
    });
    const inputSchema = { json: { type: "object", properties: {} } };
    expect(body.toolConfig).toEqual({
      tools: [
        { toolSpec: { name: "f", description: "Does f", inputSchema, strict: true } },
        { toolSpec: { name: "g", inputSchema } },
      ],
    });
  });

  it.each([
    ["auto", undefined],
    ["required", { any: {} }],
    [{ name: "get_weather" }, { tool: { name: "get_weather" } }],
  ] as const)("the choice %j is %j", (toolChoice, expected) => {
    const { toolConfig } = sent({ tools, toolChoice }).body as {
      toolConfig: { toolChoice?: unknown };
    };
    expect(toolConfig.toolChoice).toEqual(expected);
  });

  it.each([
    ["that must not be called", { tools, toolChoice: "none" as const }],
    ["that the client no longer sends", {}],
  ])("%s: earlier calls become words, for blocks without tools are refused", (_name, more) => {
    const messages = [user("Weather?"), model("", call("c1")), result("c1", "12C")];
    const { body } = sent({ messages, ...more });
    expect(body.toolConfig).toBeUndefined();
    expect(JSON.stringify(body)).not.toMatch(/toolUse|toolResult/);
    expect(JSON.stringify(body)).toContain("12C");
    expect(JSON.stringify(body)).toContain("get_weather");
  });

  it("ids that Bedrock refuses are replaced, call and result alike", () => {
    const strange = `call_${"x".repeat(80)}`;
    const messages = [user("?"), model("", call(strange), call("ok-1")), result(strange, "1")];
    const text = JSON.stringify(sent({ messages, tools }).body.messages);
    expect(text).not.toContain(strange);
    expect(text.split('"toolUseId":"call00000"')).toHaveLength(3);
    expect(text).toContain('"toolUseId":"ok-1"');
  });

  it("ids for Mistral's models have nine letters and digits", () => {
    const messages = [user("?"), model("", call("tooluse_1")), result("tooluse_1", "1")];
    const text = JSON.stringify(sent({ messages, tools }, "mistral.mistral-large-2407-v1:0").body);
    expect(text.split('"toolUseId":"call00000"')).toHaveLength(3);
  });
});

describe("parameters", () => {
  it("stand where Converse has them, and nothing is sent that nobody set", () => {
    const input = { temperature: 0.5, maxOutputTokens: 500, stop: ["END", " "] };
    expect(sent(input, "amazon.nova-pro-v1:0", 300).body.inferenceConfig).toEqual({
      temperature: 0.5,
      maxTokens: 300,
      stopSequences: ["END"],
    });
    expect(Object.keys(sent({}).body)).toEqual(["messages"]);
  });

  it.each([
    ["amazon.nova-pro-v1:0", { temperature: 0.5, topP: 0.9 }, { temperature: 0.5, topP: 0.9 }, 0],
    ["amazon.nova-pro-v1:0", { temperature: 1.5 }, { temperature: 1 }, 1],
    [SONNET, { topP: 0.9 }, { topP: 0.9 }, 0],
    [SONNET, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5 }, 1],
    [
      "anthropic.claude-3-5-sonnet-20241022-v2:0",
      { temperature: 0, topP: 1 },
      { temperature: 0, topP: 1 },
      0,
    ],
    ["global.anthropic.claude-opus-4-7-20260201-v1:0", { temperature: 0.5 }, undefined, 1],
    ["anthropic.claude-sonnet-5-v1:0", { temperature: 0.5 }, undefined, 1],
  ])("%s asked with %j samples with %j", (id, input, expected, warned) => {
    const { body, warnings } = sent(input, id);
    expect(body.inferenceConfig).toEqual(expected);
    expect(warnings).toHaveLength(warned);
  });

  it("what Bedrock has no word for is named in a warning", () => {
    expect(sent(raw({ seed: 7, n: 2, presence_penalty: 0.5 })).warnings).toEqual([
      "Not sent to Bedrock: seed, n, presence_penalty.",
    ]);
  });

  it("structured answers are asked for by schema, and any JSON in words with a warning", () => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const { body } = sent({ responseFormat: { type: "json_schema", name: "x", schema } });
    expect(body.outputConfig).toEqual({
      textFormat: {
        type: "json_schema",
        structure: { jsonSchema: { schema: JSON.stringify(schema), name: "x" } },
      },
    });
    const any = sent({ responseFormat: { type: "json_object" } });
    expect(JSON.stringify(any.body.system)).toContain("JSON");
    expect(any.warnings).toHaveLength(1);
  });
});

describe("cache points", () => {
  const parts = [
    { type: "text" as const, text: "A long text." },
    { type: "text" as const, text: "A question." },
  ];
  const marked = (role: "system" | "user", control: object): ChatMessage => ({
    role,
    content: parts,
    raw: {
      protocol: "openai-chat",
      value: { content: [{ ...parts[0], cache_control: control }, parts[1]] },
    },
  });

  it("stand behind the parts that the client marked", () => {
    const { body } = sent({
      messages: [
        marked("system", { type: "ephemeral", ttl: "1h" }),
        marked("user", { type: "ephemeral" }),
      ],
    });
    expect(body.system).toEqual([
      { text: "A long text." },
      { cachePoint: { type: "default", ttl: "1h" } },
      { text: "A question." },
    ]);
    expect(body.messages).toEqual([
      {
        role: "user",
        content: [
          { text: "A long text." },
          { cachePoint: { type: "default" } },
          { text: "A question." },
        ],
      },
    ]);
  });

  it("of a tool's result stand behind it, not in it", () => {
    const answered: ChatMessage = {
      ...marked("user", { type: "ephemeral" }),
      role: "tool",
      toolCallId: "c1",
    };
    const messages = [user("?"), model("", call("c1")), answered];
    const turns = sent({ messages, tools }).body.messages as { content: object[] }[];
    expect(turns[2]?.content.map((block) => Object.keys(block)[0])).toEqual([
      "toolResult",
      "cachePoint",
    ]);
  });

  it.each([
    [SONNET, true],
    ["us.amazon.nova-pro-v1:0", true],
    ["anthropic.claude-3-haiku-20240307-v1:0", false],
    ["meta.llama3-3-70b-instruct-v1:0", false],
  ])("are for models that keep prompts: %s %s", (id, keeps) => {
    const { body } = sent({ messages: [marked("user", { type: "ephemeral" })] }, id);
    expect(JSON.stringify(body).includes("cachePoint")).toBe(keeps);
  });

  it("that are none are ignored", () => {
    const { body } = sent({ messages: [marked("user", { type: "other" })] });
    expect(JSON.stringify(body)).not.toContain("cachePoint");
  });
});

describe("reasoning effort", () => {
  const asked = (effort: string, more: Partial<ChatInput> = {}, id = SONNET, limit?: number) =>
    sent({ ...raw({ reasoning_effort: effort }), ...more }, id, limit ?? null);

  it.each([
    [SONNET, "medium", { thinking: { type: "enabled", budget_tokens: 8192 } }],
    [
      "us.anthropic.claude-opus-4-6-v1:0",
      "high",
      { thinking: { type: "adaptive" }, output_config: { effort: "high" } },
    ],
    ["openai.gpt-oss-120b-1:0", "minimal", { reasoning_effort: "low" }],
    [
      "us.amazon.nova-2-lite-v1:0",
      "low",
      { reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } },
    ],
  ])("%s asked for %s gets %j", (id, effort, fields) => {
    const { body, warnings } = asked(effort, {}, id);
    expect(body.additionalModelRequestFields).toEqual(fields);
    expect(warnings).toEqual([]);
  });

  it("leaves room for the answer within the limit, and sampling to the model", () => {
    const { body, warnings } = asked("high", { temperature: 0.2 }, SONNET, 5000);
    expect(body.additionalModelRequestFields).toEqual({
      thinking: { type: "enabled", budget_tokens: 4000 },
    });
    expect(body.inferenceConfig).toEqual({ maxTokens: 5000 });
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ["the limit is too low", { maxOutputTokens: 1000 }],
    ["a tool must be called", { tools, toolChoice: "required" as const }],
    [
      "earlier thoughts are lost",
      { tools, messages: [user("?"), model("", call("c1")), result("c1", "12C")] },
    ],
  ])("is left out with a warning where %s", (_name, more) => {
    const { body, warnings } = asked("high", more);
    expect(body.additionalModelRequestFields).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it("goes on over a call of a tool where the client kept the thoughts before it", () => {
    const thoughts = [
      { text: "Hm.", seal: "c2ln", hidden: false },
      { text: "", seal: "c2VjcmV0", hidden: true },
    ];
    const messages = [user("?"), { ...model("", call("c1")), thoughts }, result("c1", "12C")];
    const { body, warnings } = asked("high", { tools, messages });
    expect(warnings).toEqual([]);
    expect(body.additionalModelRequestFields).toMatchObject({ thinking: { type: "enabled" } });
    const turns = body.messages as { content: object[] }[];
    expect(turns[1]?.content.slice(0, 2)).toEqual([
      { reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } },
      { reasoningContent: { redactedContent: "c2VjcmV0" } },
    ]);
    // Other models refuse thoughts that they have not had.
    const other = sent({ tools, messages }, "amazon.nova-pro-v1:0");
    expect(JSON.stringify(other.body)).not.toContain("reasoningContent");
  });

  it("of a model that knows none is warned of; none at all asks for nothing", () => {
    expect(asked("high", {}, "meta.llama3-70b-instruct-v1:0").warnings).toHaveLength(1);
    expect(asked("none").warnings).toEqual([]);
    expect(asked("none").body.additionalModelRequestFields).toBeUndefined();
  });
});

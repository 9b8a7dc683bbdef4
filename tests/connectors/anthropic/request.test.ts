/** What Anthropic is asked, for everything that a client can say. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { ChatInput, ChatMessage, ContentPart, ToolCall } from "../../../src/core/run.ts";

const anthropic = connectorById("anthropic");
if (!anthropic) throw new Error("no anthropic");
const account = accountAt({});

function accountAt(settings: Record<string, string>) {
  const opened = openAccount(anthropic as NonNullable<typeof anthropic>, settings, {
    apiKey: "sk-ant-api03-0123456789",
  });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

const SONNET = "claude-sonnet-4-5-20250929";
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
const text = (value: string) => ({ type: "text", text: value });
const tools = [{ name: "get_weather", parameters: { type: "object", properties: {} } }];

function prepared(input: Partial<ChatInput>, id = SONNET, maxOutputTokens: number | null = null) {
  const full: ChatInput = { messages: [user("Hi")], stream: true, endUser: "usr_1", ...input };
  return anthropic?.chat?.prepare(account, { id, maxOutputTokens }, full);
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
    ];
    expect(sent({ messages, tools }).body.messages).toEqual([
      { role: "user", content: [text("Weather?")] },
      {
        role: "assistant",
        content: [
          text("Let me see."),
          { type: "tool_use", id: "c1", name: "get_weather", input: { city: "Paris" } },
          { type: "tool_use", id: "c2", name: "get_weather", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "c1", content: [text("12C")] },
          { type: "tool_result", tool_use_id: "c2", content: [] },
          text("Thanks"),
        ],
      },
    ]);
  });

  it("instructions stand in front; one in the middle moves there, with a warning", () => {
    const messages = [system("Be brief."), user("Hi"), system("In French."), user("Go on")];
    const { body, warnings } = sent({ messages });
    expect(body.system).toEqual([text("Be brief."), text("In French.")]);
    expect(body.messages).toEqual([{ role: "user", content: [text("Hi"), text("Go on")] }]);
    expect(warnings.join()).toContain("before the conversation");
    expect(sent({ messages: messages.slice(0, 2) }).body.system).toBe("Be brief.");
  });

  it("nothing but instructions is a question; a greeting in front gets a beginning", () => {
    const alone = sent({ messages: [system("Say hi.")] }).body;
    expect(alone).toMatchObject({ messages: [{ role: "user", content: [text("Say hi.")] }] });
    expect(alone).not.toHaveProperty("system");
    const greeted = sent({ messages: [model("Welcome!"), user("Hi")] }).body.messages;
    expect(greeted).toMatchObject([{ role: "user" }, { role: "assistant" }, { role: "user" }]);
  });

  it("empty texts are left out, an empty conversation is refused, a prefill is trimmed", () => {
    const messages = [user("Hi"), model(""), user(" "), model("So: \n")];
    expect(sent({ messages }).body.messages).toEqual([
      { role: "user", content: [text("Hi")] },
      { role: "assistant", content: [text("So:")] },
    ]);
    expect(prepared({ messages: [user("")] })).toMatchObject({ error: { reason: "rejected" } });
  });

  it("ids and arguments that another platform made become what is taken here, pairs together", () => {
    const odd = call("call.1:a/b", "not json");
    const messages = [user("x"), model("", odd), result("call.1:a/b", "12C")];
    expect(sent({ messages, tools }).body.messages).toMatchObject([
      {},
      { content: [{ id: "call_1_a_b", input: { arguments: "not json" } }] },
      { content: [{ tool_use_id: "call_1_a_b" }] },
    ]);
  });

  it("sealed thoughts stand before the answer that they led to", () => {
    const thoughts = [
      { text: "Hm.", seal: "sig", hidden: false },
      { text: "", seal: "cipher", hidden: true },
    ];
    const messages = [user("x"), { ...model("y"), thoughts }, user("z")];
    expect(sent({ messages }).body.messages).toMatchObject([
      {},
      {
        content: [
          { type: "thinking", thinking: "Hm.", signature: "sig" },
          { type: "redacted_thinking", data: "cipher" },
          text("y"),
        ],
      },
      {},
    ]);
  });
});

describe("files", () => {
  const blocks = (...content: ContentPart[]) => {
    const messages = sent({ messages: [{ role: "user", content }] }).body.messages;
    return (messages as { content: unknown[] }[])[0]?.content;
  };

  it("pictures go inline or by address, documents as pdf or text", () => {
    const pdf = "data:application/pdf;base64,JVBERi0=";
    const made = blocks(
      { type: "image", url: "data:image/jpg;base64,/9j/" },
      { type: "image", url: "https://x.example/cat.png" },
      { type: "file", url: pdf, name: "a.pdf", mime: "application/octet-stream" },
      { type: "file", url: "data:text/csv;base64,YSxi", name: "", mime: "text/csv" },
      { type: "file", url: "https://x.example/b.pdf", name: "b", mime: "application/pdf" },
    );
    expect(made).toEqual([
      { type: "image", source: { type: "base64", media_type: "image/jpeg", data: "/9j/" } },
      { type: "image", source: { type: "url", url: "https://x.example/cat.png" } },
      {
        type: "document",
        source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" },
        title: "a.pdf",
      },
      { type: "document", source: { type: "text", media_type: "text/plain", data: "a,b" } },
      { type: "document", source: { type: "url", url: "https://x.example/b.pdf" }, title: "b" },
    ]);
  });

  it.each<[string, ContentPart]>([
    ["sound", { type: "audio", data: "AA==", format: "wav" }],
    ["a picture of another kind", { type: "image", url: "data:image/tiff;base64,AA==" }],
    ["a file of another kind", fileOf("data:application/zip;base64,AA==")],
    ["a text that is none", fileOf("data:text/plain;base64,/w==")],
  ])("%s is refused with a sentence, before anything is sent", (_name, part) => {
    const refused = prepared({ messages: [{ role: "user", content: [part] }] });
    expect(refused).toMatchObject({ ok: false, error: { reason: "rejected" } });
    if (refused && !refused.ok) expect(refused.error.detail).toMatch(/Anthropic/);
  });
});

function fileOf(url: string): ContentPart {
  return { type: "file", url, name: "f", mime: "application/octet-stream" };
}

describe("the output limit", () => {
  it.each([
    ["claude-3-opus-20240229", 4096],
    ["claude-3-5-haiku-latest", 8192],
    ["claude-3-7-sonnet-20250219", 64_000],
    ["claude-opus-4-1-20250805", 32_000],
    ["claude-opus-4-20250514", 32_000],
    ["claude-opus-4-7", 64_000],
    [SONNET, 64_000],
    ["kimi-k2", 8192],
  ])("of %s is %d where the client sets none: the API insists on one", (id, limit) => {
    expect(sent({}, id).body.max_tokens).toBe(limit);
  });

  it("is the client's, but never more than may be spent", () => {
    expect(sent({ maxOutputTokens: 500 }).body.max_tokens).toBe(500);
    expect(sent({ maxOutputTokens: 500 }, SONNET, 100).body.max_tokens).toBe(100);
    expect(sent({}, SONNET, 100).body.max_tokens).toBe(100);
  });
});

describe("parameters", () => {
  it.each<[string, Partial<ChatInput>, object, number]>([
    [SONNET, { temperature: 0.5 }, { temperature: 0.5 }, 0],
    [SONNET, { temperature: 1.7 }, { temperature: 1 }, 1],
    [SONNET, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5 }, 1],
    ["claude-3-5-sonnet", { temperature: 0.5, topP: 0.9 }, { temperature: 0.5, top_p: 0.9 }, 0],
    ["claude-opus-4-7", { temperature: 0.5 }, {}, 1],
    ["claude-sonnet-5", { topP: 0.5 }, {}, 1],
  ])("%s: sampling %j", (id, input, expected, count) => {
    const { body, warnings } = sent(input, id);
    const { temperature, top_p } = body;
    expect(JSON.parse(JSON.stringify({ temperature, top_p }))).toEqual(expected);
    expect(warnings).toHaveLength(count);
  });

  it("stop sequences of white space are left out, for they are refused", () => {
    expect(sent({ stop: ["END", "\n"] }).body.stop_sequences).toEqual(["END"]);
    expect(sent({ stop: ["\n"] }).body).not.toHaveProperty("stop_sequences");
  });

  it("the person is named by our own id, never by what a client says of its users", () => {
    const { body } = sent({ endUser: "usr_1:bob@acme.example" });
    expect(body.metadata).toEqual({ user_id: "usr_1" });
  });

  it("what has no word here is told, not dropped in silence", () => {
    const { warnings } = sent(raw({ seed: 7, n: 2, logprobs: false, service_tier: "auto" }));
    expect(warnings).toEqual(["Not sent to Anthropic: seed, n."]);
    expect(sent(raw({ n: 1, user: "x" })).warnings).toEqual([]);
  });

  it("a stream is asked for by the field and by the header", () => {
    const { request, body } = sent({ stream: true });
    expect(body.stream).toBe(true);
    expect(request.headers.accept).toBe("text/event-stream");
    const whole = sent({ stream: false });
    expect(whole.body).not.toHaveProperty("stream");
    expect(whole.request.framing).toBe("json");
  });
});

describe("tools", () => {
  it.each<[Partial<ChatInput>, unknown]>([
    [{}, undefined],
    [{ toolChoice: "auto" }, { type: "auto" }],
    [{ toolChoice: "none" }, { type: "none" }],
    [{ toolChoice: "required" }, { type: "any" }],
    [{ toolChoice: { name: "f" } }, { type: "tool", name: "f" }],
    [{ parallelToolCalls: false }, { type: "auto", disable_parallel_tool_use: true }],
    [
      { toolChoice: "required", parallelToolCalls: false },
      { type: "any", disable_parallel_tool_use: true },
    ],
    [{ toolChoice: "none", parallelToolCalls: false }, { type: "none" }],
  ])("the choice %j", (input, choice) => {
    expect(sent({ ...input, tools }).body.tool_choice).toEqual(choice);
  });

  it("every tool has an object for its input; marks for the cache stay where they were put", () => {
    const { body } = sent({
      tools: [{ name: "f", description: "d", strict: true }, { name: "g" }],
      ...raw({ tools: [{ cache_control: { type: "ephemeral" } }, {}] }),
    });
    const input_schema = { type: "object", properties: {} };
    expect(body.tools).toEqual([
      {
        name: "f",
        description: "d",
        strict: true,
        input_schema,
        cache_control: { type: "ephemeral" },
      },
      { name: "g", input_schema },
    ]);
  });

  it("a choice without tools is not sent: it would be refused", () => {
    expect(sent({ toolChoice: "auto", parallelToolCalls: false }).body.tool_choice).toBeUndefined();
  });

  it("a mark beside a part goes on; one in a result stands at the result", () => {
    const marked = (role: "user" | "tool", more: object): ChatMessage => ({
      role,
      content: [{ type: "text", text: "x" }],
      ...more,
      raw: {
        protocol: "openai-chat",
        value: { content: [{ cache_control: { type: "ephemeral", ttl: "1h" } }] },
      },
    });
    const cache_control = { type: "ephemeral", ttl: "1h" };
    const messages = [
      marked("user", {}),
      model("", call("c")),
      marked("tool", { toolCallId: "c" }),
    ];
    expect(sent({ messages, tools }).body.messages).toMatchObject([
      { content: [{ ...text("x"), cache_control }] },
      {},
      { content: [{ type: "tool_result", content: [text("x")], cache_control }] },
    ]);
  });
});

describe("structured output", () => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const responseFormat = { type: "json_schema" as const, name: "s", schema };

  it("is a format of its own", () => {
    const { body, warnings } = sent({ responseFormat });
    expect(body.output_config).toEqual({ format: { type: "json_schema", schema } });
    expect(warnings).toEqual([]);
  });

  it.each<[string, Partial<ChatInput>, string]>([
    [SONNET, { responseFormat: { type: "json_object" } }, "one JSON object"],
    ["claude-3-7-sonnet-20250219", { responseFormat }, '"a":{"type":"string"}'],
  ])("%s is told in words what it has no mode for", (id, input, said) => {
    const { body, warnings } = sent(input, id);
    expect(body).not.toHaveProperty("output_config");
    expect(String(body.system)).toContain(said);
    expect(warnings).toHaveLength(1);
  });

  it("stands beside the effort, neither displaces the other", () => {
    const { body } = sent(
      { responseFormat, ...raw({ reasoning_effort: "low" }) },
      "claude-opus-4-7",
    );
    expect(body.output_config).toMatchObject({ effort: "low", format: { type: "json_schema" } });
    expect(body.thinking).toEqual({ type: "adaptive" });
  });
});

describe("addresses", () => {
  const urlAt = (baseUrl: string) => {
    const target = { id: SONNET, maxOutputTokens: null };
    const input = { messages: [user("Hi")], stream: true, endUser: "u" };
    const made = anthropic.chat?.prepare(accountAt({ baseUrl }), target, input);
    return made?.ok ? made.value.request.url : null;
  };

  it.each([
    ["https://api.anthropic.com", "https://api.anthropic.com/v1/messages"],
    ["https://api.anthropic.com/v1/", "https://api.anthropic.com/v1/messages"],
    ["https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1/messages"],
    ["https://api.deepseek.com/anthropic", "https://api.deepseek.com/anthropic/v1/messages"],
  ])("%s is asked at %s", (baseUrl, url) => {
    expect(urlAt(baseUrl)).toBe(url);
  });

  it("a connection that names no model cannot be asked", () => {
    const made = anthropic.chat?.prepare(
      account,
      { id: null, maxOutputTokens: null },
      { messages: [user("Hi")], stream: true, endUser: "u" },
    );
    expect(made).toMatchObject({ ok: false, error: { reason: "target_not_found" } });
  });
});

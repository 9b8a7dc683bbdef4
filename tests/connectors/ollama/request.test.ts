import { describe, expect, it } from "vitest";
import { chatBody, type OllamaHabits } from "../../../src/connectors/ollama/request.ts";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { ChatInput, ChatMessage } from "../../../src/core/run.ts";

const PLAIN: OllamaHabits = { contextTokens: null, keepAlive: null };
const ask = (more: Partial<ChatInput> = {}): ChatInput => ({
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
  stream: true,
  endUser: "usr_1",
  ...more,
});
const asked = (body: Record<string, unknown>): Partial<ChatInput> => ({
  raw: { protocol: "openai-chat", body },
});

function made(
  more: Partial<ChatInput> = {},
  habits = PLAIN,
  maxOutputTokens: number | null = null,
) {
  const result = chatBody(ask(more), { id: "qwen3", maxOutputTokens }, habits);
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

const PNG = "data:image/png;base64,iVBORw0KGgo=";
const look = { name: "look", description: "Looks", parameters: { type: "object" }, strict: true };
const find = { name: "find" };

describe("messages", () => {
  const encoded = (messages: ChatMessage[]) => made({ messages }).body.messages;

  it("texts are one string, pictures stand beside it without their prefix", () => {
    const content: ChatMessage["content"] = [
      { type: "text", text: "what is" },
      { type: "image", url: PNG },
      { type: "text", text: "this?" },
    ];
    expect(encoded([{ role: "user", content }])).toEqual([
      { role: "user", content: "what is\n\nthis?", images: ["iVBORw0KGgo="] },
    ]);
  });

  it.each<ChatMessage["content"][number]>([
    { type: "audio", data: "AA==", format: "wav" },
    { type: "file", url: "data:application/pdf;base64,AA==", name: "a.pdf", mime: "x/y" },
    { type: "image", url: "https://example.com/a.png" },
  ])("what is neither text nor a picture as data is refused: $type", (part) => {
    const result = chatBody(
      ask({ messages: [{ role: "user", content: [part] }] }),
      { id: "m", maxOutputTokens: null },
      PLAIN,
    );
    expect(result).toMatchObject({ ok: false, error: { reason: "rejected" } });
  });

  it("pictures of the web are fetched before, as Ollama does not", () => {
    expect(connectorById("ollama")?.chat?.needsInline?.("https://example.com/a.png")).toBe(true);
  });

  it("arguments are objects, and a result names its tool as well as its call", () => {
    const toolCalls = [
      { id: "c1", name: "look", argumentsText: '{"x":1}' },
      { id: "c2", name: "find", argumentsText: "{broken" },
    ];
    expect(
      encoded([
        { role: "assistant", content: [], toolCalls },
        { role: "tool", toolCallId: "c1", content: [{ type: "text", text: "42" }] },
        { role: "tool", toolCallId: "gone", content: [{ type: "text", text: "?" }] },
      ]),
    ).toEqual([
      {
        role: "assistant",
        content: "",
        tool_calls: [
          { id: "c1", function: { name: "look", arguments: { x: 1 } } },
          { id: "c2", function: { name: "find", arguments: { arguments: "{broken" } } },
        ],
      },
      { role: "tool", content: "42", tool_name: "look", tool_call_id: "c1" },
      { role: "tool", content: "?", tool_call_id: "gone" },
    ]);
  });

  it("reasoning that a client kept goes back as the model's thoughts", () => {
    const value = { role: "assistant", content: "Hi", reasoning_content: "Hm" };
    const message: ChatMessage = {
      role: "assistant",
      content: [{ type: "text", text: "Hi" }],
      raw: { protocol: "openai-chat", value },
    };
    expect(encoded([message])).toEqual([{ role: "assistant", content: "Hi", thinking: "Hm" }]);
    const user: ChatMessage = { ...message, role: "user" };
    expect(encoded([user])).toEqual([{ role: "user", content: "Hi" }]);
  });
});

describe("options", () => {
  it("stand under options, and there are none where nobody asks", () => {
    expect(made().body).not.toHaveProperty("options");
    expect(made({ temperature: 0, topP: 0.5, stop: ["END"] }).body.options).toEqual({
      temperature: 0,
      top_p: 0.5,
      stop: ["END"],
    });
  });

  it("the limit is the lower of the client's and ours", () => {
    expect(made({ maxOutputTokens: 900 }, PLAIN, 100).body.options).toEqual({ num_predict: 100 });
    expect(made({ maxOutputTokens: 50 }, PLAIN, 100).body.options).toEqual({ num_predict: 50 });
    expect(made({}, PLAIN, 100).body.options).toEqual({ num_predict: 100 });
  });

  it("what Ollama knows under OpenAI's name is taken over, where it is a number", () => {
    const body = { seed: 7, presence_penalty: 0.5, top_k: 40, min_p: "x", user: "u" };
    expect(made(asked(body)).body.options).toEqual({ seed: 7, presence_penalty: 0.5, top_k: 40 });
  });

  it("the connection's context stands before the client's, and its keep_alive is sent along", () => {
    const habits = { contextTokens: 32_768, keepAlive: "24h" };
    const { body } = made(asked({ num_ctx: 1_000_000 }), habits);
    expect(body).toMatchObject({ options: { num_ctx: 32_768 }, keep_alive: "24h" });
    expect(made({}, { ...PLAIN, keepAlive: "-1" }).body.keep_alive).toBe(-1);
    expect(made().body).not.toHaveProperty("keep_alive");
  });

  it("says whether to stream, as Ollama does unless told not to", () => {
    expect(made({ stream: false }).body.stream).toBe(false);
    expect(made().body.stream).toBe(true);
  });
});

describe("tools", () => {
  it("are written out in OpenAI's shape, without what Ollama does not know", () => {
    expect(made({ tools: [look, find] }).body.tools).toEqual([
      {
        type: "function",
        function: { name: "look", description: "Looks", parameters: { type: "object" } },
      },
      {
        type: "function",
        function: { name: "find", parameters: { type: "object", properties: {} } },
      },
    ]);
  });

  it("a choice of none leaves them out without a warning", () => {
    const { body, warnings } = made({ tools: [look], toolChoice: "none" });
    expect(body).not.toHaveProperty("tools");
    expect(warnings).toEqual([]);
  });

  it("a choice that must be made cannot be forced: one tool is left, and a warning", () => {
    const named = made({ tools: [look, find], toolChoice: { name: "find" } });
    expect(named.body.tools).toHaveLength(1);
    expect(named.warnings[0]).toContain("tool_choice");
    const any = made({ tools: [look, find], toolChoice: "required" });
    expect(any.body.tools).toHaveLength(2);
    expect(any.warnings).toHaveLength(1);
    expect(made({ tools: [look], toolChoice: "auto" }).warnings).toEqual([]);
  });
});

describe("answers in a form", () => {
  it("a schema is the format itself", () => {
    const schema = { type: "object", properties: { a: { type: "number" } } };
    const format = { type: "json_schema", name: "x", schema } as const;
    expect(made({ responseFormat: format }).body.format).toEqual(schema);
    expect(made({ responseFormat: { type: "json_object" } }).body.format).toBe("json");
    expect(made({ responseFormat: { type: "text" } }).body).not.toHaveProperty("format");
  });

  it.each([
    ["none", false],
    ["minimal", "low"],
    ["low", "low"],
    ["high", "high"],
    ["xhigh", "high"],
  ])("an effort of %s is %s", (reasoning_effort, think) => {
    expect(made(asked({ reasoning_effort })).body.think).toBe(think);
  });

  it("nothing is said of thinking where the client says nothing", () => {
    expect(made().body).not.toHaveProperty("think");
  });

  it("what Ollama cannot do is named in a warning", () => {
    const { warnings } = made(asked({ n: 2, logprobs: true, logit_bias: { 1: 2 } }));
    expect(warnings).toEqual(["Not sent to Ollama: n, logprobs, logit_bias."]);
    expect(made(asked({ n: 1, logprobs: false })).warnings).toEqual([]);
  });
});

it("a call without a model's name is refused before it is sent", () => {
  const ollama = connectorById("ollama");
  const account = ollama && openAccount(ollama, { baseUrl: "http://gpu:11434" }, {});
  if (!account?.ok) throw new Error("no account");
  const target = { id: null, maxOutputTokens: null };
  expect(ollama?.chat?.prepare(account.value, target, ask())).toMatchObject({
    ok: false,
    error: { reason: "target_not_found" },
  });
});

import { describe, expect, it } from "vitest";
import { decodeMessages } from "../../src/front/anthropic-request.ts";

type Json = Record<string, unknown>;
const base: Json = { model: "m", max_tokens: 10, messages: [{ role: "user", content: "hi" }] };

function decoded(body: unknown, headers: Record<string, string> = {}) {
  const result = decodeMessages(body, "usr_1", new Headers(headers));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
function refused(body: unknown, headers: Record<string, string> = {}) {
  const result = decodeMessages(body, "usr_1", new Headers(headers));
  if (result.ok) throw new Error("accepted");
  return result.error;
}
const messagesOf = (...messages: Json[]) => decoded({ ...base, messages }).input.messages;
const withoutRaw = (messages: readonly object[]) =>
  messages.map((message) => ({ ...message, raw: undefined }));

describe("messages", () => {
  it("instructions come first, in whatever form they are written", () => {
    const { input } = decoded({ ...base, system: "Be brief." });
    expect(input.messages[0]).toMatchObject({
      role: "system",
      content: [{ type: "text", text: "Be brief." }],
    });
    const blocks = decoded({ ...base, system: [{ type: "text", text: "A" }] }).input;
    expect(blocks.messages[0]).toMatchObject({ role: "system", content: [{ text: "A" }] });
  });

  it("results of tools stand apart, each with what it answers, then the rest of the message", () => {
    const messages = messagesOf(
      { role: "user", content: "x" },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "a", content: "12C" },
          { type: "text", text: "And?" },
          {
            type: "tool_result",
            tool_use_id: "b",
            is_error: true,
            content: [
              { type: "text", text: "no" },
              { type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } },
            ],
          },
          { type: "tool_result", tool_use_id: "c" },
        ],
      },
    );
    expect(withoutRaw(messages.slice(1))).toEqual([
      { role: "tool", toolCallId: "a", content: [{ type: "text", text: "12C" }] },
      {
        role: "tool",
        toolCallId: "b",
        content: [
          { type: "text", text: "The tool failed." },
          { type: "text", text: "no" },
          { type: "image", url: "data:image/png;base64,AA==" },
        ],
      },
      { role: "tool", toolCallId: "c", content: [] },
      { role: "user", content: [{ type: "text", text: "And?" }] },
    ]);
  });

  it("an answer's thoughts, texts and calls are told apart; a thought without a seal is nobody's", () => {
    const [answer] = messagesOf({
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm.", signature: "sig" },
        { type: "thinking", thinking: "Unsealed.", signature: "" },
        { type: "redacted_thinking", data: "cipher" },
        { type: "text", text: "See:" },
        { type: "tool_use", id: "t__thought__c2ln", name: "f", input: { a: 1 } },
      ],
    });
    expect(answer).toMatchObject({
      role: "assistant",
      content: [{ type: "text", text: "See:" }],
      thoughts: [
        { text: "Hm.", seal: "sig", hidden: false },
        { text: "", seal: "cipher", hidden: true },
      ],
      toolCalls: [{ id: "t", seal: "c2ln", name: "f", argumentsText: '{"a":1}' }],
    });
  });

  it("pictures and documents become what any upstream may take", () => {
    const source = (of: Json) => ({ source: of });
    const [message] = messagesOf({
      role: "user",
      content: [
        { type: "image", ...source({ type: "url", url: "https://x.example/a.png" }) },
        {
          type: "document",
          title: "Tale",
          ...source({ type: "text", media_type: "text/plain", data: "Once." }),
        },
        {
          type: "document",
          ...source({ type: "base64", media_type: "application/pdf", data: "JVBERi0=" }),
        },
        { type: "document", ...source({ type: "url", url: "https://x.example/a.pdf" }) },
        {
          type: "document",
          ...source({ type: "content", content: [{ type: "text", text: "In blocks." }] }),
        },
        {
          type: "search_result",
          title: "T",
          source: "https://s.example",
          content: [{ type: "text", text: "Found." }],
        },
      ],
    });
    expect(message?.content).toEqual([
      { type: "image", url: "https://x.example/a.png" },
      { type: "text", text: "Tale:\n\nOnce." },
      {
        type: "file",
        url: "data:application/pdf;base64,JVBERi0=",
        name: "document",
        mime: "application/pdf",
      },
      { type: "file", url: "https://x.example/a.pdf", name: "document", mime: "application/pdf" },
      { type: "text", text: "In blocks." },
      { type: "text", text: "T (https://s.example):\n\nFound." },
    ]);
  });
});

describe("parameters", () => {
  it("are those of a run", () => {
    const { model, input, beyond } = decoded({
      ...base,
      stream: true,
      temperature: 0.5,
      top_p: 0.9,
      stop_sequences: ["END"],
      metadata: { user_id: "u-1" },
      tools: [
        { name: "f", description: "d", input_schema: { type: "object" }, strict: true },
        { type: "custom", name: "g", input_schema: { type: "object" } },
      ],
      tool_choice: { type: "tool", name: "f", disable_parallel_tool_use: true },
      output_config: { format: { type: "json_schema", schema: { type: "object" } } },
    });
    expect(model).toBe("m");
    expect(beyond).toEqual([]);
    expect(input).toMatchObject({
      stream: true,
      maxOutputTokens: 10,
      temperature: 0.5,
      topP: 0.9,
      stop: ["END"],
      endUser: "usr_1:u-1",
      tools: [
        { name: "f", description: "d", parameters: { type: "object" }, strict: true },
        { name: "g", parameters: { type: "object" } },
      ],
      toolChoice: { name: "f" },
      parallelToolCalls: false,
      responseFormat: { type: "json_schema", schema: { type: "object" } },
    });
  });

  it.each([
    [{ type: "auto" }, "auto"],
    [{ type: "any" }, "required"],
    [{ type: "none" }, "none"],
    [{ type: "tool" }, undefined],
  ])("the choice %j is %s", (tool_choice, choice) => {
    const tools = [{ name: "f", input_schema: {} }];
    expect(decoded({ ...base, tools, tool_choice }).input.toolChoice).toBe(choice);
    expect(decoded({ ...base, tool_choice }).input).not.toHaveProperty("toolChoice");
  });

  it("a user id that is too long for an id is not one", () => {
    const metadata = { user_id: "x".repeat(65) };
    expect(decoded({ ...base, metadata }).input.endUser).toBe("usr_1");
  });

  it("what only the same protocol can do is named, once", () => {
    const { beyond } = decoded({
      ...base,
      top_k: 3,
      mcp_servers: [{}],
      x_future: 1,
      service_tier: "auto",
      container: null,
      cache_control: { type: "ephemeral" },
      tools: [{ type: "web_search_20250305", name: "web_search" }],
      messages: [
        {
          role: "user",
          content: [
            { type: "container_upload", file_id: "f" },
            { type: "container_upload", file_id: "g" },
            { type: "image", source: { type: "file", file_id: "h" } },
          ],
        },
        { role: "assistant", content: [{ type: "server_tool_use", id: "s" }] },
      ],
    });
    expect(beyond.sort()).toEqual([
      "container_upload",
      "image by file_id",
      "mcp_servers",
      "server_tool_use",
      "the tool web_search_20250305",
      "top_k",
      "x_future",
    ]);
  });

  it("the request as it was written goes along, for an upstream of the same protocol", () => {
    const body = { ...base, x_future: [1] };
    const { input } = decoded(body, { "anthropic-version": "2026-10-21" });
    expect(input.raw).toEqual({
      protocol: "anthropic-messages",
      body,
      headers: { "anthropic-version": "2026-10-21" },
    });
  });
});

describe("refusals", () => {
  it.each<[string, unknown]>([
    ["max_tokens", { ...base, max_tokens: 0 }],
    ["model", { ...base, model: 7 }],
    ["messages", { ...base, messages: "hi" }],
    ["messages.0.content", { ...base, messages: [{ role: "user" }] }],
    ["messages.0.content.0.type", { ...base, messages: [{ role: "user", content: [{}] }] }],
    [
      "messages.0.content.0.input",
      {
        ...base,
        messages: [
          { role: "assistant", content: [{ type: "tool_use", id: "a", name: "f", input: "x" }] },
        ],
      },
    ],
    [
      "messages.0.content.0.source.url",
      {
        ...base,
        messages: [
          {
            role: "user",
            content: [{ type: "image", source: { type: "url", url: "file:///etc/passwd" } }],
          },
        ],
      },
    ],
    ["system.0.text", { ...base, system: [{ type: "text" }] }],
    ["stop_sequences.0", { ...base, stop_sequences: [1] }],
    ["thinking.type", { ...base, thinking: {} }],
  ])("%s", (param, body) => {
    expect(refused(body)).toMatchObject({ code: "invalid_value", param });
  });

  it.each([null, 7, "x", []])("a body of %j is no request", (body) => {
    expect(refused(body).code).toBe("invalid_value");
  });

  it("a version that is none", () => {
    expect(refused(base, { "anthropic-version": "latest" })).toMatchObject({
      param: "anthropic-version",
    });
  });

  it("no limit is missed where tokens are only counted", () => {
    const { max_tokens: _, ...body } = base;
    expect(refused(body).param).toBe("max_tokens");
    expect(decodeMessages(body, "u", new Headers(), "count").ok).toBe(true);
  });
});

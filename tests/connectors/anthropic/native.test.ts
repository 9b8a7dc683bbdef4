/** A client of Anthropic on an upstream of Anthropic: nothing is lost, and little is touched. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import { decodeMessages } from "../../../src/front/anthropic-request.ts";

const anthropic = connectorById("anthropic");
if (!anthropic) throw new Error("no anthropic");
const opened = openAccount(anthropic, {}, { apiKey: "sk-ant-api03-0123456789" });
if (!opened.ok) throw new Error(opened.error.message);
const account = opened.value;

type Json = Record<string, unknown>;

function sent(body: Json, headers: Record<string, string> = {}, limit: number | null = null) {
  const decoded = decodeMessages(body, "usr_1", new Headers(headers));
  if (!decoded.ok) throw new Error(decoded.error.message);
  const { input, model } = decoded.value;
  const made = anthropic?.chat?.prepare(account, { id: model, maxOutputTokens: limit }, input);
  if (!made?.ok) throw new Error(made?.error.detail);
  return { ...made.value, body: JSON.parse(String(made.value.request.body)) as Json };
}

const ephemeral = { cache_control: { type: "ephemeral" } };
const everything: Json = {
  model: "claude-sonnet-4-5",
  max_tokens: 4096,
  stream: true,
  system: [
    { type: "text", text: "Be brief.", ...ephemeral },
    { type: "text", text: "Be kind.", x_new: 1 },
  ],
  metadata: { user_id: "their-user" },
  thinking: { type: "enabled", budget_tokens: 2048, display: "omitted" },
  output_config: { effort: "medium", format: { type: "json_schema", schema: { type: "object" } } },
  service_tier: "standard_only",
  container: "c_1",
  context_management: { edits: [] },
  stop_sequences: ["END"],
  tools: [
    { name: "f", input_schema: { type: "object" }, defer_loading: true, ...ephemeral },
    { type: "web_search_20250305", name: "web_search", max_uses: 2 },
  ],
  tool_choice: { type: "auto", disable_parallel_tool_use: true },
  messages: [
    {
      role: "user",
      content: [
        { type: "image", source: { type: "file", file_id: "file_1" } },
        { type: "text", text: "Look", ...ephemeral },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm.", signature: "sig" },
        { type: "redacted_thinking", data: "cipher" },
        { type: "text", text: "Searching.", citations: null },
        { type: "server_tool_use", id: "srv_1", name: "web_search", input: {} },
        { type: "web_search_tool_result", tool_use_id: "srv_1", content: [] },
        { type: "tool_use", id: "t1", name: "f", input: { a: 1 }, caller: { type: "direct" } },
      ],
    },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "t1", is_error: true, content: "no", ...ephemeral },
        { type: "text", text: "And?" },
      ],
    },
    { role: "system", content: [{ type: "text", text: "From now on in French." }] },
    { role: "user", content: [{ type: "text", text: "Go on" }] },
  ],
};

it("every field, block and mark arrives as it was written", () => {
  const { body, warnings } = sent(everything);
  expect(body).toEqual(everything);
  expect(warnings).toEqual([]);
});

it("plain texts arrive as texts or as the one block that they mean", () => {
  const { body } = sent({
    model: "claude-opus-4-7",
    max_tokens: 10,
    system: "Be brief.",
    messages: [{ role: "user", content: "Hi" }],
  });
  expect(body).toMatchObject({
    system: "Be brief.",
    messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
  });
});

describe("what must be touched", () => {
  const asked = (more: Json): Json => ({
    model: "claude-sonnet-4-5",
    max_tokens: 10_000,
    messages: [{ role: "user", content: "Hi" }],
    ...more,
  });

  it("thoughts of another platform have no seal here: they stay out", () => {
    const unsealed = { type: "thinking", thinking: "Hm.", signature: "" };
    const messages = [
      { role: "user", content: "x" },
      { role: "assistant", content: [unsealed, { type: "text", text: "y" }] },
      { role: "user", content: "z" },
    ];
    expect(JSON.stringify(sent(asked({ messages })).body)).not.toContain("thinking");
  });

  it("a thinking budget over the limit that is left is lowered, or given up, with a warning", () => {
    const thinking = { type: "enabled", budget_tokens: 8000 };
    const lowered = sent(asked({ thinking }), {}, 5000);
    expect(lowered.body).toMatchObject({ max_tokens: 5000, thinking: { budget_tokens: 4000 } });
    expect(lowered.warnings.join()).toContain("4000");
    const without = sent(asked({ thinking }), {}, 500);
    expect(without.body).not.toHaveProperty("thinking");
    expect(without.warnings).toHaveLength(1);
  });

  it.each<[string, Json, Json, string]>([
    ["claude-sonnet-4-5", { temperature: 0.5, top_k: 3 }, { temperature: 0.5, top_k: 3 }, ""],
    ["claude-opus-4-7", { temperature: 1 }, {}, "temperature"],
    ["claude-opus-4-7", { top_k: 3 }, {}, "top_k"],
    [
      "claude-sonnet-4-5",
      { temperature: 0.5, thinking: { type: "enabled", budget_tokens: 2000 } },
      {},
      "temperature",
    ],
    [
      "claude-sonnet-4-5",
      { temperature: 0.5, thinking: { type: "disabled" } },
      { temperature: 0.5 },
      "",
    ],
  ])("%s takes of %j only %j", (model, more, left, warned) => {
    const { body, warnings } = sent(asked({ model, ...more }));
    const { temperature, top_p, top_k } = body;
    expect(JSON.parse(JSON.stringify({ temperature, top_p, top_k }))).toEqual(left);
    expect(warnings.join()).toContain(warned);
    expect(warnings).toHaveLength(warned === "" ? 0 : 1);
  });

  it("the seal of another platform in a call's id stays with us", () => {
    const messages = [
      { role: "user", content: "x" },
      {
        role: "assistant",
        content: [{ type: "tool_use", id: "c1__thought__c2ln", name: "f", input: {} }],
      },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "c1__thought__c2ln", content: "1" }],
      },
    ];
    expect(sent(asked({ messages })).body.messages).toMatchObject([
      {},
      { content: [{ id: "c1" }] },
      { content: [{ tool_use_id: "c1" }] },
    ]);
  });
});

describe("headers", () => {
  const headersOf = (headers: Record<string, string>) => sent(everything, headers).request.headers;

  it("version and features go on, whoever is asking does not", () => {
    const made = headersOf({
      "anthropic-version": "2026-10-21",
      "anthropic-beta": "one-2026-01-01, oauth-2025-04-20,two, no good",
      "x-api-key": "their-key",
      authorization: "Bearer their-key",
      origin: "https://app.example",
    });
    expect(made).toEqual({
      accept: "text/event-stream",
      "anthropic-version": "2026-10-21",
      "anthropic-beta": "one-2026-01-01,two",
      "content-type": "application/json",
      "x-api-key": "sk-ant-api03-0123456789",
    });
  });

  it("without any, the version is the one that every model and proxy knows", () => {
    expect(headersOf({})).toMatchObject({ "anthropic-version": "2023-06-01" });
    expect(headersOf({})).not.toHaveProperty("anthropic-beta");
  });
});

describe("counting", () => {
  it("asks with what counts and nothing else, and never for a stream", () => {
    const decoded = decodeMessages(everything, "usr_1", new Headers(), "count");
    if (!decoded.ok) throw new Error(decoded.error.message);
    const target = { id: "claude-sonnet-4-5", maxOutputTokens: null };
    const made = anthropic.chat?.count?.prepare(account, target, decoded.value.input);
    if (!made?.ok) throw new Error(made?.error.detail);
    expect(made.value).toMatchObject({
      url: "https://api.anthropic.com/v1/messages/count_tokens",
      framing: "json",
    });
    const { model, messages, system, tools, tool_choice, thinking } = everything;
    expect(JSON.parse(String(made.value.body))).toEqual({
      model,
      messages,
      system,
      tools,
      tool_choice,
      thinking,
    });
  });

  it.each([
    ['{"input_tokens":12}', { ok: true, value: 12 }],
    ["{}", { ok: false, error: { reason: "protocol_violation" } }],
    ["oops", { ok: false, error: { reason: "protocol_violation" } }],
  ])("reads %s", (body, result) => {
    const answer = { status: 200, headers: {}, body };
    expect(anthropic.chat?.count?.read(answer)).toMatchObject(result);
  });
});

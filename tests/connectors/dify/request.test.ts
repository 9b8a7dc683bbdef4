import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { ChatInput, ChatMessage, ContentPart } from "../../../src/core/run.ts";

const dify = connectorById("dify");
if (!dify?.chat) throw new Error("no dify");
const { chat } = dify;

const says = (role: ChatMessage["role"], ...content: (string | ContentPart)[]): ChatMessage => ({
  role,
  content: content.map((part) => (typeof part === "string" ? { type: "text", text: part } : part)),
});

function prepare(messages: ChatMessage[], more: Partial<ChatInput> = {}) {
  const account = openAccount(dify as NonNullable<typeof dify>, {}, { apiKey: "app-12345678" });
  if (!account.ok) throw new Error(account.error.message);
  const input: ChatInput = { messages, stream: true, endUser: "usr_1", ...more };
  return chat.prepare(account.value, { id: null, maxOutputTokens: null }, input);
}

function bodyOf(messages: ChatMessage[], more: Partial<ChatInput> = {}): Record<string, unknown> {
  const prepared = prepare(messages, more);
  if (!prepared.ok) throw new Error(prepared.error.detail);
  return JSON.parse(prepared.value.request.body ?? "");
}

describe("the query", () => {
  it("of a conversation at Dify is only what is new", () => {
    const body = bodyOf(
      [
        says("system", "Be brief."),
        says("user", "one"),
        says("assistant", "1"),
        says("user", "two"),
      ],
      { upstreamConversation: "conv-1" },
    );
    expect(body).toMatchObject({
      query: "two",
      conversation_id: "conv-1",
      user: "usr_1",
      inputs: {},
    });
  });

  it("of a first message is that message", () => {
    const body = bodyOf([says("user", "one")]);
    expect(body.query).toBe("one");
    expect(body).not.toHaveProperty("conversation_id");
  });

  it("of a client that sends its history along carries it in readable sections", () => {
    const body = bodyOf([
      says("system", "Be brief."),
      says("user", "one"),
      says("assistant", "1"),
      says("user", "two"),
    ]);
    expect(body.query).toBe(
      "[Instructions]\nBe brief.\n\n[Conversation so far]\nUser: one\nAssistant: 1\n\n[New message]\ntwo",
    );
  });

  it("keeps every message that was written since the last answer", () => {
    const body = bodyOf([says("assistant", "1"), says("user", "two"), says("user", "three")], {
      upstreamConversation: "conv-1",
    });
    expect(body.query).toBe("two\n\nthree");
  });

  it("without any text is refused", () => {
    expect(prepare([says("user", "  ")])).toMatchObject({
      ok: false,
      error: { reason: "rejected" },
    });
    expect(prepare([])).toMatchObject({ ok: false, error: { reason: "rejected" } });
  });
});

describe("files", () => {
  it("of the new message go as addresses that Dify fetches", () => {
    const body = bodyOf([
      says(
        "user",
        { type: "image", url: "https://x.com/a.png" },
        { type: "file", url: "https://x.com/a.pdf", name: "a.pdf", mime: "application/pdf" },
      ),
    ]);
    expect(body.files).toEqual([
      { type: "image", transfer_method: "remote_url", url: "https://x.com/a.png" },
      { type: "document", transfer_method: "remote_url", url: "https://x.com/a.pdf" },
    ]);
    expect(body.query).not.toBe("");
  });

  it("of earlier messages are not sent again", () => {
    const picture: ContentPart = { type: "image", url: "https://x.com/a.png" };
    const body = bodyOf([
      says("user", "see", picture),
      says("assistant", "ok"),
      says("user", "and?"),
    ]);
    expect(body).not.toHaveProperty("files");
  });

  it.each([
    ["data", { type: "image", url: "data:image/png;base64,AA==" }],
    ["http", { type: "image", url: "http://x.com/a.png" }],
    ["sound", { type: "audio", data: "AA==", format: "wav" }],
  ] satisfies [string, ContentPart][])("as %s are refused with a clear sentence", (_name, part) => {
    const refused = prepare([says("user", "see", part)]);
    expect(refused).toMatchObject({ ok: false, error: { reason: "rejected" } });
    if (!refused.ok) expect(refused.error.detail).toContain("https addresses");
  });
});

describe("the rest of the request", () => {
  it("always asks for a stream, even for a client that wants none", () => {
    expect(bodyOf([says("user", "x")], { stream: false }).response_mode).toBe("streaming");
  });

  it("carries the values of the input form", () => {
    expect(bodyOf([says("user", "x")], { inputs: { topic: "bikes" } }).inputs).toEqual({
      topic: "bikes",
    });
  });

  it("warns of what an app of Dify does not take", () => {
    const prepared = prepare([says("user", "x")], { temperature: 1, tools: [{ name: "f" }] });
    expect(prepared.ok && prepared.value.warnings).toEqual([
      expect.stringMatching(/tools, temperature/),
    ]);
  });

  it.each([
    "https://d.com",
    "https://d.com/v1",
    "https://d.com/v1/",
    "https://d.com/v1/chat-messages",
  ])("the address %s leads to /v1/chat-messages", (baseUrl) => {
    const account = openAccount(dify, { baseUrl }, { apiKey: "app-12345678" });
    if (!account.ok) throw new Error(account.error.message);
    const made = chat.prepare(
      account.value,
      { id: null, maxOutputTokens: null },
      { messages: [says("user", "x")], stream: true, endUser: "u" },
    );
    expect(made.ok && made.value.request.url).toBe("https://d.com/v1/chat-messages");
  });
});

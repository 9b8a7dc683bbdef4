import { describe, expect, it } from "vitest";
import { connectorById } from "../../../src/connectors/registry.ts";
import { deskOf, FOLDED, HISTORY, says } from "../agent-request.ts";
import { json } from "../contract.ts";

const KEY = { apiKey: "AbCdEfGhIj" };
const v2 = deskOf("tencent-adp", {}, KEY);
const v1 = deskOf("tencent-adp", { version: "v1" }, KEY);
const picture = says("user", "see", { type: "image", url: "https://a.example/a.png" });

describe("version 2", () => {
  it("asks for increments: left out, every event repeats the whole text", () => {
    expect(v2.body({ upstreamConversation: "c1" })).toEqual({
      ConversationId: "c1",
      AppKey: "AbCdEfGhIj",
      UserId: "usr_0123456789",
      VisitorId: "usr_0123456789",
      Contents: [{ Type: "text", Text: "Hello" }],
      Incremental: true,
      Stream: "enable",
    });
  });

  it("begins a conversation under an id of its own, as long as the platform wants it", () => {
    const id = (newConversation?: string) =>
      v2.body(newConversation === undefined ? {} : { newConversation }).ConversationId;
    expect(id("req_0123456789abcdef")).toMatch(/^[a-zA-Z0-9_-]{32,64}$/);
    expect(id("req_0123456789abcdef")).not.toBe(id("req_fedcba9876543210"));
    expect(id()).toMatch(/^[a-zA-Z0-9_-]{32,64}$/);
  });

  it("sends the history along only where the platform has none", () => {
    const text = (more: object) => v2.body({ messages: HISTORY, ...more }).Contents;
    expect(text({})).toEqual([{ Type: "text", Text: FOLDED }]);
    expect(text({ upstreamConversation: "c1" })).toEqual([{ Type: "text", Text: "two" }]);
  });

  it("shows pictures, and fills in variables as texts", () => {
    const body = v2.body({ messages: [picture], inputs: { city: "X", days: 3 } });
    expect(body.Contents).toEqual([
      { Type: "text", Text: "see" },
      { Type: "image", Image: { Url: "https://a.example/a.png" } },
      { Type: "custom_variables", CustomVariables: { city: "X", days: "3" } },
    ]);
  });
});

describe("version 1", () => {
  it("has another address, other names, and pictures in the text", () => {
    const { url } = v1.request();
    expect(url).toBe("https://wss.lke.cloud.tencent.com/v1/qbot/chat/sse");
    expect(
      v1.body({ messages: [picture], upstreamConversation: "c1", inputs: { a: "b" } }),
    ).toEqual({
      content: "see\n![](https://a.example/a.png)",
      session_id: "c1",
      bot_app_key: "AbCdEfGhIj",
      visitor_biz_id: "usr_0123456789",
      incremental: true,
      stream: "enable",
      custom_variables: { a: "b" },
    });
  });
});

describe("the test of a connection", () => {
  const probe = connectorById("tencent-adp")?.probe;
  if (!probe) throw new Error("no tencent-adp");
  const ended = (Code: number) =>
    probe.read(json(200, { Type: "error", Error: { Code, Message: "x" } }));

  it("asks in a conversation that cannot be: nothing is answered, nothing billed", () => {
    const account = { settings: { baseUrl: "https://a.example", version: "v2" }, secret: KEY };
    const body = JSON.parse(probe.prepare(account, undefined).body ?? "");
    expect(body.ConversationId).not.toMatch(/^[a-zA-Z0-9_-]{32,64}$/);
  });

  it("passes where only that is refused, whatever the status", () => {
    expect(ended(400)).toEqual({ ok: true, value: { account: null } });
    const error = { status: 400, upstreamCode: "400", retryAfterMs: null, detail: "x" };
    expect(probe.rescue?.({ ...error, reason: "rejected" })).toEqual({ account: null });
    expect(probe.rescue?.({ ...error, reason: "unreachable" })).toBeNull();
  });

  it("tells what is wrong with the key or the app", () => {
    expect(ended(4505004)).toMatchObject({ ok: false, error: { reason: "unauthorized" } });
    expect(ended(460048)).toMatchObject({ ok: false, error: { reason: "target_not_found" } });
  });
});

it("files as data, documents and messages without text are refused before any call", () => {
  const data = says("user", "see", { type: "image", url: "data:image/png;base64,AA==" });
  const file = { type: "file", url: "https://a.example/a.pdf", name: "a", mime: "x/y" } as const;
  for (const messages of [[data], [says("user", "see", file)], []]) {
    expect(v2.prepare({ messages })).toMatchObject({ ok: false, error: { reason: "rejected" } });
  }
});

it.each([
  "https://a.example",
  "https://a.example/adp/v2/chat",
  "https://a.example/v1/qbot/chat/sse",
])("the address %s leads to the same place", (baseUrl) => {
  const { url } = deskOf("tencent-adp", { baseUrl }, KEY).request();
  expect(url).toBe("https://a.example/adp/v2/chat");
});

/** What is particular to MaxKB, beyond the contract. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import { deskOf, FOLDED, HISTORY, says } from "../agent-request.ts";
import { eventsOf, json } from "../contract.ts";
import { framesOf } from "../cutting.ts";
import { chunk } from "../fixtures/maxkb.ts";

const maxkb = connectorById("maxkb");
if (!maxkb) throw new Error("no maxkb");
const KEY = { apiKey: "application-0123" };
const desk = deskOf("maxkb", { baseUrl: "https://m.example/chat/api/a1" }, KEY);

describe("an answer", () => {
  const END = chunk("", { finish: "stop", usage: [20, 6] });

  it("tells its conversation once, and usage where it is more than zero", () => {
    const events = eventsOf(maxkb, framesOf("sse", chunk("a") + chunk("b") + END));
    const chat = "0199aa00-0000-7222-8333-000000000009";
    expect(events.map((event) => event.type)).toEqual([
      "conversation",
      "run-start",
      "text-delta",
      "text-delta",
      "usage",
      "run-end",
    ]);
    expect(events[0]).toEqual({ type: "conversation", upstreamConversation: chat });
  });

  it("without its last chunk is truncated, however the connection closes", () => {
    expect(eventsOf(maxkb, framesOf("sse", chunk("a"))).at(-1)).toMatchObject({
      type: "run-error",
      error: { reason: "truncated" },
    });
  });

  it("that came whole names its conversation too", () => {
    const whole = {
      id: "r",
      object: "chat.completion",
      choices: [{ message: { content: "Hi" }, chat_id: "c1", finish_reason: "stop" }],
    };
    const events = eventsOf(maxkb, [{ data: JSON.stringify(whole) }]);
    expect(events[0]).toEqual({ type: "conversation", upstreamConversation: "c1" });
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "stop" });
  });
});

describe("a message", () => {
  it("of a conversation at MaxKB is only what is new: nothing else would be read", () => {
    expect(desk.body({ messages: HISTORY, upstreamConversation: "c1" })).toEqual({
      messages: [{ role: "user", content: "two" }],
      stream: true,
      re_chat: false,
      chat_id: "c1",
    });
  });

  it("of a client that sends its history along carries it in the one message", () => {
    const body = desk.body({ messages: HISTORY, newConversation: "req_1" });
    expect(body.messages).toEqual([{ role: "user", content: FOLDED }]);
    expect(body).not.toHaveProperty("chat_id");
  });

  it("fills in the form", () => {
    expect(desk.body({ inputs: { city: "X" } }).form_data).toEqual({ city: "X" });
  });

  it("with files, or without text, is refused before any call", () => {
    const picture = says("user", "see", { type: "image", url: "https://a.example/a.png" });
    expect(desk.prepare({ messages: [picture] })).toMatchObject({ ok: false });
    expect(desk.prepare({ messages: [] })).toMatchObject({ ok: false });
  });
});

describe("the application behind a key", () => {
  it.each([
    ["https://m.example/chat/api/a1", "https://m.example/chat/api/application/profile"],
    ["http://m.example:8080/api/application/a1", "http://m.example:8080/api/application/profile"],
    ["https://x.example/kb/chat/api/a1", "https://x.example/kb/chat/api/application/profile"],
    ["https://x.example/proxied", "https://x.example/api/application/profile"],
  ])("of %s is looked up at %s, with the bare key", (baseUrl, url) => {
    const account = openAccount(maxkb, { baseUrl }, KEY);
    if (!account.ok) throw new Error(account.error.message);
    const request = maxkb.probe?.prepare(account.value, undefined);
    expect(request?.url).toBe(url);
    expect(request?.headers.authorization).toBe("application-0123");
    expect(deskOf("maxkb", { baseUrl }, KEY).request().url).toBe(`${baseUrl}/chat/completions`);
  });

  it("is offered with its opening message", () => {
    const data = { id: "a1", name: "Help", desc: "Helps", prologue: "Hi!", type: "SIMPLE" };
    const answer = json(200, { code: 200, message: "ok", data });
    expect(maxkb.probe?.read(answer)).toEqual({ ok: true, value: { account: "Help" } });
    expect(maxkb.offers?.read(answer)).toMatchObject({
      ok: true,
      value: [{ kind: "agent", id: "app", name: "Help", openingMessage: "Hi!" }],
    });
  });

  it("that refuses the key under the status 200 says so", () => {
    const read = maxkb.probe?.read(json(200, { code: 401, message: "bad key", data: null }));
    expect(read).toMatchObject({ ok: false, error: { reason: "unauthorized" } });
  });
});

it.each([
  ["unauthorized", /API Key/],
  ["target_not_found", /Base URL/],
  ["rate_limited", /Query Limit/],
] as const)("advice on %s says what to look at", (reason, words) => {
  const error = { reason, upstreamCode: null, status: 400, retryAfterMs: null, detail: "" };
  expect(maxkb.advise?.(error)?.en).toMatch(words);
});

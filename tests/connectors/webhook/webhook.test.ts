/** The webhook's protocol, beyond the contract: what docs/webhook.md promises. */
import { describe, expect, it } from "vitest";
import { connectorById } from "../../../src/connectors/registry.ts";
import { signatureHeaders } from "../../../src/connectors/webhook/signature.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { deskOf, HISTORY, says } from "../agent-request.ts";
import { eventsOf, json } from "../contract.ts";

const webhook = connectorById("webhook");
if (!webhook?.probe) throw new Error("no webhook");
const { probe } = webhook;
const URL_SETTINGS = { baseUrl: "https://a.example/hook?v=1" };
const desk = deskOf("webhook", URL_SETTINGS, { apiKey: "k-demo" });
const SECRET = "a-long-signing-secret";

const decode = (...events: object[]): RunEvent[] =>
  eventsOf(
    webhook,
    events.map((event) => ({ data: JSON.stringify(event) })),
  );
const without = (events: RunEvent[], ...types: string[]): RunEvent[] =>
  events.filter((event) => !types.includes(event.type));

describe("a message", () => {
  it("stands beside the whole talk, and says which conversation it belongs to", () => {
    expect(desk.body({ messages: HISTORY, newConversation: "req_1" })).toEqual({
      type: "message",
      conversation: "req_1",
      is_new: true,
      user: "usr_0123456789",
      message: "two",
      messages: [
        { role: "system", text: "Be brief." },
        { role: "user", text: "one" },
        { role: "assistant", text: "1" },
        { role: "user", text: "two" },
      ],
      files: [],
      inputs: {},
      stream: true,
    });
    expect(desk.body({ upstreamConversation: "mine", stream: false })).toMatchObject({
      conversation: "mine",
      is_new: false,
      stream: false,
    });
  });

  it("brings its files as addresses, with the data inside where it came as data", () => {
    const picture = { type: "image", url: "https://a.example/a.png" } as const;
    const file = { type: "file", url: "data:x/y,1", name: "a.pdf", mime: "x/y" } as const;
    const sound = { type: "audio", data: "AA==", format: "wav" } as const;
    expect(desk.body({ messages: [says("user", "see", picture, file, sound)] }).files).toEqual([
      { url: "https://a.example/a.png", name: "image", mime_type: "image/*" },
      { url: "data:x/y,1", name: "a.pdf", mime_type: "x/y" },
      { url: "data:audio/wav;base64,AA==", name: "audio.wav", mime_type: "audio/wav" },
    ]);
  });

  it("goes to the address as it was pasted, query and all", () => {
    expect(desk.request().url).toBe("https://a.example/hook?v=1");
    expect(deskOf("webhook", URL_SETTINGS, {}).request().headers).not.toHaveProperty(
      "authorization",
    );
  });

  it("without a text is refused before any call", () => {
    expect(desk.prepare({ messages: [] })).toMatchObject({ ok: false });
  });
});

describe("a signature", () => {
  it("is the one that the specification's own example has", async () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const moment = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: 1_614_265_330 };
    expect(await signatureHeaders('{"test": 2432232314}', secret, moment)).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("is over the body that is sent, at the moment of sending, and the secret stays here", async () => {
    const signed = deskOf("webhook", URL_SETTINGS, { signingSecret: SECRET }).request();
    expect(JSON.stringify(signed)).not.toContain(SECRET);
    const headers = (await signed.sign?.(signed)) ?? {};
    const at = Number(headers["webhook-timestamp"]);
    expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(60);
    const id = headers["webhook-id"] ?? "";
    expect(await signatureHeaders(signed.body ?? "", SECRET, { id, at })).toEqual(headers);
    expect((await signed.sign?.(signed))?.["webhook-id"]).not.toBe(id);
  });

  it("is not made where nobody gave a secret, and a short one is refused", () => {
    expect(desk.request().sign).toBeUndefined();
    expect(() => deskOf("webhook", URL_SETTINGS, { signingSecret: "short" })).toThrow();
  });
});

describe("an answer", () => {
  it("in events tells everything that a portal shows", () => {
    const events = decode(
      { type: "status", label: "search", state: "running" },
      { type: "status", label: "search", state: "done" },
      { type: "status", label: "odd", state: "sideways" },
      { type: "source", title: "Guide", url: "https://a.example", snippet: "See." },
      { type: "file", url: "https://a.example/c.png", mime_type: "image/png" },
      { type: "file", url: "/c.png" },
      { type: "suggestion", text: "And then?" },
      { type: "done" },
    );
    expect(without(events, "conversation")).toEqual([
      { type: "status", label: "search", state: "running" },
      { type: "status", label: "search", state: "done" },
      { type: "source-cite", index: 1, title: "Guide", url: "https://a.example", snippet: "See." },
      { type: "file", url: "https://a.example/c.png", mime: "image/png", name: "c.png" },
      { type: "suggestion", text: "And then?" },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("as one object tells the same", () => {
    const events = decode({
      text: "Hi",
      sources: [{ url: "https://a.example" }],
      files: [{ url: "https://a.example/c.png", mime_type: "image/png", name: "C" }],
      suggestions: ["And then?", 7],
    });
    expect(without(events, "conversation")).toEqual([
      {
        type: "source-cite",
        index: 1,
        title: "https://a.example",
        url: "https://a.example",
        snippet: null,
      },
      { type: "file", url: "https://a.example/c.png", mime: "image/png", name: "C" },
      { type: "suggestion", text: "And then?" },
      { type: "text-delta", text: "Hi" },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("keeps the conversation under our id, or under the webhook's own", () => {
    const ours = { type: "conversation", upstreamConversation: "req_0123456789abcdef" };
    const theirs = { type: "conversation", upstreamConversation: "mine" };
    expect(decode({ text: "Hi" })[0]).toEqual(ours);
    expect(decode({ type: "text", text: "Hi" })[0]).toEqual(ours);
    expect(decode({ text: "Hi", conversation: "mine" })[0]).toEqual(theirs);
    expect(decode({ type: "conversation", id: "mine" }, { type: "done" })[0]).toEqual(theirs);
  });

  it("without done is truncated", () => {
    expect(decode({ type: "text", text: "Hi" }).at(-1)).toMatchObject({
      type: "run-error",
      error: { reason: "truncated" },
    });
  });

  it("may be an error in a sentence", () => {
    expect(decode({ error: "no model" }).at(-1)).toMatchObject({
      type: "run-error",
      error: { reason: "unavailable", detail: "no model" },
    });
  });
});

describe("the test of a connection", () => {
  it("is a ping, answered by any object, in which a name is welcome", () => {
    expect(probe.read(json(200, {}))).toEqual({ ok: true, value: { account: null } });
    expect(probe.read(json(200, { name: "Helper" }))).toEqual({
      ok: true,
      value: { account: "Helper" },
    });
    expect(probe.read(json(200, { error: { message: "down", code: "overloaded" } }))).toMatchObject(
      {
        ok: false,
        error: { reason: "overloaded", status: 200 },
      },
    );
  });
});

it.each([
  ["empty_answer", "truncated", /text/],
  [null, "unauthorized", /signing secret/],
  [null, "rejected", /ping/],
] as const)("advice on %s, %s says what to do", (upstreamCode, reason, words) => {
  const error = { reason, upstreamCode, status: 400, retryAfterMs: null, detail: "" };
  expect(webhook.advise?.(error)?.en).toMatch(words);
});

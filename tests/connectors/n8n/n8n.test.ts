/** What is particular to n8n, beyond the contract. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { deskOf, FOLDED, HISTORY, says } from "../agent-request.ts";
import { eventsOf, json } from "../contract.ts";
import { framesOf } from "../cutting.ts";
import { line } from "../fixtures/n8n.ts";

const n8n = connectorById("n8n");
if (!n8n?.probe) throw new Error("no n8n");
const { probe } = n8n;
const WEBHOOK = "https://n.example/webhook/flow";
const CHAT = "https://n.example/webhook/1f0c/chat";
const KEY = { apiKey: "k-demo" };
const webhook = deskOf("n8n", { baseUrl: WEBHOOK }, KEY);
const chat = deskOf("n8n", { baseUrl: CHAT }, KEY);
const decode = (body: string): RunEvent[] => eventsOf(n8n, framesOf("lines", body));
const textOf = (events: RunEvent[]): string =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");

describe("a message", () => {
  it("to a webhook is a plain object, with the conversation to keep it under", () => {
    expect(webhook.body({ newConversation: "req_1" })).toEqual({
      query: "Hello",
      sessionId: "req_1",
      user: "usr_0123456789",
    });
  });

  it("to a chat trigger speaks its language", () => {
    expect(chat.body({ upstreamConversation: "req_1", inputs: { city: "X" } })).toEqual({
      action: "sendMessage",
      sessionId: "req_1",
      chatInput: "Hello",
      metadata: { user: "usr_0123456789", inputs: { city: "X" } },
    });
  });

  it("carries the history only where n8n has none", () => {
    expect(webhook.body({ messages: HISTORY }).query).toBe(FOLDED);
    expect(webhook.body({ messages: HISTORY, upstreamConversation: "s" }).query).toBe("two");
  });

  it("has the values of the form in front, which cannot pose as the message", () => {
    const body = webhook.body({ inputs: { city: "X", query: "forged" } });
    expect(body).toMatchObject({ city: "X", query: "Hello" });
  });

  it("brings files as data or address to a webhook, and none to a chat", () => {
    const messages = [
      says(
        "user",
        "see",
        { type: "image", url: "data:image/png;base64,AA==" },
        { type: "file", url: "https://a.example/a.pdf", name: "a.pdf", mime: "application/pdf" },
        { type: "audio", data: "AA==", format: "wav" },
      ),
    ];
    expect(webhook.body({ messages }).files).toEqual([
      { filename: "image", mimeType: "image/png", data: "AA==" },
      { filename: "a.pdf", mimeType: "application/pdf", url: "https://a.example/a.pdf" },
      { filename: "audio.wav", mimeType: "audio/wav", data: "AA==" },
    ]);
    expect(chat.prepare({ messages })).toMatchObject({ ok: false, error: { reason: "rejected" } });
  });
});

describe("the header", () => {
  it("carries the value as it is, without Bearer, under the name that was chosen", () => {
    expect(webhook.request().headers.authorization).toBe("k-demo");
    const named = deskOf("n8n", { baseUrl: WEBHOOK, authHeader: "X-Key" }, { apiKey: "Basic a b" });
    expect(named.request().headers["x-key"]).toBe("Basic a b");
    expect(named.request().headers).not.toHaveProperty("authorization");
  });

  it("is left out where the workflow wants none", () => {
    expect(deskOf("n8n", { baseUrl: WEBHOOK }, {}).request().headers).not.toHaveProperty(
      "authorization",
    );
  });
});

describe("the address", () => {
  it("keeps its query, and gives way to the webhook that the agent names", () => {
    const odd = deskOf("n8n", { baseUrl: "https://n.example/x/webhook/info?v=2" }, KEY);
    expect(odd.request().url).toBe("https://n.example/x/webhook/info?v=2");
    expect(odd.request({ target: "a b/chat" }).url).toBe("https://n.example/x/webhook/a%20b/chat");
    const root = deskOf("n8n", { baseUrl: "https://n.example/" }, KEY);
    expect(root.request({ target: "flow" }).url).toBe(WEBHOOK);
  });

  it.each(["https://n.example/webhook-test/flow", "n.example/webhook/flow", "ftp://n.example"])(
    "%s is refused",
    (baseUrl) => {
      expect(openAccount(n8n, { baseUrl }, KEY)).toMatchObject({
        ok: false,
        error: { path: "settings.baseUrl" },
      });
    },
  );
});

describe("an answer", () => {
  it("tells under which id the conversation goes on", () => {
    const told = { type: "conversation", upstreamConversation: "req_0123456789abcdef" };
    for (const body of ['{"output":"a"}', '["a"]', "plain", line("begin") + line("end")]) {
      expect(decode(body)[0]).toEqual(told);
    }
  });

  it.each([
    ['{"text":"a"}', "a"],
    ['{"response":{"answer":"a"}}', "a"],
    ['{"output":"","message":"a"}', "a"],
    ['{"output":{"rows":[1]}}', '{"rows":[1]}'],
    ['{"output":42}', "42"],
    ['"a"', "a"],
  ])("%s says %s", (body, text) => {
    expect(textOf(decode(body))).toBe(text);
  });

  it("that is empty says what to do about it", () => {
    for (const body of ["", "\n", '{"message":"Workflow executed successfully but no data"}']) {
      const last = decode(body).at(-1);
      if (last?.type !== "run-error") throw new Error("it did not fail");
      expect(last.error.upstreamCode).toBe("empty_answer");
      expect(n8n.advise?.(last.error)?.en).toMatch(/output/);
    }
  });

  it("in a stream tells its nodes as steps", () => {
    const events = decode(line("begin") + line("item", "a") + line("end"));
    expect(events.filter((event) => event.type === "status")).toEqual([
      { type: "status", label: "AI Agent", state: "running" },
      { type: "status", label: "AI Agent", state: "done" },
    ]);
  });

  it("in a stream that a responding node repeats as JSON is told once", () => {
    const respond = { nodeId: "n-2" };
    const stream = line("begin") + line("item", "Hi ") + line("item", "you") + line("end");
    const again = (text: string) =>
      line("begin", undefined, respond) +
      line("item", JSON.stringify({ output: text }), respond) +
      line("end", undefined, respond);
    expect(textOf(decode(stream + again("Hi you")))).toBe("Hi you");
    expect(textOf(decode(stream + again(", too")))).toBe("Hi you, too");
  });

  it("in a stream takes lines that are no JSON for text, but no half of an event", () => {
    expect(textOf(decode(`${line("begin")}plain\n${line("end")}`))).toBe("plain");
    const broken = decode(`${line("begin")}{"type":"ite`);
    expect(textOf(broken)).toBe("");
    expect(broken.at(-1)).toMatchObject({ error: { reason: "truncated" } });
  });
});

describe("the test of a connection", () => {
  const prepared = (baseUrl: string) => {
    const account = openAccount(n8n, { baseUrl }, KEY);
    if (!account.ok) throw new Error(account.error.message);
    return probe.prepare(account.value, undefined);
  };
  const missing = (message: string) => n8n.explain(json(404, { code: 404, message }));

  it("does not run the workflow: a webhook is asked in the wrong way, and says that it is there", () => {
    expect(prepared(WEBHOOK)).toMatchObject({ method: "GET", url: WEBHOOK });
    const there = missing(
      "This webhook is not registered for GET requests. Did you mean to make a POST request?",
    );
    expect(probe.rescue?.(there)).toEqual({ account: null });
    const gone = missing('The requested webhook "GET flow" is not registered.');
    expect(probe.rescue?.(gone)).toBeNull();
    expect(n8n.advise?.(gone)?.en).toMatch(/Production URL/);
  });

  it("a webhook that takes GET is told to take POST", () => {
    const read = probe.read(json(200, { output: "ran" }));
    if (read.ok) throw new Error("it was accepted");
    expect(n8n.advise?.(read.error)?.en).toMatch(/HTTP Method/);
  });

  it("a chat is asked for its past", () => {
    expect(JSON.parse(prepared(CHAT).body ?? "")).toEqual({
      action: "loadPreviousSession",
      sessionId: "connection-test",
    });
    expect(probe.read(json(200, { data: [] }))).toEqual({ ok: true, value: { account: null } });
  });
});

it("an answer that came as a web page is told to be JSON", () => {
  const error = { upstreamCode: null, status: 200, retryAfterMs: null, detail: "" };
  expect(n8n.advise?.({ ...error, reason: "protocol_violation" })?.en).toMatch(/output/);
});

it.each(["unauthorized", "forbidden"] as const)("advice on %s names the header", (reason) => {
  const error = { reason, upstreamCode: null, status: 403, retryAfterMs: null, detail: "" };
  expect(n8n.advise?.(error)?.en).toMatch(/Header Auth/);
});

import { describe, expect, it } from "vitest";
import { openStream } from "../../../src/connectors/kit/invoke.ts";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { ChatInput, RunEvent } from "../../../src/core/run.ts";
import { estimateTokens } from "../../../src/core/tokens.ts";

const loopback = connectorById("loopback");
if (!loopback?.chat) throw new Error("no loopback");
const { chat } = loopback;

/** Asks the way a run does: request, kit, decoder. */
async function ask(
  texts: string[],
  {
    stream = true,
    maxOutputTokens = null as number | null,
    stopAfter = Number.POSITIVE_INFINITY,
  } = {},
) {
  const input: ChatInput = {
    messages: texts.map((text, at) => ({
      role: at % 2 === 0 ? "user" : "assistant",
      content: [{ type: "text", text }],
    })),
    stream,
    endUser: "usr_1",
  };
  const account = openAccount(loopback as NonNullable<typeof loopback>, {}, {});
  if (!account.ok) throw new Error(account.error.message);
  const prepared = chat.prepare(account.value, { id: "guide", maxOutputTokens }, input);
  if (!prepared.ok) throw new Error(prepared.error.detail);
  const opened = await openStream(
    loopback as NonNullable<typeof loopback>,
    prepared.value.request,
    {
      limits: { timeoutMs: 20_000, idleTimeoutMs: 5000, responseBytesMax: 10_000_000 },
      allowPrivate: false,
      secrets: [],
    },
  );
  if (!opened.ok) return { error: opened.error, events: [] as RunEvent[], text: "" };
  const decoder = chat.decoder(input);
  const events: RunEvent[] = [];
  for (let count = 0; ; count++) {
    if (count === stopAfter) opened.value.frames.cancel();
    const piece = await opened.value.frames.next();
    if (!piece.ok || piece.value === null) {
      if (count <= stopAfter) events.push(...decoder.end());
      break;
    }
    for (const frame of piece.value) events.push(...decoder.push(frame));
  }
  const text = events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
  return { error: null, events, text };
}

const usageIn = (events: RunEvent[]) =>
  events.flatMap((event) => (event.type === "usage" ? [event.usage] : []));

describe("the built-in model", () => {
  it("answers in markdown, quotes the question and counts what it wrote", async () => {
    const { events, text } = await ask(["How do I connect a provider?"], { stream: true });
    expect(text).toContain("> How do I connect a provider?");
    expect(text).toContain("## Connecting a provider");
    expect(text).toMatch(/^\|---/m);
    expect(events.filter((event) => event.type === "text-delta").length).toBeGreaterThan(50);
    expect(usageIn(events)).toEqual([
      { input: 11, output: estimateTokens(text), cachedInput: 0, cacheWrite: 0, reasoning: 0 },
    ]);
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "stop" });
  });

  it("answers Chinese in Chinese", async () => {
    const { text } = await ask(["积分是怎么扣的？"], { stream: false });
    expect(text).toContain("## 积分");
    expect(text).toContain("$$");
  });

  it.each([
    ["How do I publish an agent?", "```text"],
    ["Show me the API in Python", "```python"],
    ["What does a message cost?", "\\frac"],
    ["Good morning", "your own product"],
  ])("%s leads to the right topic", async (question, part) => {
    expect((await ask([question], { stream: false })).text).toContain(part);
  });

  it("remembers what was asked before", async () => {
    const { text } = await ask(["first thing", "answer", "second thing"], { stream: false });
    expect(text).toContain("Before that you asked:\n\n> first thing");
  });

  it("the same text comes whole as it comes in pieces, with the same usage", async () => {
    const [whole, pieces] = [await ask(["Good day"], { stream: false }), await ask(["Good day"])];
    expect(pieces.text).toBe(whole.text);
    expect(usageIn(pieces.events)).toEqual(usageIn(whole.events));
  });

  it("stops at the limit and says so", async () => {
    for (const stream of [true, false]) {
      const { events, text } = await ask(["Good day"], { stream, maxOutputTokens: 5 });
      expect(estimateTokens(text)).toBeLessThanOrEqual(5);
      expect(events.at(-1)).toEqual({ type: "run-end", finish: "length" });
    }
  });

  it("writes as many chunks as it is asked for", async () => {
    const { events } = await ask(["/long 40"]);
    expect(events.filter((event) => event.type === "text-delta")).toHaveLength(40);
  });

  it("stops when the reader leaves", async () => {
    const { events } = await ask(["/long 5000"], { stopAfter: 3 });
    expect(events.filter((event) => event.type === "text-delta")).toHaveLength(3);
  });

  it("is paced, so that a stream can be seen", async () => {
    const began = Date.now();
    await ask(["/long 20"]);
    expect(Date.now() - began).toBeGreaterThan(100);
  });
});

describe("errors on demand", () => {
  it.each([
    ["/fail busy", "rate_limited", 1000],
    ["/fail down", "unavailable", null],
    ["/fail reject", "rejected", null],
  ])("%s is %s", async (command, reason, retryAfterMs) => {
    expect((await ask([command])).error).toMatchObject({ reason, retryAfterMs });
  });

  it("/fail cut breaks off in the middle", async () => {
    const { events, text } = await ask(["/fail cut"]);
    expect(text).not.toBe("");
    expect(events.at(-1)).toMatchObject({ type: "run-error", error: { reason: "truncated" } });
  });

  it("/fail garbage is no answer", async () => {
    const { events } = await ask(["/fail garbage"]);
    expect(events).toMatchObject([{ type: "run-error" }]);
  });

  it("anything else is a question like any other", async () => {
    expect((await ask(["/fail unknown"], { stream: false })).error).toBeNull();
  });
});

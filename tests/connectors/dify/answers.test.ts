/** What is particular to Dify, beyond the contract. */
import { describe, expect, it } from "vitest";
import { connectorById } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { eventsOf, json } from "../contract.ts";

const dify = connectorById("dify");
if (!dify) throw new Error("no dify");
const decode = (...payloads: object[]): RunEvent[] =>
  eventsOf(
    dify,
    payloads.map((payload) => ({ data: JSON.stringify(payload) })),
  );
const END = { event: "message_end", metadata: {} };

describe("events", () => {
  it("the conversation is told once, before the first word", () => {
    const ids = { conversation_id: "c1", message_id: "m1" };
    const events = decode(
      { ...ids, event: "message", answer: "a" },
      { ...ids, event: "message", answer: "b" },
      END,
    );
    expect(events.slice(0, 3)).toEqual([
      { type: "run-start", upstreamId: "m1" },
      { type: "conversation", upstreamConversation: "c1" },
      { type: "text-delta", text: "a" },
    ]);
    expect(events.filter((event) => event.type === "conversation")).toHaveLength(1);
  });

  it("a thought is a status, never a part of the answer", () => {
    const thought = {
      event: "agent_thought",
      id: "t",
      tool: "search;calc",
      thought: "The answer is 42.",
    };
    const events = decode(
      { ...thought, observation: "" },
      { ...thought, observation: "" },
      { ...thought, observation: "found" },
      { event: "agent_message", answer: "42" },
      END,
    );
    expect(events).toEqual([
      { type: "status", label: "search, calc", state: "running" },
      { type: "status", label: "search, calc", state: "done" },
      { type: "text-delta", text: "42" },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("nodes of a chatflow are told as they start, finish and fail", () => {
    const node = { title: "LLM" };
    const states = decode(
      { event: "node_started", data: node },
      { event: "node_finished", data: { ...node, status: "succeeded" } },
      { event: "node_finished", data: { ...node, status: "failed" } },
      END,
    ).flatMap((event) => (event.type === "status" ? [event.state] : []));
    expect(states).toEqual(["running", "done", "failed"]);
  });

  it("sources of the knowledge base are cited with number and snippet", () => {
    const source = { document_name: "guide.pdf", content: "See page 3." };
    const nameless = { score: 1 };
    const events = decode({
      event: "message_end",
      metadata: { retriever_resources: [source, nameless] },
    });
    expect(events.filter((event) => event.type === "source-cite")).toEqual([
      { type: "source-cite", index: 1, title: "guide.pdf", url: null, snippet: "See page 3." },
    ]);
  });

  it("files of the assistant are shown, those of the person and paths without a host are not", () => {
    const file = { event: "message_file", type: "image", belongs_to: "assistant" };
    const events = decode(
      { ...file, url: "https://d.com/files/a.jpg?sign=1" },
      { ...file, url: "/files/b.png" },
      { ...file, url: "https://d.com/c.png", belongs_to: "user" },
      END,
    );
    expect(events.filter((event) => event.type === "file")).toEqual([
      { type: "file", url: "https://d.com/files/a.jpg?sign=1", mime: "image/jpeg", name: "a.jpg" },
    ]);
  });

  it("reasoning has a channel of its own", () => {
    expect(decode({ event: "reasoning_chunk", data: { reasoning: "Hm" } }, END)[0]).toEqual({
      type: "reasoning-delta",
      text: "Hm",
    });
  });

  it("a workflow that succeeded is an end even without the message's own, its tokens one sum", () => {
    const events = decode(
      { event: "message", answer: "x" },
      { event: "workflow_finished", data: { status: "succeeded", total_tokens: 30 } },
    );
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "stop" });
    expect(events).toContainEqual({
      type: "usage",
      usage: { input: 29, output: 1, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
    });
  });

  it("a workflow that failed and closed without an error event still says why", () => {
    const events = decode({
      event: "workflow_finished",
      data: { status: "failed", error: "node X broke" },
    });
    expect(events.at(-1)).toMatchObject({ type: "run-error", error: { detail: "node X broke" } });
  });

  it("an app that waits for a person ends with a sentence that says so", () => {
    const last = decode(
      { event: "message", answer: "x" },
      { event: "workflow_paused", data: {} },
    ).at(-1);
    expect(last).toMatchObject({ type: "run-error", error: { reason: "rejected" } });
  });
});

describe("the app behind a key", () => {
  it.each(["chat", "agent-chat", "advanced-chat", "agent", "workflow", "completion", null])(
    "of the mode %s can be published",
    (mode) => {
      const info = json(200, { name: "Help", ...(mode ? { mode } : {}) });
      expect(dify.probe?.read(info)).toEqual({ ok: true, value: { account: "Help" } });
    },
  );

  it("of a kind that nobody knows is refused, and the admin is told what to do", () => {
    const read = dify.probe?.read(json(200, { name: "Sum", mode: "game" }));
    if (!read || read.ok) throw new Error("it was accepted");
    expect(read.error).toMatchObject({ reason: "target_not_found" });
    expect(dify.advise?.(read.error)?.en).toContain("List the app again");
    expect(dify.advise?.(read.error)?.["zh-CN"]).toContain("重新读取");
  });

  it("is offered with its opening message and suggested questions", () => {
    const offers = dify.offers?.read(
      json(200, { name: "Help", description: "Helps", mode: "chat" }),
    );
    if (!offers?.ok) throw new Error("no offers");
    const parameters = { opening_statement: "Hi!", suggested_questions: ["Who?", 7, ""] };
    const refined = dify.offers?.refine?.read(json(200, parameters), offers.value);
    expect(refined).toMatchObject({
      ok: true,
      value: [
        {
          kind: "agent",
          id: "app",
          name: "Help",
          description: "Helps",
          openingMessage: "Hi!",
          suggestedQuestions: ["Who?"],
        },
      ],
    });
  });
});

it.each([
  ["unauthorized", "unauthorized", /another Dify server/],
  ["forbidden", "forbidden", /Backend Service API/],
  ["app_unavailable", "target_not_found", /Publish/],
  ["provider_not_initialize", "unavailable", /Model Provider/],
  ["not_found", "target_not_found", /API Server/],
] as const)("advice on %s says what to click", (upstreamCode, reason, words) => {
  const error = { reason, upstreamCode, status: 400, retryAfterMs: null, detail: "" };
  expect(dify.advise?.(error)?.en).toMatch(words);
});

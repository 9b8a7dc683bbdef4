/** What is particular to Bailian's apps, beyond the contract. */
import { describe, expect, it } from "vitest";
import { connectorById } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { eventsOf } from "../contract.ts";
import { framesOf } from "../cutting.ts";

const bailian = connectorById("bailian");
if (!bailian) throw new Error("no bailian");

const decode = (...outputs: object[]): RunEvent[] =>
  eventsOf(
    bailian,
    outputs.map((output) => ({
      event: "result",
      data: JSON.stringify({ output: { finish_reason: "null", ...output } }),
    })),
  );
const STOP = { finish_reason: "stop", text: "" };
const node = (name: string, more: object = {}) => ({
  workflow_message: { node_type: "LLM", node_id: name, node_name: name, ...more },
});

describe("events", () => {
  it("a finish reason of the word null ends nothing", () => {
    const events = decode({ text: "a", finish_reason: "null" }, { text: "b" }, STOP);
    expect(events.map((event) => event.type)).toEqual(["text-delta", "text-delta", "run-end"]);
  });

  it("a limit that was met is told", () => {
    expect(decode({ text: "a", finish_reason: "length" }).at(-1)).toEqual({
      type: "run-end",
      finish: "length",
    });
  });

  it("thoughts go their own way: reasoning as such, actions once as they run and are done", () => {
    const action = { action_type: "api", action_name: "weather" };
    const events = decode(
      { thoughts: [{ action_type: "reasoning", thought: "Hm" }] },
      { thoughts: [action] },
      { thoughts: [action] },
      { thoughts: [{ ...action, observation: "sunny" }] },
      STOP,
    );
    expect(events).toEqual([
      { type: "reasoning-delta", text: "Hm" },
      { type: "status", label: "weather", state: "running" },
      { type: "status", label: "weather", state: "done" },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("nodes of a workflow are told as they run, finish and fail; its end is its answer", () => {
    const events = decode(
      node("Ask"),
      node("Ask", { node_is_completed: true }),
      node("Look", { node_status: "fail" }),
      node("End", { node_type: "End", node_is_completed: true, message: { content: "Hi" } }),
      { finish_reason: "stop", text: "Hi" },
    );
    expect(events).toEqual([
      { type: "status", label: "Ask", state: "running" },
      { type: "status", label: "Ask", state: "done" },
      { type: "status", label: "Look", state: "failed" },
      { type: "text-delta", text: "Hi" },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it("documents are cited once, however often frames repeat them", () => {
    const source = {
      index_id: "1",
      title: "Guide",
      doc_name: "g.pdf",
      doc_url: "https://a.example",
      text: "See.",
    };
    const cited = decode({ doc_references: [source] }, { ...STOP, doc_references: [source, {}] });
    expect(cited.filter((event) => event.type === "source-cite")).toEqual([
      { type: "source-cite", index: 1, title: "Guide", url: "https://a.example", snippet: "See." },
    ]);
  });

  it("events without an empty line between them are still events", () => {
    const line = (text: string, finish = "null") =>
      `data:{"output":{"text":"${text}","finish_reason":"${finish}"}}\n`;
    const body = `${line("a")}${line("b")}${line("", "stop")}\n`;
    const events = eventsOf(bailian, framesOf("sse", body));
    expect(events).toEqual([
      { type: "text-delta", text: "a" },
      { type: "text-delta", text: "b" },
      { type: "run-end", finish: "stop" },
    ]);
  });
});

it.each([
  ["FlowNotPublished", "target_not_found", /Publish/, /发布/],
  ["AccessDenied", "target_not_found", /workspace/, /业务空间/],
  ["AccessDenied.Unpurchased", "target_not_found", /activated/, /开通/],
  ["InvalidApiKey", "unauthorized", /region/, /地域/],
] as const)("advice on %s says what to do", (upstreamCode, reason, en, zh) => {
  const error = { reason, upstreamCode, status: 400, retryAfterMs: null, detail: "" };
  expect(bailian.advise?.(error)?.en).toMatch(en);
  expect(bailian.advise?.(error)?.["zh-CN"]).toMatch(zh);
});

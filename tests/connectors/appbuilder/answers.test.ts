/** What is particular to AppBuilder, beyond the contract. */
import { describe, expect, it } from "vitest";
import type { UpstreamAnswer } from "../../../src/connectors/connector.ts";
import { upstreamError } from "../../../src/connectors/kit/http-errors.ts";
import { connectorById } from "../../../src/connectors/registry.ts";
import { fail, ok, type Result } from "../../../src/core/result.ts";
import type { RunEvent, UpstreamError } from "../../../src/core/run.ts";
import { eventsOf, json } from "../contract.ts";

const appbuilder = connectorById("appbuilder");
if (!appbuilder?.offers) throw new Error("no appbuilder");
const { offers } = appbuilder;

const decode = (...payloads: object[]): RunEvent[] =>
  eventsOf(
    appbuilder,
    payloads.map((payload) => ({ data: JSON.stringify(payload) })),
  );
const step = (
  event_type: string,
  event_status: string,
  content_type: string,
  more: object = {},
) => ({
  event_code: 0,
  event_id: "1",
  event_type,
  event_status,
  content_type,
  outputs: {},
  ...more,
});
const frame = (answer: string, ...content: object[]) => ({ answer, content });
const END = { answer: "", is_completion: true, content: [] };

describe("events", () => {
  it("text that a step repeats is told once", () => {
    const events = decode(
      frame("Hi", step("ChatAgent", "running", "text", { outputs: { text: "Hi" } })),
      END,
    );
    expect(events).toEqual([
      { type: "text-delta", text: "Hi" },
      { type: "run-end", finish: "stop" },
    ]);
  });

  it.each([
    ["thought", "text"],
    ["ChatAgent", "chat_reasoning"],
  ])("thinking (%s, %s) is no part of the answer, even where `answer` repeats it", (type, kind) => {
    const thinks = step(type, "running", kind, { outputs: { text: "Hm." } });
    for (const answer of ["", "Hm."]) {
      const events = decode(frame(answer, thinks), frame("42"), END);
      expect(events.slice(0, 2)).toEqual([
        { type: "reasoning-delta", text: "Hm." },
        { type: "text-delta", text: "42" },
      ]);
    }
  });

  it("steps are told by the component's name, once in each state", () => {
    const outputs = { text: { thought: "I search.", name: "search", component: "AISearch" } };
    const call = (state: string) =>
      frame("", step("function_call", state, "function_call", { outputs }));
    const labels = decode(call("running"), call("running"), call("done"), END).filter(
      (event) => event.type === "status",
    );
    expect(labels).toEqual([
      { type: "status", label: "AISearch", state: "running" },
      { type: "status", label: "AISearch", state: "done" },
    ]);
  });

  it("the agent itself is no step", () => {
    const outputs = { text: { thought: "", name: "chat_agent", component: "ChatAgent" } };
    const calls = frame("", step("function_call", "done", "function_call", { outputs }));
    const speaks = frame("", step("ChatAgent", "preparing", "status"));
    expect(decode(calls, speaks, END)).toEqual([{ type: "run-end", finish: "stop" }]);
  });

  it("references are cited once, with title, address and snippet", () => {
    const reference = {
      id: "1",
      url: "https://a.example",
      content: "See.",
      document_name: "a.pdf",
    };
    const rag = frame(
      "",
      step("RAGAgent", "running", "rag", { outputs: { references: [reference] } }),
    );
    const cited = decode(rag, rag, END).filter((event) => event.type === "source-cite");
    expect(cited).toEqual([
      { type: "source-cite", index: 1, title: "a.pdf", url: "https://a.example", snippet: "See." },
    ]);
  });

  it("pictures that it makes are files", () => {
    const image = step("text_to_image", "done", "image", {
      outputs: { image: "https://a.example/c.png" },
    });
    expect(decode(frame("", image), END)).toContainEqual({
      type: "file",
      url: "https://a.example/c.png",
      mime: "image/png",
      name: "c.png",
    });
  });

  it("an app that wants a tool of the caller's ends with a sentence that says so", () => {
    const call = { id: "c", type: "function", function: { name: "f", arguments: {} } };
    const events = decode(
      frame("", step("Interrupt", "interrupt", "status", { tool_calls: [call] })),
    );
    expect(events.at(-1)).toMatchObject({ type: "run-error", error: { reason: "rejected" } });
  });

  it("a chatflow that waits names what the next message goes on with", () => {
    const waits = step("chatflow", "interrupt", "chatflow_interrupt", {
      outputs: { interrupt_event_id: "ie-7" },
    });
    const events = decode({ ...frame("", waits), conversation_id: "cv-1" }, END);
    expect(events).toContainEqual({ type: "conversation", upstreamConversation: "cv-1#ie-7" });
  });
});

describe("the list of apps", () => {
  const app = { id: "a1", name: "Help", description: "Helps", isPublished: true };

  it("offers what is published", () => {
    const list = json(200, {
      data: [app, { ...app, id: "a2", isPublished: false }, { id: "a3" }, 7],
    });
    expect(offers.read(list)).toMatchObject({
      ok: true,
      value: [
        { kind: "agent", id: "a1", name: "Help", description: "Helps" },
        { id: "a3", name: "a3" },
      ],
    });
  });

  const account = { settings: { baseUrl: "https://a.example" }, secret: { apiKey: "k" } };
  const page = (ids: string[], more: object) =>
    json(200, { data: ids.map((id) => ({ ...app, id })), ...more });

  /** Walks from the first page on; what was asked, and what came of it. */
  function walked(first: UpstreamAnswer, ...answers: Result<UpstreamAnswer, UpstreamError>[]) {
    const walk = offers.walk?.(account, first);
    if (!walk) throw new Error("no walk");
    const asked: unknown[] = [];
    for (let step = walk.next(); ; ) {
      if (step.done) return { asked, found: step.value };
      asked.push(JSON.parse(step.value.body ?? ""));
      step = walk.next(answers.shift() ?? ok(json(200, {})));
    }
  }

  it("is read to its last page, and every app for what it says first", () => {
    const { asked, found } = walked(
      page(["a1"], { isTruncated: true, nextMarker: "m2" }),
      ok(page(["a2"], { isTruncated: false, nextMarker: "m3" })),
      ok(json(200, { id: "a1", prologue: "Hi!", exampleQueries: ["Who?", 7, ""] })),
      fail(upstreamError("timeout", "")),
    );
    expect(asked).toEqual([{ maxKeys: 20, marker: "m2" }, { id: "a1" }, { id: "a2" }]);
    expect(found).toMatchObject({
      ok: true,
      value: [
        { id: "a1", openingMessage: "Hi!", suggestedQuestions: ["Who?"] },
        { id: "a2", openingMessage: "", suggestedQuestions: [] },
      ],
    });
  });

  it("with a page missing is a failure: it would be taken for the whole", () => {
    const more = { isTruncated: true, nextMarker: "m2" };
    const lost = fail(upstreamError("timeout", ""));
    expect(walked(page(["a1"], more), lost).found).toMatchObject({
      ok: false,
      error: { reason: "timeout" },
    });
  });

  it("that is an error in a 200 tells the platform's reason", () => {
    const read = offers.read(json(200, { code: "X", message: "账户欠费" }));
    expect(read).toMatchObject({ ok: false, error: { reason: "quota_exhausted" } });
  });
});

it.each([
  ["unauthorized", /bce-v3/],
  ["forbidden", /全部权限/],
  ["target_not_found", /发布/],
] as const)("advice on %s says what to click", (reason, words) => {
  const error = { reason, upstreamCode: null, status: 400, retryAfterMs: null, detail: "" };
  expect(appbuilder.advise?.(error)?.en).toMatch(words);
  expect(appbuilder.advise?.(error)?.["zh-CN"]).toMatch(words);
});

import type { PortalRunEvent } from "@contract/portal.ts";
import { applyEvent, newRun } from "@portal/features/chat/live-run.ts";
import { describe, expect, test } from "vitest";
import { endEvent, startEvent } from "./support.ts";

const pending = { text: "hello", images: [], parentId: null, target: "agent/guide" };
const runAfter = (...events: PortalRunEvent[]) => events.reduce(applyEvent, newRun(pending, null));

describe("a live run", () => {
  test("shows what was sent until the server confirms it", () => {
    expect(newRun(pending, null)).toMatchObject({ phase: "sending", pending, answer: null });
    expect(runAfter(startEvent())).toMatchObject({ phase: "waiting", pending: null });
    expect(runAfter(startEvent()).below).toBeUndefined();
  });

  test("collects text, thoughts, sources and suggestions", () => {
    const citation = { index: 1, title: "t", url: null, snippet: null };
    const run = runAfter(
      startEvent(),
      { type: "reasoning", text: "想" },
      { type: "text", text: "你" },
      { type: "text", text: "好" },
      { type: "citation", citation },
      { type: "suggestion", text: "再来" },
    );
    expect(run.phase).toBe("writing");
    expect(run.answer).toMatchObject({
      reasoning: "想",
      text: "你好",
      citations: [citation],
      suggestions: ["再来"],
    });
  });

  test("a status is shown until text comes", () => {
    const busy = runAfter(startEvent(), { type: "status", label: "searching" });
    expect(busy).toMatchObject({ phase: "waiting", status: "searching" });
    expect(applyEvent(busy, { type: "text", text: "x" }).status).toBe("");
  });

  test("replaced text takes the place of what was written", () => {
    const run = runAfter(
      startEvent(),
      { type: "text", text: "secret" },
      { type: "replace", text: "***" },
    );
    expect(run.answer?.text).toBe("***");
  });

  test("a run told again from its start is not written twice", () => {
    const run = runAfter(startEvent(), { type: "text", text: "ab" }, startEvent(), {
      type: "text",
      text: "ab",
    });
    expect(run.answer?.text).toBe("ab");
  });

  test("the end brings the message as stored", () => {
    const run = runAfter(startEvent(), { type: "text", text: "abc" }, endEvent("stored"));
    expect(run.answer).toMatchObject({ text: "stored", status: "done" });
  });

  test("text before the start has nowhere to go", () => {
    expect(runAfter({ type: "text", text: "x" }).answer).toBeNull();
  });
});

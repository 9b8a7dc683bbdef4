import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/run.ts";
import { estimateTokens } from "../../src/core/tokens.ts";
import { Tally } from "../../src/services/chat/tally.ts";
import { usage } from "./fixture.ts";

const text = (value: string): RunEvent => ({ type: "text-delta", text: value });
const reported = (input: number, output: number): RunEvent => ({
  type: "usage",
  usage: usage({ input, output }),
});

function tally(...events: RunEvent[]): Tally {
  const made = new Tally(10);
  for (const event of events) made.take(event);
  return made;
}

describe("a run's usage", () => {
  it("is what was reported last, when the run came to its end", () => {
    const measured = tally(text("hello"), reported(7, 1), reported(7, 3)).measure(true);
    expect(measured).toEqual({ usage: usage({ input: 7, output: 3 }), usageSource: "reported" });
  });

  it("is an estimate of what was delivered where nothing was reported", () => {
    const measured = tally(text("a".repeat(40)), text("b".repeat(41))).measure(true);
    expect(measured).toEqual({ usage: usage({ input: 10, output: 21 }), usageSource: "estimated" });
  });

  it("that was reported as nought is a placeholder, not a gift", () => {
    const measured = tally(reported(0, 0), text("a".repeat(40))).measure(true);
    expect(measured).toEqual({ usage: usage({ input: 10, output: 10 }), usageSource: "estimated" });
  });

  it("of which one side was reported is completed with the estimate of the other, and says so", () => {
    const said = text("a".repeat(40));
    expect(tally(said, reported(0, 3)).measure(true)).toEqual({
      usage: usage({ input: 10, output: 3 }),
      usageSource: "partial",
    });
    expect(tally(said, reported(7, 0)).measure(true)).toEqual({
      usage: usage({ input: 7, output: 10 }),
      usageSource: "partial",
    });
    expect(tally(reported(7, 0)).measure(true).usageSource).toBe("reported");
  });

  it("of a broken run is what was reported, and no less than what was delivered", () => {
    const begun = tally(reported(7, 1), text("a".repeat(400)));
    expect(begun.measure(false)).toEqual({
      usage: usage({ input: 7, output: 100 }),
      usageSource: "partial",
    });
    const ahead = tally(text("a"), reported(7, 50));
    expect(ahead.measure(false).usage.output).toBe(50);
  });

  it("keeps the cached and reasoning parts of a report", () => {
    const whole = usage({ input: 9, output: 5, cachedInput: 4, reasoning: 2 });
    expect(tally({ type: "usage", usage: whole }).measure(false).usage).toEqual(whole);
  });

  it("counts reasoning and the calls of tools as output", () => {
    const measured = tally(
      { type: "reasoning-delta", text: "a".repeat(8) },
      { type: "tool-call-delta", index: 0, name: "abcd", argumentsText: "a".repeat(12) },
    );
    expect(measured.outputTokens).toBe(6);
  });

  it("is not made less by a text that replaces a longer one", () => {
    const shorter = tally(text("a".repeat(40)), { type: "text-replace", text: "no" });
    expect(shorter.outputTokens).toBe(10);
    const longer = tally(text("ab"), { type: "text-replace", text: "a".repeat(40) });
    expect(longer.outputTokens).toBe(10);
  });

  it("is not made of what shows no text: citations, status, suggestions", () => {
    const measured = tally(
      { type: "status", label: "a".repeat(99), state: "running" },
      { type: "suggestion", text: "a".repeat(99) },
      { type: "source-cite", index: 1, title: "a".repeat(99), url: null, snippet: null },
    );
    expect(measured.outputTokens).toBe(0);
  });

  it("begins anew with another route", () => {
    const again = tally(text("a".repeat(40)), reported(99, 99));
    again.reset();
    expect(again.measure(true)).toEqual({
      usage: usage({ input: 10 }),
      usageSource: "estimated",
    });
  });

  it("weighs the same however a text is cut into pieces", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 30 }), (pieces) => {
        const whole = pieces.join("");
        const cut = tally(...pieces.map(text)).estimate.output;
        expect(cut).toBe(estimateTokens(whole));
      }),
    );
  });
});

/** A run that nobody waits for any more, at platforms that can be told to stop; and what is kept of it. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunEvent } from "../../src/core/run.ts";
import {
  answer,
  END,
  failure,
  type Piece,
  refused,
  reported,
  type Stage,
  stage,
  text,
} from "./run-fixture.ts";

const talk = (id: string): RunEvent => ({ type: "conversation", upstreamConversation: id });

/** An answer of which something has come, and the platform's ear. */
async function begun(pieces: Piece[], more: Partial<Stage> = {}) {
  const stop = vi.fn(async () => undefined);
  const staged = stage({ stop, scripts: [answer([text("a".repeat(40))], ...pieces)], ...more });
  await staged.run.next();
  const settled = () => staged.calls.filter(({ what }) => what !== "progress");
  return { ...staged, stop, settled };
}
const endedAs = (status: string, usageSource: string) => [
  { what: "settle", request: { usageSource, record: { status } } },
];

describe("a platform that can be told to stop", () => {
  it("is told once, however often and for whatever reason", async () => {
    const { run, stop, cancelled } = await begun(["silence"]);
    run.cancel("stop");
    run.cancel("stop");
    run.cancel("left");
    expect(stop).toHaveBeenCalledTimes(1);
    expect(cancelled).toEqual(["first"]);
  });

  it("is told nothing of what has ended, or has not begun", async () => {
    const ended = await begun([[END]]);
    await ended.play();
    ended.run.cancel("left");
    expect(ended.stop).not.toHaveBeenCalled();
    const stop = vi.fn(async () => undefined);
    stage({ stop, scripts: [] }).run.cancel("stop");
    expect(stop).not.toHaveBeenCalled();
  });

  it("is read to its end by one who drains it: what it says it took is what is paid", async () => {
    const { run, deferred, settled, stop } = await begun([[reported(7, 4), END]], {
      disconnect: "drain",
    });
    run.cancel("left");
    await Promise.all(deferred);
    expect(stop).toHaveBeenCalledTimes(1);
    expect(settled()).toMatchObject(endedAs("ok", "reported"));
  });

  it("that breaks off because it was told to has not failed", async () => {
    const { run, deferred, settled, attempts } = await begun([{ broken: failure("truncated") }], {
      disconnect: "drain",
    }).then((one) => ({ ...one, attempts: () => one.run.attempts }));
    run.cancel("left");
    await Promise.all(deferred);
    expect(settled()).toMatchObject(endedAs("cancelled", "estimated"));
    expect(attempts()).toMatchObject([{ outcome: "cancelled" }]);
  });

  describe("and then says nothing", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it("is waited for no longer than ten seconds", async () => {
      const { run, deferred, settled } = await begun(["silence"], { disconnect: "drain" });
      run.cancel("left");
      await vi.advanceTimersByTimeAsync(9_900);
      expect(settled()).toEqual([]);
      await vi.advanceTimersByTimeAsync(200);
      await Promise.all(deferred);
      expect(settled()).toMatchObject(endedAs("cancelled", "estimated"));
    });
  });
});

describe("the conversation of an answer", () => {
  const keptOf = async (scripts: Stage["scripts"], more: Partial<Stage> = {}) => {
    const kept: string[] = [];
    await stage({ kept, scripts, ...more }).play();
    return kept;
  };

  it("is kept when it has ended well: the platform's word, else the one that went on", async () => {
    expect(await keptOf([answer([talk("c1"), text("a")], [END])])).toEqual(["c1"]);
    const more = { upstreamConversation: "c0" };
    expect(await keptOf([answer([text("a")], [END])], more)).toEqual(["c0"]);
    expect(await keptOf([answer([talk("c1"), text("a")], [END])], more)).toEqual(["c1"]);
  });

  it("is kept before its end is told", async () => {
    const kept: string[] = [];
    const { run } = stage({ kept, scripts: [answer([talk("c1"), text("a")], [END])] });
    await run.next();
    expect(kept).toEqual([]);
    await run.next();
    expect(kept).toEqual(["c1"]);
  });

  it("is not kept of an answer that failed, or that nobody waited for", async () => {
    const broken = { broken: failure("truncated") };
    expect(await keptOf([answer([talk("c1"), text("a")], broken)])).toEqual([]);
    const kept: string[] = [];
    const { run } = stage({ kept, scripts: [answer([talk("c1"), text("a")], "silence")] });
    await run.next();
    run.cancel("stop");
    expect(kept).toEqual([]);
  });

  it("is the new one where the platform had forgotten the old", async () => {
    const scripts = [refused("conversation_gone"), answer([talk("c2"), text("a")], [END])];
    expect(await keptOf(scripts, { upstreamConversation: "c1" })).toEqual(["c2"]);
  });

  it("is that of whoever answered, not of one that broke off before", async () => {
    const broken = { broken: failure("unavailable") };
    const scripts = [answer([talk("c1")], broken), answer([text("a")], [END])];
    expect(await keptOf(scripts)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { failure } from "./run-fixture.ts";
import { bytes, DONE, stageTask, told } from "./task-fixture.ts";

const PER_CHARACTER = { perMillionCharacters: 1_000_000 };
const BY_TOKENS = { inputPerMillion: 1_000_000, outputPerMillion: 1_000_000 };
/** 1 000 000 µ is one credit: the prices above are one credit a piece. */
const CREDIT = 1_000_000;

const types = (events: { type: string }[]) => events.map(({ type }) => type);

describe("a task", () => {
  it("gives its pieces and one end, and is settled once at what was reported", async () => {
    const usage = told({
      tokens: { input: 4, output: 2, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
    });
    const { run, calls, play, seen } = stageTask(
      [{ pieces: [[bytes()], [bytes()], [usage, DONE]] }],
      BY_TOKENS,
    );
    expect(types(await play())).toEqual(["bytes", "bytes", "done"]);
    expect(await run.next()).toBeNull();
    run.cancel();
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      what: "settle",
      request: {
        costMicro: 6 * CREDIT,
        usageSource: "reported",
        record: { status: "ok", finish: "stop", stream: true, tokens: { input: 4, output: 2 } },
      },
    });
    expect(seen).toMatchObject({ released: 1, cancelled: 0 });
  });

  it("read whole answers its value, or its error", async () => {
    const good = stageTask([{ pieces: [[bytes()], [DONE]] }], PER_CHARACTER);
    expect(await good.run.whole()).toEqual({ ok: true, value: "made" });
    const bad = stageTask([{ refused: failure("rejected") }], PER_CHARACTER);
    expect(await bad.run.whole()).toMatchObject({ ok: false, error: { reason: "rejected" } });
  });

  it("that nobody reported on costs what was forecast, and says so", async () => {
    const { calls, play } = stageTask([{ pieces: [[DONE]] }], BY_TOKENS);
    await play();
    expect(calls[0]).toMatchObject({
      request: { costMicro: 30 * CREDIT, usageSource: "estimated" },
    });
  });

  it("that failed before anything came costs nothing", async () => {
    const { calls, play } = stageTask(
      [{ refused: failure("rejected", { detail: "no" }) }],
      PER_CHARACTER,
    );
    expect(types(await play())).toEqual(["failed"]);
    expect(calls).toMatchObject([{ what: "release", record: { status: "error", finish: null } }]);
  });

  it("that failed after a part of a file came costs the file: the platform bills it whole", async () => {
    const broken = failure("truncated");
    const { calls, play } = stageTask([{ pieces: [[bytes()], { broken }] }], PER_CHARACTER);
    expect(types(await play())).toEqual(["bytes", "failed"]);
    expect(calls[0]).toMatchObject({ what: "settle", request: { costMicro: 5 * CREDIT } });
  });

  it("that failed after mere events costs what was reported, else nothing", async () => {
    const native = { type: "native", name: null, data: "{}" } as const;
    const failed = { type: "failed", error: failure("unavailable") } as const;
    const silent = stageTask([{ pieces: [[native], [failed]] }], { perRequest: 3, ...BY_TOKENS });
    expect(types(await silent.play())).toEqual(["native", "failed"]);
    expect(silent.calls[0]).toMatchObject({ request: { costMicro: 0 } });
    const usage = told({
      tokens: { input: 2, output: 0, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
    });
    const honest = stageTask([{ pieces: [[native, usage], [failed]] }], BY_TOKENS);
    await honest.play();
    expect(honest.calls[0]).toMatchObject({
      request: { costMicro: 2 * CREDIT, usageSource: "partial" },
    });
  });
});

describe("another route", () => {
  it("serves where the first failed before anything came, and its usage alone counts", async () => {
    const tokens = { input: 9, output: 9, cachedInput: 0, cacheWrite: 0, reasoning: 0 };
    const lost = [told({ tokens }), { type: "failed", error: failure("unavailable") } as const];
    const { calls, play, seen } = stageTask(
      [{ pieces: [lost] }, { pieces: [[told({ tokens: { ...tokens, output: 0 } }), DONE]] }],
      BY_TOKENS,
    );
    expect(types(await play())).toEqual(["done"]);
    expect(seen.opened).toEqual(["first", "second"]);
    expect(calls).toMatchObject([{ what: "settle", request: { costMicro: 9 * CREDIT } }]);
    expect(calls[0]).toMatchObject({
      request: { record: { attempts: [{ outcome: "unavailable" }, { outcome: "ok" }] } },
    });
  });

  it("is not tried once a piece has reached the client, nor for the caller's own fault", async () => {
    const failed = { type: "failed", error: failure("unavailable") } as const;
    const late = stageTask([{ pieces: [[bytes(), failed]] }], PER_CHARACTER);
    expect(types(await late.play())).toEqual(["bytes", "failed"]);
    const fault = stageTask([{ refused: failure("content_blocked") }], PER_CHARACTER);
    await fault.play();
    expect([late.seen.opened, fault.seen.opened]).toEqual([["first"], ["first"]]);
  });
});

describe("a client that leaves", () => {
  it("in the middle stops the upstream, and pays for what the platform bills", async () => {
    const { run, calls, seen, deferred } = stageTask(
      [{ pieces: [[bytes()], "silence"] }],
      PER_CHARACTER,
    );
    expect((await run.next())?.type).toBe("bytes");
    const waiting = run.next();
    run.cancel();
    run.cancel();
    expect(await waiting).toBeNull();
    await Promise.all(deferred);
    expect(seen.cancelled).toBe(1);
    expect(calls).toMatchObject([
      { what: "settle", request: { costMicro: 5 * CREDIT, record: { status: "cancelled" } } },
    ]);
  });

  it("before an upstream was asked pays nothing", async () => {
    const { run, calls, deferred } = stageTask([{ pieces: [[DONE]] }], PER_CHARACTER);
    run.cancel();
    await Promise.all(deferred);
    expect(await run.next()).toBeNull();
    expect(calls).toMatchObject([{ what: "release", record: { status: "cancelled" } }]);
  });
});

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import type { UsageRecord } from "../../../src/contract/usage.ts";
import {
  admission,
  advance,
  draft,
  fundedWallet,
  funds,
  isolate,
  MINUTE,
  START,
  settlement,
  type TestWallet,
} from "./support.ts";

isolate();

const meter = (own: TestWallet) => env.METER.getByName(own.siteId);
const arrived = async (own: TestWallet): Promise<string[]> =>
  (await meter(own).requests({ limit: 1_000 })).data.map((record) => record.request_id).reverse();
const alarmAt = (own: TestWallet) =>
  runInDurableObject(own.stub, (_, state) => state.storage.getAlarm());
const waiting = (own: TestWallet) =>
  runInDurableObject(own.stub, (_, state) =>
    Number(state.storage.sql.exec("SELECT count(*) AS n FROM outbox").one().n),
  );

/** Lets the wallet's deliveries go through `deliver` until it is evicted. */
async function intercept(
  own: TestWallet,
  deliver: (records: UsageRecord[], pass: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await runInDurableObject(own.stub, (instance) => {
    const METER = {
      getByName: () => ({
        record: (records: UsageRecord[]) =>
          deliver(records, () => meter(own).record(records) as Promise<void>),
      }),
    };
    Object.assign(instance, { env: { ...env, METER } });
  });
}

async function spend(own: TestWallet, ...requestIds: string[]): Promise<void> {
  for (const requestId of requestIds) {
    await own.admit(admission(requestId, { holdMicro: 10 }));
    await own.settle(settlement(requestId, 5));
    advance(1);
  }
}

describe("the outbox", () => {
  let errors: MockInstance;
  beforeEach(() => {
    errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    errors.mockRestore();
  });

  it("carries the record of a settled request with the figures of the wallet", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1", { holdMicro: 100 }));
    await own.settle(settlement("r1", 40));
    await runDurableObjectAlarm(own.stub);
    expect(await meter(own).request("r1")).toEqual({
      ...draft("r1"),
      at: new Date(START).toISOString(),
      user_id: "usr_1",
      user_email: "usr_1@example.com",
      held_micro: 100,
      charged_micro: 40,
      uncollected_micro: 0,
    });
    expect(await waiting(own)).toBe(0);
  });

  it("carries released requests, and expired ones with what is known of them", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    await own.release("r1", draft("r1", { status: "error", error: "upstream_unavailable" }));
    await own.admit(admission("r2", { ttlMs: MINUTE, surface: "playground" }));
    await own.progress("r2", 30);
    advance(MINUTE);
    await runDurableObjectAlarm(own.stub);
    expect(await meter(own).request("r1")).toMatchObject({ status: "error", charged_micro: 0 });
    expect(await meter(own).request("r2")).toMatchObject({
      status: "expired",
      surface: "playground",
      usage_source: "estimated",
      held_micro: 100,
      charged_micro: 30,
      at: new Date(START).toISOString(),
    });
  });

  it("leaves together a moment after the first settle, not once for each", async () => {
    vi.useRealTimers();
    const own = await fundedWallet(1_000);
    const batches: number[] = [];
    await intercept(own, async (records, pass) => {
      batches.push(records.length);
      await pass();
    });
    for (const requestId of ["a", "b", "c"]) {
      await own.admit(admission(requestId, { holdMicro: 10 }));
      await own.settle(settlement(requestId, 5));
    }
    await vi.waitFor(async () => expect(await arrived(own)).toHaveLength(3), { timeout: 4_000 });
    expect(batches).toEqual([3]);
  });

  it("leaves by itself: nobody has to ring an alarm", async () => {
    vi.useRealTimers();
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    await own.settle(settlement("r1", 40));
    await vi.waitFor(async () => expect(await arrived(own)).toEqual(["r1"]), { timeout: 4_000 });
  });

  it("leaves in order and in batches of a hundred", async () => {
    const own = await fundedWallet(10_000);
    const ids = Array.from({ length: 230 }, (_, index) => `r${String(index).padStart(3, "0")}`);
    await spend(own, ...ids);
    const batches: number[] = [];
    await intercept(own, async (records, pass) => {
      batches.push(records.length);
      await pass();
    });
    await runDurableObjectAlarm(own.stub);
    expect(batches).toEqual([100, 100, 30]);
    expect(await arrived(own)).toEqual(ids);
  });

  it("keeps records while the meter fails, tries ever more rarely, and loses none", async () => {
    const own = await fundedWallet(1_000);
    await intercept(own, () => Promise.reject(new Error("the meter is down")));
    await spend(own, "a");
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      const due = await alarmAt(own);
      vi.setSystemTime(due ?? 0);
      await runDurableObjectAlarm(own.stub);
      waits.push(((await alarmAt(own)) ?? 0) - Date.now());
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(errors).toHaveBeenCalledTimes(9);
    await spend(own, "b");
    expect(await waiting(own)).toBe(2);
    await evictDurableObject(own.stub);
    await runDurableObjectAlarm(own.stub);
    expect(await arrived(own)).toEqual(["a", "b"]);
    expect(await waiting(own)).toBe(0);
  });

  it("delivers once in effect when the meter stored a batch but the answer was lost", async () => {
    const own = await fundedWallet(1_000);
    let lost = 0;
    await intercept(own, async (_, pass) => {
      await pass();
      if (lost++ === 0) throw new Error("the answer was lost");
    });
    await spend(own, "a", "b");
    await runDurableObjectAlarm(own.stub);
    expect(await waiting(own)).toBe(2);
    await spend(own, "c");
    await runDurableObjectAlarm(own.stub);
    expect(await waiting(own)).toBe(0);
    expect(await arrived(own)).toEqual(["a", "b", "c"]);
    const span = { from: START, to: START + MINUTE, step: "hour" } as const;
    expect(await meter(own).usage(span)).toMatchObject([{ calls: 3, charged_micro: 15 }]);
  });

  it("never keeps a request waiting: spending goes on while the meter hangs", async () => {
    const own = await fundedWallet(1_000);
    await spend(own, "a");
    let letGo = () => {};
    const hung = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await intercept(own, async (_, pass) => {
      await hung;
      await pass();
    });
    const ringing = runDurableObjectAlarm(own.stub);
    await spend(own, "b");
    expect((await funds(own)).balanceMicro).toBe(990);
    letGo();
    await ringing;
    // What was settled meanwhile left with the same alarm.
    expect(await arrived(own)).toEqual(["a", "b"]);
    expect(await waiting(own)).toBe(0);
  });

  it("shows a record before it has left, and nobody else's afterwards", async () => {
    const own = await fundedWallet(1_000);
    await spend(own, "a");
    expect(await own.pending("a")).toMatchObject({ request_id: "a", charged_micro: 5 });
    expect(await own.pending("b")).toBeNull();
    await runDurableObjectAlarm(own.stub);
    expect(await own.pending("a")).toBeNull();
  });

  it("is found again after an eviction, by the alarm, even when nobody calls", async () => {
    const own = await fundedWallet(1_000);
    await spend(own, "a");
    await evictDurableObject(own.stub);
    expect(await alarmAt(own)).toBeLessThanOrEqual(Date.now() + 2 * MINUTE);
    await runDurableObjectAlarm(own.stub);
    expect(await arrived(own)).toEqual(["a"]);
  });

  it("delivers without a write of its own: what was delivered goes with the next settle", async () => {
    vi.useRealTimers();
    const own = await fundedWallet(1_000);
    await own.admit(admission("a", { holdMicro: 10 }));
    await own.settle(settlement("a", 5));
    await vi.waitFor(async () => expect(await arrived(own)).toEqual(["a"]), { timeout: 4_000 });
    expect(await waiting(own)).toBe(1);
    await own.admit(admission("b", { holdMicro: 10 }));
    await own.settle(settlement("b", 5));
    expect(await waiting(own)).toBe(1);
    await vi.waitFor(async () => expect(await arrived(own)).toEqual(["a", "b"]), {
      timeout: 8_000,
    });
  }, 15_000);
});

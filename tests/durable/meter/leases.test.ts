import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LeaseRequest } from "../../../src/durable/meter/protocol.ts";
import { advance, count, DAY, evict, HOUR, isolate, meter, NOW, stopClock } from "./support.ts";

isolate();
stopClock();

let operations = 0;
const ask = (change: Partial<LeaseRequest> = {}): LeaseRequest => ({
  walletId: "wallet_1",
  operationId: `op_${operations++}`,
  month: "2040-06",
  limit: 1_000,
  wanted: 10,
  returned: 0,
  ...change,
});

describe("a lease", () => {
  it("is what was wanted while much of the month remains, and lapses soon", async () => {
    const lease = await meter().lease(ask());
    expect(lease).toEqual({
      month: "2040-06",
      granted: 10,
      usedUp: false,
      expiresAt: NOW + 600_000,
    });
    expect(await meter().calls("2040-06")).toEqual({ granted: 10, limit: 1_000 });
    expect(await meter().calls("2040-07")).toEqual({ granted: 0, limit: null });
  });

  it("is small where little remains, so that nobody sleeps over the rest", async () => {
    expect((await meter().lease(ask({ limit: 640, wanted: 1_000 }))).granted).toBe(10);
    expect((await meter().lease(ask({ limit: 20, wanted: 1_000 }))).granted).toBe(1);
  });

  it("never outlasts its month", async () => {
    advance(Date.UTC(2040, 5, 30, 23, 59) - NOW);
    const lease = await meter().lease(ask());
    expect(lease.expiresAt).toBe(Date.UTC(2040, 6, 1));
  });

  it("uses the month up to its last call, then says so", async () => {
    let granted = 0;
    for (let asked = 0; asked < 100; asked++) {
      const lease = await meter().lease(ask({ walletId: `wallet_${asked % 3}`, limit: 70 }));
      expect(lease.usedUp).toBe(granted === 70);
      granted += lease.granted;
    }
    expect(granted).toBe(70);
    expect((await meter().lease(ask({ limit: 0 }))).usedUp).toBe(true);
  });

  it("that was given back is there for another wallet", async () => {
    const limit = 2;
    await meter().lease(ask({ limit, wanted: 1 }));
    await meter().lease(ask({ limit, wanted: 1 }));
    expect((await meter().lease(ask({ walletId: "wallet_2", limit, wanted: 1 }))).granted).toBe(0);
    const givenBack = await meter().lease(ask({ limit, wanted: 0, returned: 1 }));
    expect(givenBack).toMatchObject({ granted: 0, usedUp: false });
    expect((await meter().lease(ask({ walletId: "wallet_2", limit, wanted: 1 }))).granted).toBe(1);
  });

  it("makes no room by giving back what was not granted, or was of another month", async () => {
    await meter().lease(ask({ wanted: 5 }));
    await meter().lease(ask({ walletId: "wallet_2", wanted: 0, returned: 5 }));
    expect((await meter().calls("2040-06")).granted).toBe(5);
    await meter().lease(ask({ wanted: 3, month: "2040-07", returned: 5 }));
    expect((await meter().calls("2040-06")).granted).toBe(5);
    expect((await meter().calls("2040-07")).granted).toBe(3);
  });

  it("is refused while more is out than a lowered limit allows, and granted again below it", async () => {
    await meter().lease(ask({ wanted: 15 }));
    expect(await meter().lease(ask({ limit: 10 }))).toMatchObject({ granted: 0, usedUp: true });
    expect((await meter().calls("2040-06")).limit).toBe(10);
    const lease = await meter().lease(ask({ limit: 10, returned: 7 }));
    expect(lease).toMatchObject({ granted: 1, usedUp: false });
  });

  it("asked for again is the same lease, after an eviction too", async () => {
    const request = ask();
    const lease = await meter().lease(request);
    advance(HOUR);
    await evict(meter());
    expect(await meter().lease(request)).toEqual(lease);
    expect(await meter().lease({ ...request, wanted: 99, limit: 1 })).toEqual(lease);
    expect(await meter().calls("2040-06")).toEqual({ granted: 10, limit: 1_000 });
    // Of another wallet it is another.
    await meter().lease({ ...request, walletId: "wallet_2" });
    expect((await meter().calls("2040-06")).granted).toBe(20);
  });

  it.each([
    { month: "2040-13" },
    { month: "June" },
    { limit: -1 },
    { limit: Number.NaN },
    { wanted: 0.5 },
    { wanted: -3 },
    { returned: Number.POSITIVE_INFINITY },
  ])("of %j is refused, and nothing has changed", async (change) => {
    await runInDurableObject(meter(), async (instance) => {
      await expect(instance.lease(ask(change))).rejects.toThrow(RangeError);
    });
    expect(await count(meter(), "months")).toBe(0);
    expect(await count(meter(), "lease_operations")).toBe(0);
  });

  it("is remembered for two days, and its holder until a month after the month", async () => {
    const request = ask();
    await meter().lease(request);
    advance(2 * DAY);
    await runDurableObjectAlarm(meter());
    expect(await count(meter(), "lease_operations")).toBe(1);
    advance(DAY + HOUR);
    await runDurableObjectAlarm(meter());
    expect(await count(meter(), "lease_operations")).toBe(0);
    expect(await count(meter(), "leases")).toBe(1);
    advance(60 * DAY);
    await runDurableObjectAlarm(meter());
    expect(await count(meter(), "leases")).toBe(0);
    expect((await meter().calls("2040-06")).granted).toBe(10);
  });
});

/** What wallets do: ask, ask again for what they asked before, sleep over it, give back. */
const step = fc.record({
  wallet: fc.integer({ min: 0, max: 4 }),
  month: fc.constantFrom("2040-06", "2040-07"),
  limit: fc.oneof({ weight: 4, arbitrary: fc.constant(50) }, fc.integer({ min: 0, max: 80 })),
  wanted: fc.integer({ min: 0, max: 30 }),
  returned: fc.integer({ min: 0, max: 30 }),
  repeat: fc.option(fc.nat(), { freq: 3 }),
  evict: fc.boolean(),
});

it("what wallets have of a month never exceeds its limit, whatever the order, repeated or lowered", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const own = meter(`_${run++}`);
      const asked: LeaseRequest[] = [];
      const answers = new Map<string, unknown>();
      /** Calls that each wallet may still make or has made, as the wallets know it. */
      const out = new Map<string, number>();
      const outOf = (month: string) =>
        [...out].reduce((sum, [key, calls]) => sum + (key.endsWith(month) ? calls : 0), 0);
      for (const { repeat, evict: evicts, wallet, ...rest } of steps) {
        const again = repeat === null ? undefined : asked[repeat % asked.length];
        const walletId = `wallet_${wallet}`;
        const key = `${walletId} ${rest.month}`;
        const returned = Math.min(rest.returned, out.get(key) ?? 0);
        const request = again ?? ask({ ...rest, walletId, returned });
        const before = outOf(request.month);
        const lease = await own.lease(request);
        if (again) {
          expect(lease).toEqual(answers.get(again.operationId));
          expect(outOf(again.month)).toBe((await own.calls(again.month)).granted);
          continue;
        }
        asked.push(request);
        answers.set(request.operationId, lease);
        out.set(key, (out.get(key) ?? 0) - returned + lease.granted);
        const remaining = rest.limit - (before - returned);
        expect(lease.usedUp).toBe(remaining <= 0);
        expect(lease.granted).toBeLessThanOrEqual(Math.min(rest.wanted, Math.max(0, remaining)));
        if (remaining > 0 && rest.wanted > 0) expect(lease.granted).toBeGreaterThan(0);
        expect((await own.calls(rest.month)).granted).toBe(outOf(rest.month));
        if (evicts) await evict(own);
      }
    }),
    { seed: 7_301, numRuns: 60 },
  );
});

it("wallets that ask at the same moment share what is left", async () => {
  const leases = await Promise.all(
    Array.from({ length: 64 }, (_, wallet) =>
      meter().lease(ask({ walletId: `wallet_${wallet}`, limit: 40, wanted: 5 })),
    ),
  );
  expect(leases.reduce((sum, lease) => sum + lease.granted, 0)).toBe(40);
  expect(leases.filter((lease) => lease.usedUp)).toHaveLength(24);
});

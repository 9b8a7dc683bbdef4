import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import {
  admission,
  advance,
  fundedWallet,
  funds,
  grantOf,
  HOUR,
  isolate,
  ledger,
  START,
  settlement,
  wallet,
} from "./support.ts";

isolate();

const remaining = (own: ReturnType<typeof wallet>) =>
  runInDurableObject(own.stub, (_, state) =>
    [...state.storage.sql.exec("SELECT remaining_micro FROM grants ORDER BY id").raw()].flat(),
  );

describe("a grant", () => {
  it("puts credits into a wallet that nobody has used yet", async () => {
    const own = wallet();
    expect(await own.grant(grantOf(500))).toEqual({
      availableMicro: 500,
      heldMicro: 0,
      balanceMicro: 500,
    });
    expect((await own.entries({ limit: 1 })).data[0]).toMatchObject({
      type: "grant",
      amount_micro: 500,
      reason: "test",
    });
  });

  it("of an operation that was done before changes nothing", async () => {
    const own = wallet();
    const grant = grantOf(500);
    await own.grant(grant);
    await evictDurableObject(own.stub);
    expect(await own.grant({ ...grant, amountMicro: 900 })).toMatchObject({ balanceMicro: 500 });
    expect(await ledger(own)).toHaveLength(1);
  });

  it("counts once when it comes many times at once", async () => {
    const own = wallet();
    const grant = grantOf(500);
    await Promise.all(Array.from({ length: 20 }, async () => await own.grant(grant)));
    expect((await funds(own)).balanceMicro).toBe(500);
  });

  it("must be a whole, positive amount that keeps the balance exact", async () => {
    const own = wallet();
    await own.grant(grantOf(5));
    await runInDurableObject(own.stub, async (instance) => {
      for (const wrong of [0, -1, 1.5, Number.NaN]) {
        await expect(instance.grant(grantOf(wrong))).rejects.toThrow(RangeError);
      }
      await expect(instance.grant(grantOf(Number.MAX_SAFE_INTEGER))).rejects.toThrow("exactly");
    });
    expect((await funds(own)).balanceMicro).toBe(5);
  });

  it("is used before those that expire later, and by priority among equals", async () => {
    const own = await fundedWallet(0);
    await own.grant(grantOf(10));
    await own.grant(grantOf(10, { expiresAt: START + 2 * HOUR, priority: 1 }));
    await own.grant(grantOf(10, { expiresAt: START + 2 * HOUR, priority: 0 }));
    await own.grant(grantOf(10, { expiresAt: START + HOUR }));
    await own.admit(admission("r1", { holdMicro: 25 }));
    await own.settle(settlement("r1", 25));
    expect(await remaining(own)).toEqual([10, 5, 0, 0]);
  });
});

describe("a grant that expires", () => {
  it("is not available from that moment, before any alarm rang", async () => {
    const own = await fundedWallet(0);
    await own.grant(grantOf(10));
    await own.grant(grantOf(90, { expiresAt: START + HOUR }));
    advance(HOUR - 1);
    expect((await funds(own)).availableMicro).toBe(100);
    advance(1);
    expect(await funds(own)).toEqual({ availableMicro: 10, heldMicro: 0, balanceMicro: 10 });
    const result = await own.admit(admission("r1", { holdMicro: 11 }));
    expect(result).toMatchObject({ reason: "insufficient_credits" });
  });

  it("leaves as an entry by alarm, once, though the alarm rings twice", async () => {
    const own = await fundedWallet(0);
    await own.grant(grantOf(90, { expiresAt: START + HOUR }));
    const alarm = await runInDurableObject(own.stub, (_, state) => state.storage.getAlarm());
    expect(alarm).toBe(START + HOUR);
    advance(HOUR);
    await runInDurableObject(own.stub, async (instance) => {
      await instance.alarm();
      await instance.alarm();
    });
    expect(await ledger(own)).toEqual([
      { type: "grant", amount: 90, balance: 90, request: null },
      { type: "expiry", amount: -90, balance: 0, request: null },
    ]);
  });

  it("that has expired when it is made is written down and gone", async () => {
    const own = wallet();
    const balance = await own.grant(grantOf(90, { expiresAt: START - 1 }));
    expect(balance.balanceMicro).toBe(0);
    expect(await ledger(own)).toHaveLength(2);
  });

  it("still pays for what was promised of it to a request in progress", async () => {
    const own = await fundedWallet(0);
    await own.grant(grantOf(100, { expiresAt: START + HOUR }));
    await own.admit(admission("r1", { holdMicro: 60, ttlMs: 3 * HOUR }));
    advance(2 * HOUR);
    expect(await funds(own)).toEqual({ availableMicro: 0, heldMicro: 60, balanceMicro: 60 });
    await evictDurableObject(own.stub);
    // More than was promised is not there any more; what it leaves goes at once.
    expect(await own.settle(settlement("r1", 45))).toMatchObject({
      chargedMicro: 45,
      uncollectedMicro: 0,
      availableMicro: 0,
    });
    expect((await ledger(own)).map(({ type, amount }) => [type, amount])).toEqual([
      ["grant", 100],
      ["expiry", -40],
      ["charge", -45],
      ["expiry", -15],
    ]);
  });

  it("does not pay for more than was promised of it", async () => {
    const own = await fundedWallet(0);
    await own.grant(grantOf(100, { expiresAt: START + HOUR }));
    await own.admit(admission("r1", { holdMicro: 60, ttlMs: 3 * HOUR }));
    advance(2 * HOUR);
    expect(await own.settle(settlement("r1", 80))).toMatchObject({
      chargedMicro: 60,
      uncollectedMicro: 20,
    });
    expect((await funds(own)).balanceMicro).toBe(0);
  });

  it("gives two requests that it was promised to each their own part", async () => {
    const own = await fundedWallet(0);
    await own.grant(grantOf(100, { expiresAt: START + HOUR }));
    await own.admit(admission("r1", { holdMicro: 50, ttlMs: 3 * HOUR }));
    await own.admit(admission("r2", { holdMicro: 50, ttlMs: 3 * HOUR }));
    advance(2 * HOUR);
    expect(await own.settle(settlement("r1", 70))).toMatchObject({ chargedMicro: 50 });
    expect(await own.settle(settlement("r2", 10))).toMatchObject({ chargedMicro: 10 });
    expect((await funds(own)).balanceMicro).toBe(0);
    await runDurableObjectAlarm(own.stub);
    expect((await ledger(own)).at(-1)).toMatchObject({ type: "expiry", amount: -40 });
  });
});

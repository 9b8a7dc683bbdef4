import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  admission,
  advance,
  DAY,
  draft,
  fundedWallet,
  funds,
  grantOf,
  HOUR,
  isolate,
  ledger,
  MINUTE,
  reasonOf,
  START,
  settlement,
  type TestWallet,
} from "./support.ts";

isolate();

describe("a settle", () => {
  it("charges the cost, gives the rest of the hold back and writes an entry", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1", { holdMicro: 300 }));
    expect(await own.settle(settlement("r1", 120))).toEqual({
      ok: true,
      chargedMicro: 120,
      uncollectedMicro: 0,
      availableMicro: 880,
      repeated: false,
    });
    expect(await funds(own)).toEqual({ availableMicro: 880, heldMicro: 0, balanceMicro: 880 });
    const { data } = await own.entries({ limit: 10 });
    expect(data[0]).toEqual({
      id: "ent_2",
      operation_id: "r1",
      type: "charge",
      amount_micro: -120,
      balance_micro: 880,
      request_id: "r1",
      held_micro: 300,
      uncollected_micro: 0,
      usage_source: "reported",
      model: "openai/gpt-4o-mini",
      key_id: null,
      price_version: 7,
      reason: null,
      actor: null,
      at: new Date(START).toISOString(),
    });
  });

  it("of a request that was settled changes nothing and says what was charged", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    await own.settle(settlement("r1", 40));
    const again = { ok: true, chargedMicro: 40, uncollectedMicro: 0, availableMicro: 960 };
    expect(await own.settle(settlement("r1", 90))).toEqual({ ...again, repeated: true });
    await evictDurableObject(own.stub);
    expect(await own.settle(settlement("r1", 90))).toEqual({ ...again, repeated: true });
    expect(await own.release("r1", draft("r1"))).toEqual({ ...again, repeated: true });
    expect(await ledger(own)).toHaveLength(2);
  });

  it("counts once when it comes many times at once", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    const results = await Promise.all(
      Array.from({ length: 20 }, async () => await own.settle(settlement("r1", 40))),
    );
    expect(results.filter((result) => result.ok && !result.repeated)).toHaveLength(1);
    expect((await funds(own)).balanceMicro).toBe(960);
  });

  it("of a request that was released changes nothing", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    await own.release("r1", draft("r1"));
    expect(await own.settle(settlement("r1", 90))).toMatchObject({
      chargedMicro: 0,
      availableMicro: 1_000,
      repeated: true,
    });
  });

  it("of a request that was never admitted is refused", async () => {
    const own = await fundedWallet(1_000);
    expect(await own.settle(settlement("r1", 90))).toEqual({
      ok: false,
      reason: "unknown_request",
    });
    expect(await own.release("r1", draft("r1"))).toMatchObject({ reason: "unknown_request" });
    expect((await funds(own)).balanceMicro).toBe(1_000);
  });

  it("above the hold takes what is available, and writes down what it could not collect", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("other", { holdMicro: 400 }));
    await own.admit(admission("r1", { holdMicro: 100 }));
    expect(await own.settle(settlement("r1", 2_000))).toMatchObject({
      chargedMicro: 600,
      uncollectedMicro: 1_400,
      availableMicro: 0,
    });
    // What another request was promised is still there for it.
    expect(await own.settle(settlement("other", 400))).toMatchObject({ chargedMicro: 400 });
    expect(await funds(own)).toEqual({ availableMicro: 0, heldMicro: 0, balanceMicro: 0 });
  });

  it("of nothing still shows the request in the statement", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1", { holdMicro: 0 }));
    await own.settle(settlement("r1", 0));
    expect((await ledger(own)).at(-1)).toEqual({
      type: "charge",
      amount: 0,
      balance: 1_000,
      request: "r1",
    });
  });

  it("is not hindered by tokens that are no number", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    const tokens = { input: Number.NaN, output: 1, cachedInput: 0, cacheWrite: 0, reasoning: 0 };
    const record = draft("r1", { tokens });
    expect(await own.settle(settlement("r1", 40, { record }))).toMatchObject({ chargedMicro: 40 });
    await runDurableObjectAlarm(own.stub);
    expect(await env.METER.getByName(own.siteId).request("r1")).toMatchObject({
      charged_micro: 40,
    });
  });

  it("that fails half-way leaves nothing behind, and succeeds when it is repeated", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    await runInDurableObject(own.stub, async (instance, state) => {
      // The last statement of the transaction fails, after charge and entry were written.
      state.storage.sql.exec("ALTER TABLE outbox RENAME TO gone");
      await expect(instance.settle(settlement("r1", 40))).rejects.toThrow("no such table");
      state.storage.sql.exec("ALTER TABLE gone RENAME TO outbox");
    });
    expect(await funds(own)).toMatchObject({ heldMicro: 100, balanceMicro: 1_000 });
    expect(await own.settle(settlement("r1", 40))).toMatchObject({ repeated: false });
    expect((await funds(own)).balanceMicro).toBe(960);
  });
});

describe("a release", () => {
  it("gives the whole hold back, without an entry", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    expect(await own.release("r1", draft("r1"))).toEqual({
      ok: true,
      chargedMicro: 0,
      uncollectedMicro: 0,
      availableMicro: 1_000,
      repeated: false,
    });
    expect(await ledger(own)).toHaveLength(1);
  });
});

describe("a hold that nobody ends", () => {
  it("expires by alarm into a charge of the last reported progress", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1", { priceVersion: 3, ttlMs: MINUTE }));
    await own.progress("r1", 30);
    await own.progress("r1", 60);
    await own.progress("r1", 50);
    await evictDurableObject(own.stub);
    advance(MINUTE);
    expect(await runDurableObjectAlarm(own.stub)).toBe(true);
    expect(await funds(own)).toEqual({ availableMicro: 940, heldMicro: 0, balanceMicro: 940 });
    expect((await own.entries({ limit: 1 })).data[0]).toMatchObject({
      type: "charge",
      amount_micro: -60,
      request_id: "r1",
      usage_source: "estimated",
      price_version: 3,
    });
  });

  it("costs nothing when no progress was reported, and is in the statement", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1", { ttlMs: MINUTE }));
    advance(MINUTE);
    await runDurableObjectAlarm(own.stub);
    const [entry] = (await own.entries({ limit: 1 })).data;
    expect(entry).toMatchObject({ amount_micro: 0, usage_source: "none", request_id: "r1" });
  });

  it("is not touched by an alarm that rings too early", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1", { ttlMs: MINUTE }));
    advance(MINUTE - 1);
    await runDurableObjectAlarm(own.stub);
    expect((await funds(own)).heldMicro).toBe(100);
    const alarm = await runInDurableObject(own.stub, (_, state) => state.storage.getAlarm());
    expect(alarm).toBe(START + MINUTE);
  });

  it("is charged once when the alarm rings late and twice", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1", { ttlMs: MINUTE }));
    await own.progress("r1", 60);
    advance(HOUR);
    await runInDurableObject(own.stub, async (instance) => {
      await instance.alarm();
      await instance.alarm();
    });
    expect(await ledger(own)).toHaveLength(2);
    expect((await funds(own)).balanceMicro).toBe(940);
  });

  it("settles for its true cost when the settle comes before the alarm", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1", { ttlMs: MINUTE }));
    await own.progress("r1", 60);
    advance(HOUR);
    expect(await own.settle(settlement("r1", 75))).toMatchObject({ chargedMicro: 75 });
    await runDurableObjectAlarm(own.stub);
    expect((await funds(own)).balanceMicro).toBe(925);
  });

  it("makes a settle after its expiry a repetition that changes nothing", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1", { ttlMs: MINUTE }));
    await own.progress("r1", 60);
    advance(MINUTE);
    await runDurableObjectAlarm(own.stub);
    expect(await own.settle(settlement("r1", 75))).toEqual({
      ok: true,
      chargedMicro: 60,
      uncollectedMicro: 0,
      availableMicro: 940,
      repeated: true,
    });
    await own.progress("r1", 99);
    expect(reasonOf(await own.admit(admission("r1")))).toBe("duplicate");
  });

  it("never stands longer than a day, whatever was asked", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1", { ttlMs: 30 * DAY }));
    advance(DAY);
    await runDurableObjectAlarm(own.stub);
    expect((await funds(own)).heldMicro).toBe(0);
  });
});

describe("the memory of requests that have ended", () => {
  const tombstones = (own: TestWallet) =>
    runInDurableObject(own.stub, (_, state) =>
      [...state.storage.sql.exec("SELECT request_id FROM releases ORDER BY 1").raw()].flat(),
    );

  it("is kept for a day where nothing was charged, then pruned by the alarm", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    await own.release("r1", draft("r1"));
    await runDurableObjectAlarm(own.stub);
    advance(24 * HOUR);
    await own.admit(admission("r2"));
    await own.release("r2", draft("r2"));
    await runDurableObjectAlarm(own.stub);
    expect(await tombstones(own)).toEqual(["r1", "r2"]);
    advance(2 * HOUR);
    await runInDurableObject(own.stub, (instance) => instance.alarm());
    expect(await tombstones(own)).toEqual(["r2"]);
  });

  it("is in the ledger for ever: a charged request is never charged again", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    await own.settle(settlement("r1", 40));
    advance(26 * HOUR);
    await runInDurableObject(own.stub, (instance) => instance.alarm());
    const repeated = { chargedMicro: 40, repeated: true };
    expect(await own.settle(settlement("r1", 90))).toMatchObject(repeated);
    expect(reasonOf(await own.admit(admission("r1")))).toBe("duplicate");
  });

  it("asks for an alarm when it will be due, so an idle wallet wakes once", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    await own.release("r1", draft("r1"));
    advance(1_000);
    await runDurableObjectAlarm(own.stub);
    const alarm = await runInDurableObject(own.stub, (_, state) => state.storage.getAlarm());
    expect(alarm).toBe(START + 25 * HOUR + 1);
    advance(26 * HOUR);
    await runDurableObjectAlarm(own.stub);
    expect(await runDurableObjectAlarm(own.stub)).toBe(false);
  });
});

describe("the statement", () => {
  it("pages newest first without gaps or repeats, while new entries arrive", async () => {
    const own = await fundedWallet(0);
    for (let i = 1; i <= 7; i++) await own.grant(grantOf(i));
    const seen: number[] = [];
    let after: string | null = null;
    do {
      const page = await own.entries({ limit: 3, ...(after === null ? {} : { after }) });
      seen.push(...page.data.map((entry) => entry.amount_micro));
      after = page.next;
      expect(page.has_more).toBe(after !== null);
      await own.grant(grantOf(100));
    } while (after !== null);
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it("answers nothing to a cursor that it did not make", async () => {
    const own = await fundedWallet(5);
    expect(await own.entries({ limit: 3, after: "x" })).toEqual({
      data: [],
      has_more: false,
      next: null,
    });
  });

  it("cannot be changed, not even by a statement on its table", async () => {
    const own = await fundedWallet(5);
    await runInDurableObject(own.stub, (_, state) => {
      for (const statement of ["UPDATE entries SET amount_micro = 9", "DELETE FROM entries"]) {
        expect(() => state.storage.sql.exec(statement)).toThrow("immutable");
      }
    });
  });

  it("that contradicts the grants makes every call fail, rather than guess", async () => {
    const own = await fundedWallet(1_000);
    await runInDurableObject(own.stub, (_, state) => {
      state.storage.sql.exec("UPDATE grants SET remaining_micro = 999");
    });
    await evictDurableObject(own.stub);
    await runInDurableObject(own.stub, async (instance) => {
      await expect(instance.admit(admission("r1"))).rejects.toThrow("Σ entries");
      await expect(instance.balance()).rejects.toThrow("Σ entries");
    });
  });
});

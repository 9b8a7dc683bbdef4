import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { CorrectionRequest } from "../../../src/durable/wallet/protocol.ts";
import {
  admission,
  fundedWallet,
  funds,
  grantOf,
  isolate,
  ledger,
  START,
  settlement,
} from "./support.ts";

isolate();

const correction = (change: Partial<CorrectionRequest> = {}): CorrectionRequest => ({
  operationId: "op",
  amountMicro: -100,
  reason: "charged twice by mistake",
  actor: "admin@example.com",
  ...change,
});

describe("a correction", () => {
  it("is an entry with its reason and who made it", async () => {
    const own = await fundedWallet(1_000);
    expect(await own.correct(correction())).toMatchObject({
      ok: true,
      balance: { balanceMicro: 900, heldMicro: 0, availableMicro: 900 },
    });
    expect((await own.entries({ limit: 1 })).data[0]).toMatchObject({
      type: "correction",
      amount_micro: -100,
      balance_micro: 900,
      reason: "charged twice by mistake",
      actor: "admin@example.com",
      request_id: null,
      operation_id: "correction:op",
    });
  });

  it("that gives credits gives such as do not expire", async () => {
    const own = await fundedWallet(0);
    await own.correct(correction({ amountMicro: 70 }));
    expect(await own.balance()).toMatchObject({
      balanceMicro: 70,
      grants: [{ amountMicro: 70, remainingMicro: 70, expiresAt: null }],
    });
  });

  it("counts once, however often it is sent, and over an eviction", async () => {
    const own = await fundedWallet(1_000);
    await own.correct(correction());
    await evictDurableObject(own.stub);
    // The same operation stays what it was, whatever comes with it.
    expect(await own.correct(correction({ amountMicro: -900 }))).toMatchObject({ ok: true });
    expect((await funds(own)).balanceMicro).toBe(900);
  });

  it("takes in the order of use, and never what a request has been promised", async () => {
    const own = await fundedWallet(0);
    await own.grant(grantOf(300));
    await own.grant(grantOf(200, { expiresAt: START + 1_000 }));
    await own.admit(admission("r1", { holdMicro: 400 }));
    expect(await own.correct(correction({ amountMicro: -101 }))).toEqual({
      ok: false,
      reason: "insufficient",
      availableMicro: 100,
    });
    expect(await own.correct(correction({ operationId: "less" }))).toMatchObject({ ok: true });
    expect(await own.settle(settlement("r1", 400))).toMatchObject({ chargedMicro: 400 });
    expect((await funds(own)).balanceMicro).toBe(0);
  });

  it("of nothing, of parts of a micro-credit or without a reason is refused, and changes nothing", async () => {
    const own = await fundedWallet(1_000);
    await runInDurableObject(own.stub, async (instance) => {
      const bad = [
        { amountMicro: 0 },
        { amountMicro: 0.5 },
        { amountMicro: Number.NaN },
        { amountMicro: 2 ** 53 },
        { reason: "  " },
      ];
      for (const change of bad) {
        await expect(instance.correct(correction(change))).rejects.toThrow(RangeError);
      }
    });
    expect(await ledger(own)).toHaveLength(1);
  });
});

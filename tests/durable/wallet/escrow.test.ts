import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { AdmitResult, HoldSlip } from "../../../src/durable/wallet/protocol.ts";
import {
  admission,
  advance,
  draft,
  fundedWallet,
  funds,
  isolate,
  MINUTE,
  reasonOf,
  settlement,
  type TestWallet,
} from "./support.ts";

isolate();

const stored = (own: TestWallet) =>
  runInDurableObject(own.stub, (_, { storage: { sql } }) => {
    const holds = sql.exec<{ id: string }>("SELECT request_id AS id FROM holds ORDER BY 1");
    const facts = sql.exec<{ value: string }>("SELECT value FROM facts WHERE name = 'escrow'");
    const [escrow] = facts.toArray();
    return {
      rows: holds.toArray().map((hold) => hold.id),
      boundMicro: escrow ? JSON.parse(escrow.value).boundMicro : 0,
    };
  });

function slipOf(answer: AdmitResult): HoldSlip {
  if (!answer.ok) throw new Error(answer.reason);
  return { heldMicro: answer.heldMicro, tokens: 10, admittedAt: answer.admittedAt };
}

/** Two requests made it busy: the next are covered by the bound. */
async function busyWallet(amountMicro: number): Promise<TestWallet> {
  const own = await fundedWallet(amountMicro);
  for (const requestId of ["first", "second"]) {
    await own.admit(admission(requestId));
    await own.settle(settlement(requestId, 10));
  }
  return own;
}

describe("a hold", () => {
  it("of a quiet wallet has a row before its admission is answered", async () => {
    const own = await fundedWallet(10_000);
    await own.admit(admission("r1"));
    expect(await stored(own)).toEqual({ rows: ["r1"], boundMicro: 0 });
  });

  it("of a busy wallet is covered by a stored bound, and writes nothing", async () => {
    const own = await busyWallet(10_000);
    expect(await stored(own)).toEqual({ rows: [], boundMicro: 800 });
    for (let i = 0; i < 8; i++) await own.admit(admission(`r${i}`));
    expect(await stored(own)).toEqual({ rows: [], boundMicro: 800 });
    expect((await funds(own)).heldMicro).toBe(800);
    await own.admit(admission("more"));
    const { rows, boundMicro } = await stored(own);
    expect([rows, boundMicro >= 900]).toEqual([[], true]);
  });

  it("that lives longer than the bound was made for raises it again", async () => {
    const own = await busyWallet(10_000);
    await own.admit(admission("r1", { ttlMs: 20 * MINUTE }));
    await evictDurableObject(own.stub);
    await funds(own);
    advance(19 * MINUTE);
    await runDurableObjectAlarm(own.stub);
    expect((await funds(own)).heldMicro).toBeGreaterThan(0);
    advance(2 * MINUTE);
    await runDurableObjectAlarm(own.stub);
    expect((await funds(own)).heldMicro).toBe(0);
  });

  it("that stands longer than a moment gets a row", async () => {
    vi.useRealTimers();
    const own = await busyWallet(10_000);
    await own.admit(admission("long"));
    expect((await stored(own)).rows).toEqual([]);
    await vi.waitFor(async () => expect((await stored(own)).rows).toEqual(["long"]), 4_000);
    expect(await own.settle(settlement("long", 60))).toMatchObject({ chargedMicro: 60 });
    expect((await stored(own)).rows).toEqual([]);
  });

  it("with progress has a row that keeps it", async () => {
    const own = await busyWallet(10_000);
    await own.admit(admission("r1", { ttlMs: MINUTE }));
    await own.progress("r1", 70);
    await evictDurableObject(own.stub);
    advance(MINUTE);
    await runDurableObjectAlarm(own.stub);
    const [entry] = (await own.entries({ limit: 1 })).data;
    expect(entry).toMatchObject({ request_id: "r1", amount_micro: -70 });
  });
});

describe("after a crash", () => {
  it("all of the bound is held, whoever it was for, and never more than there is", async () => {
    const own = await busyWallet(10_000);
    await own.admit(admission("r1"));
    await evictDurableObject(own.stub);
    expect(await funds(own)).toEqual({
      balanceMicro: 9_980,
      heldMicro: 800,
      availableMicro: 9_180,
    });
    expect((await stored(own)).boundMicro).toBe(0);
    const poor = await busyWallet(120);
    await evictDurableObject(poor.stub);
    expect((await funds(poor)).availableMicro).toBeGreaterThanOrEqual(0);
  });

  it("a late settle is paid from what was lost, once", async () => {
    const own = await busyWallet(10_000);
    const slip = slipOf(await own.admit(admission("r1")));
    await evictDurableObject(own.stub);
    const settled = await own.settle({ ...settlement("r1", 60), slip });
    expect(settled).toMatchObject({ ok: true, chargedMicro: 60, repeated: false });
    expect(await funds(own)).toMatchObject({ balanceMicro: 9_920, heldMicro: 700 });
    const again = await own.settle({ ...settlement("r1", 60), slip });
    expect(again).toMatchObject({ chargedMicro: 60, repeated: true });
    expect(await funds(own)).toMatchObject({ balanceMicro: 9_920, heldMicro: 700 });
  });

  it("a late release gives its part back", async () => {
    const own = await busyWallet(10_000);
    const slip = slipOf(await own.admit(admission("r1")));
    await evictDurableObject(own.stub);
    expect(await own.release("r1", draft("r1"), slip)).toMatchObject({ ok: true, chargedMicro: 0 });
    expect(await funds(own)).toMatchObject({ balanceMicro: 9_980, heldMicro: 700 });
    expect(await own.settle({ ...settlement("r1", 60), slip })).toMatchObject({ repeated: true });
  });

  it("late settlements cannot take more than was lost and is available", async () => {
    const own = await busyWallet(1_000);
    const slip = slipOf(await own.admit(admission("r1")));
    await evictDurableObject(own.stub);
    await own.settle({ ...settlement("r1", 100), slip });
    // 800 were bound, 100 are settled: 700 lost, 180 available.
    const large = { ...slip, heldMicro: 5_000 };
    const answer = await own.settle({ ...settlement("r2", 9_000), slip: large });
    expect(answer).toMatchObject({ chargedMicro: 880, uncollectedMicro: 8_120 });
    expect(await funds(own)).toEqual({ availableMicro: 0, heldMicro: 0, balanceMicro: 0 });
  });

  it("a settle of what was admitted after the crash is not paid from what was lost", async () => {
    const own = await busyWallet(10_000);
    await evictDurableObject(own.stub);
    await funds(own);
    advance(1);
    const slip = { heldMicro: 100, tokens: 10, admittedAt: Date.now() };
    const answer = await own.settle({ ...settlement("never", 60), slip });
    expect(answer).toEqual({ ok: false, reason: "unknown_request" });
  });

  it("a free request that was lost is settled by its slip alone", async () => {
    const own = await fundedWallet(1_000);
    const slip = slipOf(await own.admit(admission("r1", { holdMicro: 0 })));
    await evictDurableObject(own.stub);
    expect(await own.settle({ ...settlement("r1", 0), slip })).toMatchObject({ ok: true });
    expect((await own.entries({ limit: 1 })).data[0]).toMatchObject({ request_id: "r1" });
  });

  it("what nobody asks for is free again when its time is over, and on record", async () => {
    const own = await busyWallet(10_000);
    await own.admit(admission("r1"));
    await evictDurableObject(own.stub);
    await funds(own);
    advance(11 * MINUTE);
    await runDurableObjectAlarm(own.stub);
    expect(await funds(own)).toMatchObject({ balanceMicro: 9_980, heldMicro: 0 });
    const { data } = await env.METER.getByName(own.siteId).requests({ limit: 10 });
    const lost = data.filter((record) => record.request_id.startsWith("lost_"));
    expect(lost).toMatchObject([{ status: "expired", held_micro: 800, charged_micro: 0 }]);
  });

  it("what was lost counts against a cap of the day", async () => {
    const own = await fundedWallet(10_000, { level: { creditsPerDay: 0.001 } });
    for (const requestId of ["first", "second"]) {
      await own.admit(admission(requestId));
      await own.settle(settlement(requestId, 10));
    }
    await evictDurableObject(own.stub);
    expect(reasonOf(await own.admit(admission("r1", { holdMicro: 300 })))).toBe("rate_limit_daily");
  });
});

it("an idle wallet lowers its bound to nothing, so that a later crash holds nothing", async () => {
  const own = await busyWallet(10_000);
  advance(MINUTE);
  await runDurableObjectAlarm(own.stub);
  expect(await stored(own)).toEqual({ rows: [], boundMicro: 0 });
  await evictDurableObject(own.stub);
  expect((await funds(own)).heldMicro).toBe(0);
});

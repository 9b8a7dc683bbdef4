/** What time and the site's terms bring: monthly credits, low balances, limits, leases. */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { LimitPolicy } from "../../../src/durable/wallet/protocol.ts";
import {
  admission,
  advance,
  DAY,
  fundedWallet,
  funds,
  grantOf,
  isolate,
  ledger,
  reasonOf,
  START,
  settlement,
  type TestWallet,
  terms,
  wallet,
} from "./support.ts";

isolate();

const CREATED_AT = START - 40 * DAY;
const ENDS_AT = Date.UTC(2040, 6, 6, 12);
const MONTHLY = { lvl_free: { monthlyMicro: 500 }, lvl_pro: { monthlyMicro: 2_000 } };

async function look(own: TestWallet, policy: LimitPolicy) {
  return await own.balance({ policyVersion: policy.version, policy });
}

async function monthlyWallet(): Promise<TestWallet> {
  const own = wallet();
  await own.putProfile(own.profile({ createdAt: CREATED_AT }));
  return own;
}

describe("monthly credits", () => {
  it("come with the first look at the balance, for the user's own month, and expire with it", async () => {
    const own = await monthlyWallet();
    expect(await look(own, terms(MONTHLY))).toMatchObject({
      balanceMicro: 500,
      grants: [{ amountMicro: 500, remainingMicro: 500, expiresAt: ENDS_AT, reason: "monthly" }],
    });
  });

  it("come with the first request as well", async () => {
    const own = await monthlyWallet();
    const policy = terms(MONTHLY);
    expect(await own.admit(admission("r1", { policy }))).toMatchObject({ ok: true });
    expect((await funds(own)).balanceMicro).toBe(500);
  });

  it("are given once a month, however often one looks and whatever is forgotten", async () => {
    const own = await monthlyWallet();
    for (let i = 0; i < 3; i++) {
      await look(own, terms(MONTHLY));
      await evictDurableObject(own.stub);
      advance(DAY);
    }
    expect(await ledger(own)).toHaveLength(1);
  });

  it("start anew with the next month: the rest of the old is gone, none is given for months slept through", async () => {
    const own = await monthlyWallet();
    await look(own, terms(MONTHLY));
    await own.admit(admission("r1"));
    await own.settle(settlement("r1", 120));
    advance(95 * DAY);
    await runDurableObjectAlarm(own.stub);
    await look(own, terms(MONTHLY));
    expect((await ledger(own)).map(({ type, amount }) => [type, amount])).toEqual([
      ["grant", 500],
      ["charge", -120],
      ["expiry", -380],
      ["grant", 500],
    ]);
  });

  it("of a higher level come at once, less what was given; a lower one waits for the next month", async () => {
    const own = await monthlyWallet();
    await look(own, terms(MONTHLY));
    const pro = own.profile({ createdAt: CREATED_AT, levelId: "lvl_pro", version: 2 });
    await own.putProfile(pro);
    expect(await look(own, terms(MONTHLY))).toMatchObject({ balanceMicro: 2_000 });
    await own.putProfile(own.profile({ createdAt: CREATED_AT, version: 3 }));
    expect(await look(own, terms(MONTHLY))).toMatchObject({ balanceMicro: 2_000 });
    // To and fro gives nothing more.
    await own.putProfile({ ...pro, version: 4 });
    expect(await look(own, terms(MONTHLY))).toMatchObject({ balanceMicro: 2_000 });
  });

  it("are not given to a disabled user, and not by terms that are out of date", async () => {
    const own = await monthlyWallet();
    await own.putProfile(own.profile({ enabled: false, version: 2 }));
    expect(await look(own, terms(MONTHLY))).toMatchObject({ balanceMicro: 0 });
    expect(await own.balance({ policyVersion: 9 })).toEqual({ ok: false, reason: "policy_needed" });
  });

  it("are not given again when the clock jumps back", async () => {
    const own = await monthlyWallet();
    await look(own, terms(MONTHLY));
    advance(-35 * DAY);
    await look(own, terms(MONTHLY));
    expect(await ledger(own)).toHaveLength(1);
  });
});

describe("a low balance", () => {
  const LOW = terms({ lvl_free: {} }, { lowBalanceMicro: [500, 100], version: 2 });
  const notices = async (own: TestWallet) => {
    await runDurableObjectAlarm(own.stub);
    const { data } = await env.METER.getByName(own.siteId).notices({ limit: 10 });
    return data.flatMap((one) => (one.kind === "low_balance" ? one.threshold_micro : [])).reverse();
  };
  const spend = async (own: TestWallet, requestId: string, micro: number) => {
    await own.admit(admission(requestId, { holdMicro: micro, policy: LOW, policyVersion: 2 }));
    await own.settle(settlement(requestId, micro));
  };

  it("is told once for each threshold that is crossed, and shown as long as it lasts", async () => {
    const own = await fundedWallet(1_000);
    await spend(own, "r1", 300);
    expect(await notices(own)).toEqual([]);
    await spend(own, "r2", 300);
    await spend(own, "r3", 50);
    expect(await notices(own)).toEqual([500]);
    expect(await look(own, LOW)).toMatchObject({ low: { thresholdMicro: 500 } });
    await spend(own, "r4", 300);
    expect(await notices(own)).toEqual([500, 100]);
    expect(await look(own, LOW)).toMatchObject({ low: { thresholdMicro: 100 } });
  });

  it("is told again after credits have come and gone", async () => {
    const own = await fundedWallet(1_000);
    await spend(own, "r1", 600);
    advance(DAY);
    await own.grant(grantOf(1_000));
    expect(await look(own, LOW)).toMatchObject({ low: null });
    await spend(own, "r2", 1_000);
    expect(await notices(own)).toEqual([500, 500]);
  });
});

describe("limits of the user", () => {
  it("stand beside those of the level: the tighter counts", async () => {
    const own = await fundedWallet(10_000, { level: { rpm: 10 } });
    await own.putProfile(own.profile({ limits: { rpm: 1 }, version: 2 }));
    expect(await own.admit(admission("r1"))).toMatchObject({
      requests: { limit: 1, remaining: 0 },
    });
    expect(reasonOf(await own.admit(admission("r2")))).toBe("rate_limit_rpm");
  });
});

describe("the calls of a whole site in a month", () => {
  const few = (callsPerMonth: number) => terms(undefined, { callsPerMonth, version: 2 });
  const ask = (own: TestWallet, requestId: string, calls: number) =>
    own.admit(admission(requestId, { policy: few(calls), policyVersion: 2, holdMicro: 1 }));

  it("are shared by its wallets and never more than allowed", async () => {
    const one = await fundedWallet(1_000);
    const two = wallet("usr_2");
    await two.putProfile(two.profile());
    await two.grant(grantOf(1_000));
    const answers: string[] = [];
    for (let i = 0; i < 8; i++) {
      answers.push(reasonOf(await ask(one, `a${i}`, 10)), reasonOf(await ask(two, `b${i}`, 10)));
    }
    const admitted = answers.filter((answer) => answer === "admitted");
    expect(admitted.length).toBeLessThanOrEqual(10);
    expect(admitted.length).toBeGreaterThanOrEqual(8);
    expect(new Set(answers)).toEqual(new Set(["admitted", "site_calls_used_up"]));
  });

  it("are handed out in leases, not asked for one by one", async () => {
    const own = await fundedWallet(10_000);
    for (let i = 0; i < 40; i++) {
      await ask(own, `r${i}`, 10_000);
      await own.settle(settlement(`r${i}`, 1));
    }
    const month = new Date().toISOString().slice(0, 7);
    const { granted } = await env.METER.getByName(own.siteId).calls(month);
    expect(granted).toBeGreaterThanOrEqual(40);
    expect(granted).toBeLessThan(200);
  });

  it("that are left of a month are gone with it", async () => {
    const own = await fundedWallet(10_000);
    for (let i = 0; i < 20; i++) await ask(own, `june${i}`, 1_000);
    advance(30 * DAY);
    const answers: string[] = [];
    for (let i = 0; i < 4; i++) answers.push(reasonOf(await ask(own, `july${i}`, 1)));
    expect(answers).toEqual([
      "admitted",
      "site_calls_used_up",
      "site_calls_used_up",
      "site_calls_used_up",
    ]);
  });

  it("of a request that is refused are not used up", async () => {
    const own = await fundedWallet(0);
    for (let i = 0; i < 5; i++) {
      expect(reasonOf(await ask(own, `r${i}`, 1))).toBe("insufficient_credits");
    }
    await own.grant(grantOf(10));
    expect(reasonOf(await ask(own, "paid", 1))).toBe("admitted");
  });
});

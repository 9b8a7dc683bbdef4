import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { EVERYONE } from "../../../src/core/access.ts";
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
  KEY,
  ledger,
  MINUTE,
  profileKey,
  reasonOf,
  START,
  settlement,
  terms,
  wallet,
} from "./support.ts";

isolate();

describe("an admission", () => {
  it("holds the amount, which is then neither spent nor available", async () => {
    const own = await fundedWallet(1_000);
    expect(await own.admit(admission("r1", { holdMicro: 300 }))).toEqual({
      ok: true,
      heldMicro: 300,
      admittedAt: START,
      availableMicro: 700,
      userId: "usr_1",
      email: "usr_1@example.com",
    });
    const balance = { availableMicro: 700, heldMicro: 300, balanceMicro: 1_000 };
    expect(await funds(own)).toEqual(balance);
    expect(await ledger(own)).toHaveLength(1);
  });

  it("of the same request again answers the same and holds nothing more", async () => {
    const own = await fundedWallet(1_000);
    const first = await own.admit(admission("r1"));
    expect(await own.admit(admission("r1"))).toEqual(first);
    await evictDurableObject(own.stub);
    expect(await own.admit(admission("r1", { holdMicro: 999 }))).toEqual(first);
    expect((await funds(own)).heldMicro).toBe(100);
  });

  it("of a request that has ended is a duplicate, however it ended", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    await own.settle(settlement("r1", 10));
    await own.admit(admission("r2"));
    await own.release("r2", draft("r2"));
    expect(reasonOf(await own.admit(admission("r1")))).toBe("duplicate");
    expect(reasonOf(await own.admit(admission("r2")))).toBe("duplicate");
  });

  it("of an open request under another credential is a duplicate", async () => {
    const own = await fundedWallet(1_000);
    await own.admit(admission("r1"));
    expect(reasonOf(await own.admit(admission("r1", { credential: KEY })))).toBe("duplicate");
  });

  it("takes less than asked when the minimum fits", async () => {
    const own = await fundedWallet(1_000);
    const result = await own.admit(admission("r1", { holdMicro: 5_000, minimumMicro: 900 }));
    expect(result).toMatchObject({ ok: true, heldMicro: 1_000, availableMicro: 0 });
  });

  it("of a free request needs no credits", async () => {
    const own = await fundedWallet(0);
    expect(await own.admit(admission("r1", { holdMicro: 0 }))).toMatchObject({ heldMicro: 0 });
  });

  it("says whether the credits are gone or only held", async () => {
    const own = await fundedWallet(150);
    await own.admit(admission("r1"));
    expect(await own.admit(admission("r2"))).toMatchObject({ reason: "holds_in_flight" });
    expect(await own.admit(admission("r3", { holdMicro: 151 }))).toMatchObject({
      reason: "insufficient_credits",
    });
  });

  it("refuses amounts that are not whole micro-credits, and stays usable", async () => {
    const own = await fundedWallet(1_000);
    await runInDurableObject(own.stub, async (instance) => {
      for (const holdMicro of [-1, 0.5, Number.NaN]) {
        await expect(instance.admit(admission("r1", { holdMicro }))).rejects.toThrow(RangeError);
      }
    });
    expect(await own.admit(admission("r1"))).toMatchObject({ ok: true });
  });

  it("serves exactly those that fit when 64 come at once for a balance of ten", async () => {
    const own = await fundedWallet(1_000);
    const results = await Promise.all(
      Array.from({ length: 64 }, async (_, index) => await own.admit(admission(`r${index}`))),
    );
    expect(results.filter((result) => result.ok)).toHaveLength(10);
    const refused = results.filter((result) => !result.ok).map(reasonOf);
    expect(new Set(refused)).toEqual(new Set(["holds_in_flight"]));
    expect(await funds(own)).toEqual({
      availableMicro: 0,
      heldMicro: 1_000,
      balanceMicro: 1_000,
    });
  });
});

describe("an admission asks, in this order,", () => {
  it("for the profile, then for the limits, and keeps both over an eviction", async () => {
    const own = wallet();
    const profile = own.profile();
    expect(reasonOf(await own.admit(admission("r1")))).toBe("profile_needed");
    expect(reasonOf(await own.admit(admission("r1", { profile })))).toBe("policy_needed");
    const policy = terms();
    expect(reasonOf(await own.admit(admission("r1", { policy })))).toBe("insufficient_credits");
    await evictDurableObject(own.stub);
    expect(reasonOf(await own.admit(admission("r1")))).toBe("insufficient_credits");
  });

  it("for access before limits and credits", async () => {
    const own = await fundedWallet(0, { level: { rpm: 1 } });
    const access = { ...EVERYONE, everyone: false, levels: ["lvl_pro"] };
    expect(reasonOf(await own.admit(admission("r1", { access })))).toBe("access_denied");
    const mine = { ...EVERYONE, everyone: false, levels: ["lvl_free"] };
    const result = await own.admit(admission("r1", { access: mine }));
    expect(reasonOf(result)).toBe("insufficient_credits");
  });

  it("for newer limits when the site's configuration has changed", async () => {
    const own = await fundedWallet(1_000);
    expect(reasonOf(await own.admit(admission("r1", { policyVersion: 2 })))).toBe("policy_needed");
    const policy = terms({ lvl_free: { limits: { rpm: 1 } } }, { version: 2 });
    const brought = await own.admit(admission("r1", { policyVersion: 2, policy }));
    expect(brought).toMatchObject({ ok: true, requests: { limit: 1, remaining: 0 } });
    // An isolate that is still behind does not bring the old limits back.
    const old = terms();
    const behind = await own.admit(admission("r2", { policyVersion: 1, policy: old }));
    expect(reasonOf(behind)).toBe("rate_limit_rpm");
  });

  it("for limits again when the profile has a level that they do not know", async () => {
    const own = await fundedWallet(1_000);
    await own.putProfile(own.profile({ levelId: "lvl_new", version: 2 }));
    expect(reasonOf(await own.admit(admission("r1")))).toBe("policy_needed");
  });
});

describe("limits by the minute", () => {
  it("let the allowed number through and say when the next one fits", async () => {
    const own = await fundedWallet(10_000, { level: { rpm: 2 } });
    const first = await own.admit(admission("r1"));
    expect(first).toMatchObject({ requests: { limit: 2, remaining: 1, resetMs: MINUTE } });
    advance(10_000);
    await own.admit(admission("r2"));
    expect(await own.admit(admission("r3"))).toMatchObject({
      ok: false,
      reason: "rate_limit_rpm",
      retryAfterMs: 50_000,
      requests: { limit: 2, remaining: 0, resetMs: MINUTE },
    });
    advance(50_000);
    expect(await own.admit(admission("r3"))).toMatchObject({ ok: true });
  });

  it("do not count requests that were refused", async () => {
    const own = await fundedWallet(100, { level: { rpm: 2 } });
    for (const id of ["a", "b", "c"]) {
      const refused = await own.admit(admission(id, { holdMicro: 200 }));
      expect(reasonOf(refused)).toBe("insufficient_credits");
    }
    expect(await own.admit(admission("r1"))).toMatchObject({ requests: { remaining: 1 } });
  });

  it("survive an eviction without a write of their own", async () => {
    const own = await fundedWallet(10_000, { level: { rpm: 2, tpm: 100 } });
    await own.admit(admission("r1", { tokens: 90 }));
    await evictDurableObject(own.stub);
    const second = await own.admit(admission("r2", { tokens: 10 }));
    expect(second).toMatchObject({ requests: { remaining: 0 }, tokens: { remaining: 0 } });
    await evictDurableObject(own.stub);
    expect(reasonOf(await own.admit(admission("r3")))).toBe("rate_limit_rpm");
  });

  it("of tokens count the promise until the end, and then what was used", async () => {
    const own = await fundedWallet(10_000, { level: { tpm: 100 } });
    await own.admit(admission("r1", { tokens: 90 }));
    expect(await own.admit(admission("r2", { tokens: 20 }))).toMatchObject({
      reason: "rate_limit_tpm",
      retryAfterMs: MINUTE,
    });
    await own.settle(settlement("r1", 10));
    await evictDurableObject(own.stub);
    const after = await own.admit(admission("r2", { tokens: 20 }));
    expect(after).toMatchObject({ ok: true, tokens: { limit: 100, remaining: 74 } });
  });

  it("of tokens let a request larger than the whole limit in when the window is empty", async () => {
    const own = await fundedWallet(10_000, { level: { tpm: 100 } });
    const large = await own.admit(admission("r1", { tokens: 5_000 }));
    expect(large).toMatchObject({ ok: true, tokens: { remaining: 0 } });
    expect(reasonOf(await own.admit(admission("r2", { tokens: 1 })))).toBe("rate_limit_tpm");
  });

  it("of a key are its own, and the tighter of key and level is told", async () => {
    const own = await fundedWallet(10_000, { level: { rpm: 10 }, key: { rpm: 1 } });
    const first = await own.admit(admission("r1", { credential: KEY }));
    expect(first).toMatchObject({ requests: { limit: 1, remaining: 0 } });
    const second = await own.admit(admission("r2", { credential: KEY }));
    expect(reasonOf(second)).toBe("rate_limit_rpm");
    const session = await own.admit(admission("r3"));
    expect(session).toMatchObject({ requests: { limit: 10, remaining: 8 } });
  });
});

describe("a limit of requests at once", () => {
  it("counts open holds and frees a place when one ends", async () => {
    const own = await fundedWallet(10_000, { level: { concurrency: 2 } });
    await own.admit(admission("r1"));
    await own.admit(admission("r2"));
    expect(await own.admit(admission("r3"))).toMatchObject({
      reason: "rate_limit_concurrency",
      retryAfterMs: 1_000,
    });
    await own.release("r1", draft("r1"));
    expect(await own.admit(admission("r3"))).toMatchObject({ ok: true });
    await runDurableObjectAlarm(own.stub);
    await evictDurableObject(own.stub);
    expect(reasonOf(await own.admit(admission("r4")))).toBe("rate_limit_concurrency");
  });
});

describe("a cap of credits", () => {
  const cap = { creditsPerDay: 0.001, creditsPerMonth: 0.0015 };

  it("counts charges of the day and of the month, over evictions", async () => {
    const own = await fundedWallet(10_000, { level: cap });
    await own.admit(admission("r1", { holdMicro: 900 }));
    await own.settle(settlement("r1", 900));
    await evictDurableObject(own.stub);
    expect(await own.admit(admission("r2", { holdMicro: 101 }))).toMatchObject({
      reason: "rate_limit_daily",
      retryAfterMs: 12 * HOUR,
    });
    advance(DAY);
    const next = await own.admit(admission("r3", { holdMicro: 1_000, minimumMicro: 100 }));
    expect(next).toMatchObject({ ok: true, heldMicro: 600 });
  });

  it("of a key stops that key only", async () => {
    const own = await fundedWallet(10_000, { key: cap });
    await own.admit(admission("r1", { credential: KEY, holdMicro: 1_000 }));
    await own.settle(settlement("r1", 1_000));
    const refused = await own.admit(admission("r2", { credential: KEY }));
    expect(reasonOf(refused)).toBe("key_cap_reached");
    expect(await own.admit(admission("r3"))).toMatchObject({ ok: true });
  });

  it("counts open holds as if they were spent", async () => {
    const own = await fundedWallet(10_000, { level: cap });
    await own.admit(admission("r1", { holdMicro: 1_000 }));
    expect(await own.admit(admission("r2"))).toMatchObject({
      reason: "rate_limit_daily",
      retryAfterMs: 1_000,
    });
    await own.release("r1", draft("r1"));
    expect(await own.admit(admission("r2"))).toMatchObject({ ok: true });
  });

  it("still lets free requests through", async () => {
    const own = await fundedWallet(10_000, { level: cap });
    await own.admit(admission("r1", { holdMicro: 1_000 }));
    await own.settle(settlement("r1", 1_000));
    expect(await own.admit(admission("r2", { holdMicro: 0 }))).toMatchObject({ ok: true });
  });
});

describe("a grant while requests run", () => {
  it("makes room at once", async () => {
    const own = await fundedWallet(100);
    await own.admit(admission("r1"));
    expect(reasonOf(await own.admit(admission("r2")))).toBe("holds_in_flight");
    await own.grant(grantOf(100));
    expect(await own.admit(admission("r2"))).toMatchObject({ ok: true });
  });

  it("of a profile with other limits takes effect with the next request", async () => {
    const own = await fundedWallet(1_000);
    const keys = [profileKey({ limits: { concurrency: 1 } })];
    await own.putProfile(own.profile({ keys, version: 2 }));
    await own.admit(admission("r1", { credential: KEY }));
    const second = await own.admit(admission("r2", { credential: KEY }));
    expect(reasonOf(second)).toBe("rate_limit_concurrency");
  });
});

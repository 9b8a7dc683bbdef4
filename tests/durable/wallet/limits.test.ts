import { describe, expect, it } from "vitest";
import { holdAmount, type LimitScope } from "../../../src/durable/wallet/admission.ts";
import { capRoom, RateWindow, tighter } from "../../../src/durable/wallet/limits.ts";

const NOON = Date.UTC(2040, 5, 15, 12);
const HOUR = 3_600_000;

function windowOf(...times: [at: number, tokens: number, keyId?: string][]): RateWindow {
  return new RateWindow(
    times.map(([at, tokens, keyId = null], index) => ({
      requestId: `req_${index}`,
      keyId: keyId ?? null,
      at,
      tokens,
    })),
  );
}

describe("the rate window", () => {
  it("slides: a request counts for exactly a minute", () => {
    const window = windowOf([0, 5], [1_000, 5]);
    window.trim(59_999);
    expect(window.requests(null, 10, 59_999)).toEqual({ limit: 10, remaining: 8, resetMs: 1_001 });
    window.trim(60_000);
    expect(window.requests(null, 10, 60_000).remaining).toBe(9);
    window.trim(61_000);
    expect(window.requests(null, 10, 61_000)).toEqual({ limit: 10, remaining: 10, resetMs: 0 });
  });

  it("says when the next request fits", () => {
    const window = windowOf([0, 5], [10_000, 5], [20_000, 5]);
    expect(window.wait(null, "requests", 3, 1, 30_000)).toBe(30_000);
    expect(window.wait(null, "requests", 2, 1, 30_000)).toBe(40_000);
    expect(window.wait(null, "requests", 4, 1, 30_000)).toBe(0);
  });

  it("says when enough tokens are free", () => {
    const window = windowOf([0, 50], [10_000, 30], [20_000, 20]);
    expect(window.wait(null, "tokens", 100, 40, 30_000)).toBe(30_000);
    expect(window.wait(null, "tokens", 100, 60, 30_000)).toBe(40_000);
    expect(window.wait(null, "tokens", 100, 100, 30_000)).toBe(50_000);
  });

  it("counts what was used in place of what was promised, once a request has ended", () => {
    const window = windowOf([0, 1_000]);
    window.correct("req_0", 10);
    expect(window.tokens(null, 1_000, 0).remaining).toBe(990);
    window.trim(60_000);
    window.correct("req_0", 500);
    expect(window.tokens(null, 1_000, 60_000).remaining).toBe(1_000);
  });

  it("counts a key's requests for the key and for all", () => {
    const window = windowOf([0, 5, "a"], [0, 5, "b"], [0, 5]);
    expect(window.requests("a", 10, 0).remaining).toBe(9);
    expect(window.requests(null, 10, 0).remaining).toBe(7);
    expect(window.wait("a", "requests", 1, 1, 0)).toBe(60_000);
  });

  it("stays small and right over many requests", () => {
    const window = windowOf();
    for (let i = 0; i < 5_000; i++) {
      window.add({ requestId: `r${i}`, keyId: "k", at: i * 100, tokens: 2 });
      window.trim(i * 100);
    }
    expect(window.requests(null, 10_000, 499_900).remaining).toBe(9_400);
    expect(window.tokens("k", 10_000, 499_900).remaining).toBe(8_800);
  });

  it("tells of the limit that will stop the caller first", () => {
    const wide = { limit: 100, remaining: 50, resetMs: 0 };
    const narrow = { limit: 10, remaining: 2, resetMs: 0 };
    expect(tighter([wide, narrow])).toBe(narrow);
    expect(tighter([])).toBeUndefined();
  });
});

describe("caps of credits", () => {
  const spent = { dayMicro: 3_000_000, monthMicro: 9_000_000 };

  it("leave what is neither spent nor held", () => {
    expect(capRoom({ creditsPerDay: 5 }, spent, 500_000, NOON)?.micro).toBe(1_500_000);
  });

  it("of day and month: the tighter one counts", () => {
    const room = capRoom({ creditsPerDay: 5, creditsPerMonth: 10 }, spent, 0, NOON);
    expect(room?.micro).toBe(1_000_000);
  });

  it("say when a spent cap is whole again: at midnight, or at the end of the month, in UTC", () => {
    const day = capRoom({ creditsPerDay: 3 }, spent, 0, NOON);
    expect(day).toEqual({ micro: 0, retryAfterMs: 12 * HOUR });
    const month = capRoom({ creditsPerDay: 3, creditsPerMonth: 9 }, spent, 0, NOON);
    expect(month).toEqual({ micro: 0, retryAfterMs: (12 + 24 * 15) * HOUR });
  });

  it("say to ask again soon where only requests in progress are in the way", () => {
    const room = capRoom({ creditsPerDay: 5 }, spent, 2_000_000, NOON);
    expect(room).toEqual({ micro: 0, retryAfterMs: 1_000 });
  });

  it("that are absent leave everything", () => {
    expect(capRoom({}, spent, 0, NOON)).toBeNull();
  });
});

describe("the amount to hold", () => {
  const funds = { availableMicro: 70, balanceMicro: 100 };
  const scope = (change: Partial<LimitScope>): LimitScope => ({
    scope: null,
    limits: {},
    openHolds: 0,
    heldMicro: 0,
    spent: { dayMicro: 0, monthMicro: 0 },
    ...change,
  });
  const amount = (holdMicro: number, minimumMicro: number, scopes: LimitScope[] = []) =>
    holdAmount({ holdMicro, minimumMicro }, scopes, funds, NOON);

  it("is what was asked where that is available", () => {
    expect(amount(70, 10)).toEqual({ ok: true, micro: 70 });
  });

  it("is what is available where that is no less than the minimum", () => {
    expect(amount(500, 70)).toEqual({ ok: true, micro: 70 });
  });

  it("is refused below the minimum, saying whether waiting helps", () => {
    expect(amount(500, 71)).toMatchObject({ ok: false, reason: "holds_in_flight" });
    expect(amount(500, 101)).toMatchObject({ ok: false, reason: "insufficient_credits" });
  });

  it("is clamped to what a cap leaves", () => {
    const capped = scope({ limits: { creditsPerDay: 0.00003 } });
    expect(amount(70, 10, [capped])).toEqual({ ok: true, micro: 30 });
  });

  it("is refused by name of the cap: the user's, or the key's", () => {
    const limits = { creditsPerDay: 0.00003 };
    expect(amount(70, 31, [scope({ limits })])).toMatchObject({ reason: "rate_limit_daily" });
    expect(amount(70, 31, [scope({ scope: "key_1", limits })])).toMatchObject({
      reason: "key_cap_reached",
    });
  });

  it("is nothing for a free request, whatever is left", () => {
    const spent = { dayMicro: 5_000_000, monthMicro: 5_000_000 };
    const empty = { availableMicro: 0, balanceMicro: 0 };
    const scopes = [scope({ limits: { creditsPerDay: 1 }, spent })];
    expect(holdAmount({ holdMicro: 0, minimumMicro: 0 }, scopes, empty, NOON)).toEqual({
      ok: true,
      micro: 0,
    });
  });
});

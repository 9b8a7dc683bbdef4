import { describe, expect, it } from "vitest";
import { joinSecret, newConsent, splitSecret } from "../../src/core/consent.ts";

const NOW = 1_760_000_000_000;
const MINUTE = 60_000;
const granted = (
  expires: { atMs: number } | { inMs: number },
  refreshToken: string | null = "r",
) => ({
  accessToken: "a",
  refreshToken,
  expires,
});

describe("a consent", () => {
  it("is due five minutes before its token expires, however the platform tells when", () => {
    const due = { expiresAt: NOW + 15 * MINUTE, refreshAt: NOW + 10 * MINUTE };
    expect(newConsent(granted({ inMs: 15 * MINUTE }), NOW)).toMatchObject(due);
    expect(newConsent(granted({ atMs: NOW + 15 * MINUTE }), NOW)).toMatchObject(due);
  });

  it("of a short-lived token is due after two thirds of its life", () => {
    const { refreshAt } = newConsent(granted({ inMs: 3 * MINUTE }), NOW);
    expect(refreshAt).toBe(NOW + 2 * MINUTE);
  });

  it("is never due at once: clocks may differ, and a refresh must not follow a refresh", () => {
    for (const expires of [{ inMs: 0 }, { atMs: NOW - MINUTE }, { atMs: 0 }]) {
      expect(newConsent(granted(expires), NOW).refreshAt).toBeGreaterThan(NOW + 5_000);
    }
  });

  it("keeps the refresh token that was used where the platform gives no other", () => {
    expect(newConsent(granted({ inMs: MINUTE }, null), NOW, "old").refreshToken).toBe("old");
    expect(newConsent(granted({ inMs: MINUTE }), NOW, "old").refreshToken).toBe("r");
  });
});

describe("a secret", () => {
  it("is what an admin gave and what the account granted, apart and together", () => {
    const given = { clientId: "c", clientSecret: "s" };
    const consent = newConsent(granted({ inMs: MINUTE }), NOW);
    const joined = joinSecret({ given, consent });
    expect(Object.values(joined).every((value) => typeof value === "string")).toBe(true);
    expect(splitSecret(joined)).toEqual({ given, consent });
  });

  it("without consent is what it was before there were any", () => {
    const given = { apiKey: "k" };
    expect(joinSecret({ given, consent: null })).toEqual(given);
    expect(splitSecret(given)).toEqual({ given, consent: null });
  });
});

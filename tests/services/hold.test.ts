import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Tariff } from "../../src/core/pricing.ts";
import { tariffMicro } from "../../src/core/pricing.ts";
import type { SiteSnapshot, UserProfile } from "../../src/core/site.ts";
import type { AdmitRefusal } from "../../src/durable/wallet/protocol.ts";
import {
  askWallet,
  holdFor,
  refusalFailure,
  upstreamLimit,
  type WalletContext,
} from "../../src/services/chat/admission.ts";
import { target, usage } from "./fixture.ts";

const price = fc.integer({ min: 0, max: 5_000_000 }).map((n) => n / 1000);
const tariff: fc.Arbitrary<Tariff> = fc
  .record({ inputPerMillion: price, outputPerMillion: price, reasoningPerMillion: price })
  .map((prices) => ({ kind: "byTokens", price: prices }));
const tokens = fc.integer({ min: 1, max: 200_000 });
const asked = fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined });
const own = fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: null });

describe("what is held", () => {
  it("pays for the whole answer as long as it may get, and the minimum is no more than that", () => {
    fc.assert(
      fc.property(tariff, tokens, asked, own, (by, input, limit, maxOutputTokens) => {
        const made = target({ tariff: by, maxOutputTokens });
        const hold = holdFor(made, input, limit);
        const longest = Math.min(limit ?? 16_384, maxOutputTokens ?? Number.POSITIVE_INFINITY);
        expect(hold.holdMicro).toBeGreaterThanOrEqual(
          tariffMicro(by, usage({ input, output: longest }), true),
        );
        expect(hold.minimumMicro).toBeLessThanOrEqual(hold.holdMicro);
        expect(hold.tokens).toBe(input + longest);
      }),
    );
  });

  it("and is less than asked for, still pays for the answer that the upstream is limited to", () => {
    fc.assert(
      fc.property(
        tariff,
        tokens,
        asked,
        own,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (by, input, limit, maxOutputTokens, share) => {
          const made = target({ tariff: by, maxOutputTokens });
          const hold = holdFor(made, input, limit);
          const held = hold.minimumMicro + Math.floor((hold.holdMicro - hold.minimumMicro) * share);
          const sent = upstreamLimit(made, input, limit, held);
          const longest = Math.min(
            sent ?? limit ?? Number.POSITIVE_INFINITY,
            limit ?? Number.POSITIVE_INFINITY,
          );
          // Nobody set a limit, and the wallet pays for more than any answer is long.
          if (longest === Number.POSITIVE_INFINITY) return;
          for (const reasoning of [0, longest]) {
            const most = usage({ input, output: longest, reasoning });
            expect(tariffMicro(by, most, true)).toBeLessThanOrEqual(held);
          }
        },
      ),
    );
  });

  it("for a message of a fixed price is that price, whatever its length", () => {
    const made = target({ tariff: { kind: "perMessage", micro: 2_000_000 } });
    expect(holdFor(made, 50_000, 9)).toMatchObject({
      holdMicro: 2_000_000,
      minimumMicro: 2_000_000,
    });
    expect(upstreamLimit(made, 50_000, undefined, 2_000_000)).toBeNull();
  });

  it("for what is free is nothing", () => {
    const made = target({ tariff: { kind: "free" } });
    expect(holdFor(made, 50_000, undefined)).toMatchObject({ holdMicro: 0, minimumMicro: 0 });
  });
});

describe("the limit that is sent upstream", () => {
  const limitOf = (own: number | null, client: number | undefined) => {
    const made = target({ maxOutputTokens: own });
    return upstreamLimit(made, 100, client, 1_000_000_000_000);
  };

  it("is the model's own, unless the client asks for less", () => {
    expect(limitOf(4096, undefined)).toBe(4096);
    expect(limitOf(4096, 9000)).toBe(4096);
    expect(limitOf(4096, 100)).toBeNull();
    expect(limitOf(null, 100)).toBeNull();
  });

  it("is at least one token", () => {
    const made = target();
    expect(upstreamLimit(made, 100, 50, 0)).toBe(1);
  });

  it("is what the wallet pays for where nobody set one, and none where it pays for plenty", () => {
    const made = target();
    const few = upstreamLimit(made, 100, undefined, 5_000_000);
    expect(few).toBeGreaterThan(1);
    expect(
      tariffMicro(made.tariff, usage({ input: 100, output: few ?? 0 }), true),
    ).toBeLessThanOrEqual(5_000_000);
    expect(upstreamLimit(made, 100, undefined, 1_000_000_000_000)).toBeNull();
  });
});

describe("asking the wallet", () => {
  const site = {
    version: 4,
    limits: { callsPerMonth: 1_000 },
    lowBalanceMicro: [5],
    levels: new Map([["lvl_a", { id: "lvl_a", limits: { rpm: 2 }, monthlyMicro: 7 }]]),
  } as unknown as SiteSnapshot;
  const profile = { userId: "usr_a" } as UserProfile;
  type Answer = { ok: true } | { ok: false; reason: AdmitRefusal };

  async function ask(answers: AdmitRefusal[], found: UserProfile | null) {
    const seen: WalletContext[] = [];
    const answer = await askWallet<Answer>(
      async (more) => {
        seen.push({ ...more });
        const reason = answers[seen.length - 1];
        return reason === undefined ? { ok: true } : { ok: false, reason };
      },
      site,
      async () => found,
    );
    return { answer, seen };
  }

  it("is one call where the wallet knows all", async () => {
    const { answer, seen } = await ask([], profile);
    expect([answer.ok, seen]).toEqual([true, [{}]]);
  });

  it("brings what it says it needs, and asks again", async () => {
    const { answer, seen } = await ask(["profile_needed", "policy_needed"], profile);
    expect(answer.ok).toBe(true);
    const policy = {
      version: 4,
      levels: { lvl_a: { limits: { rpm: 2 }, monthlyMicro: 7 } },
      lowBalanceMicro: [5],
      callsPerMonth: 1_000,
      defaultLevelId: null,
    };
    expect(seen).toEqual([{}, { profile }, { profile, policy }]);
  });

  it("does not go round in circles with a wallet that is never content", async () => {
    const { answer, seen } = await ask(Array(9).fill("profile_needed"), profile);
    expect(answer).toEqual({ ok: false, reason: "profile_needed" });
    expect(seen).toHaveLength(2);
  });

  it("for a person who is gone is answered as for a key that never was", async () => {
    const { answer } = await ask(["profile_needed"], null);
    expect(answer).toEqual({ ok: false, reason: "unknown_key" });
  });
});

describe("a refusal", () => {
  const key = { kind: "key", keyId: "key_a", keyHash: "" } as const;
  const session = { kind: "session", sessionId: "ses_a", epoch: 1 } as const;
  const told = (reason: AdmitRefusal, credential: typeof key | typeof session = key) =>
    refusalFailure(
      { reason, retryAfterMs: 700 },
      credential,
      "agent/helper",
      "https://acme.example/wallet",
    );

  it("for want of access looks like the target's absence", () => {
    expect(told("access_denied").code).toBe("agent_not_found");
  });

  it("for want of credits says where to buy them, the others do not", () => {
    expect(told("insufficient_credits").link).toBe("https://acme.example/wallet");
    expect(told("holds_in_flight").link).toBe("https://acme.example/wallet");
    expect(told("rate_limit_rpm").link).toBeUndefined();
  });

  it("of a credential is about the key to a program and about logging in to a person", () => {
    expect(told("unknown_key").code).toBe("invalid_api_key");
    expect(told("key_expired").code).toBe("invalid_api_key");
    expect(told("unknown_key", session).code).toBe("expired_session");
  });

  it("says how long to wait as the wallet has said it", () => {
    expect(told("rate_limit_rpm")).toMatchObject({ code: "rate_limit_rpm", retryAfterMs: 700 });
  });
});

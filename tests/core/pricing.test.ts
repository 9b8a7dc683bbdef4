import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { creditsToMicro, microToText } from "../../src/core/credits.ts";
import {
  affordableOutputTokens,
  agentTariff,
  ceilingMicro,
  chargeMicro,
  tariffMicro,
} from "../../src/core/pricing.ts";
import { NO_USAGE, type Usage } from "../../src/core/run.ts";

const usage = (parts: Partial<Usage>): Usage => ({ ...NO_USAGE, ...parts });

describe("chargeMicro", () => {
  it("sums the parts exactly and rounds up once", () => {
    // 3 × 0.15 + 2 × 0.6 = 1.65 µ, not ⌈0.45⌉ + ⌈1.2⌉ = 3.
    const price = { inputPerMillion: 0.15, outputPerMillion: 0.6 };
    expect(chargeMicro(price, usage({ input: 3, output: 2 }))).toBe(2);
    expect(chargeMicro(price, usage({ input: 1_000_000, output: 1_000_000 }))).toBe(750_000);
  });

  it("charges cached input at its own price, and never twice", () => {
    const price = { inputPerMillion: 10, cachedInputPerMillion: 1, outputPerMillion: 0 };
    expect(chargeMicro(price, usage({ input: 1000, cachedInput: 400 }))).toBe(600 * 10 + 400);
  });

  it("charges cached and written input and reasoning as the whole where they have no price", () => {
    const price = { inputPerMillion: 2, outputPerMillion: 8 };
    const plain = chargeMicro(price, usage({ input: 100, output: 50 }));
    const split = chargeMicro(
      price,
      usage({ input: 100, output: 50, cachedInput: 40, cacheWrite: 30, reasoning: 20 }),
    );
    expect(split).toBe(plain);
  });

  it("treats a cached count larger than the input as all of the input", () => {
    const price = { inputPerMillion: 10, cachedInputPerMillion: 1 };
    expect(chargeMicro(price, usage({ input: 5, cachedInput: 50 }))).toBe(5);
  });

  it("adds units beside tokens", () => {
    const price = { perImage: 0.5, perSecond: 0.1, perRequest: 0.01 };
    expect(chargeMicro(price, NO_USAGE, { images: 2, seconds: 1.2, requests: 1 })).toBe(
      1_000_000 + 200_000 + 10_000,
    );
  });

  it("is exact where floating point is not", () => {
    expect(
      chargeMicro(
        { inputPerMillion: 0.1, outputPerMillion: 0.2 },
        usage({ input: 10, output: 10 }),
      ),
    ).toBe(3);
  });
});

describe("holds", () => {
  const price = fc.record({
    inputPerMillion: fc.integer({ min: 0, max: 5_000_000 }).map((n) => n / 1000),
    outputPerMillion: fc.integer({ min: 0, max: 5_000_000 }).map((n) => n / 1000),
    cachedInputPerMillion: fc.integer({ min: 0, max: 5_000_000 }).map((n) => n / 1000),
    reasoningPerMillion: fc.integer({ min: 0, max: 5_000_000 }).map((n) => n / 1000),
  });

  it("the ceiling covers every way in which the same tokens can be split", () => {
    fc.assert(
      fc.property(
        price,
        fc.nat(100_000),
        fc.nat(100_000),
        fc.nat(100_000),
        fc.nat(100_000),
        (p, input, output, cached, reasoning) => {
          const real = chargeMicro(
            p,
            usage({
              input,
              output,
              cachedInput: cached % (input + 1),
              reasoning: reasoning % (output + 1),
            }),
          );
          expect(
            ceilingMicro({ kind: "byTokens", price: p }, input, output),
          ).toBeGreaterThanOrEqual(real);
        },
      ),
      { seed: 20261121, numRuns: 500 },
    );
  });

  it("what is called affordable is paid by what is available", () => {
    fc.assert(
      fc.property(price, fc.nat(10_000), fc.nat(50_000_000), (p, input, available) => {
        const tokens = affordableOutputTokens(p, input, available);
        if (!Number.isFinite(tokens) || tokens <= 0) return;
        expect(ceilingMicro({ kind: "byTokens", price: p }, input, tokens)).toBeLessThanOrEqual(
          available,
        );
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });
});

describe("tariffs of agents", () => {
  it("a message costs its price when something was delivered, else nothing", () => {
    const tariff = agentTariff({ perMessage: 2 }, null);
    expect(tariffMicro(tariff, NO_USAGE, true)).toBe(2_000_000);
    expect(tariffMicro(tariff, NO_USAGE, false)).toBe(0);
  });

  it("a platform agent by tokens has no token price of its own and is free", () => {
    expect(agentTariff({ byTokens: true }, null)).toEqual({ kind: "free" });
  });
});

describe("credits as text", () => {
  it("are exact, without exponent or trailing zeros", () => {
    expect(microToText(12_500_000)).toBe("12.5");
    expect(microToText(1)).toBe("0.000001");
    expect(microToText(-1_000_001)).toBe("-1.000001");
    expect(microToText(0)).toBe("0");
  });

  it("survive the way there and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (micro) => {
        expect(creditsToMicro(Number(microToText(micro)))).toBe(micro);
      }),
      { seed: 1 },
    );
  });
});

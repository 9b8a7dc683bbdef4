import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { creditsToMicro, microToText } from "../../src/core/credits.ts";
import { agentTariff, ceilingMicro, chargeMicro, tariffMicro } from "../../src/core/pricing.ts";
import { NO_USAGE, type Usage } from "../../src/core/run.ts";

const usage = (parts: Partial<Usage>): Usage => ({ ...NO_USAGE, ...parts });
const image = (size: string | null, quality: string | null, count = 1) => ({
  images: [{ size, quality, count }],
});

describe("tokens", () => {
  it("are summed exactly and rounded up once", () => {
    // 3 × 0.15 + 2 × 0.6 = 1.65 µ, not ⌈0.45⌉ + ⌈1.2⌉ = 3.
    const price = { inputPerMillion: 0.15, outputPerMillion: 0.6 };
    expect(chargeMicro(price, usage({ input: 3, output: 2 }))).toBe(2);
    expect(chargeMicro(price, usage({ input: 1_000_000, output: 1_000_000 }))).toBe(750_000);
  });

  it("from the cache cost their own price, and never twice", () => {
    const price = { inputPerMillion: 10, cachedInputPerMillion: 1, outputPerMillion: 0 };
    expect(chargeMicro(price, usage({ input: 1000, cachedInput: 400 }))).toBe(600 * 10 + 400);
  });

  it("of every part cost as the whole where the part has no price", () => {
    const price = { inputPerMillion: 2, outputPerMillion: 8 };
    const parts = { cachedInput: 40, cacheWrite: 30, reasoning: 20, audioInput: 9, audioOutput: 8 };
    const whole = { input: 100, output: 50 };
    expect(chargeMicro(price, usage({ ...whole, ...parts }))).toBe(
      chargeMicro(price, usage(whole)),
    );
  });

  it("of sound cost their own price on both ways", () => {
    const price = {
      inputPerMillion: 2,
      audioInputPerMillion: 32,
      outputPerMillion: 8,
      audioOutputPerMillion: 64,
    };
    const spoken = usage({ input: 100, audioInput: 60, output: 50, audioOutput: 45 });
    expect(chargeMicro(price, spoken)).toBe(40 * 2 + 60 * 32 + 5 * 8 + 45 * 64);
  });

  it("reported as more cached than there was input are all of the input", () => {
    const price = { inputPerMillion: 10, cachedInputPerMillion: 1 };
    expect(chargeMicro(price, usage({ input: 5, cachedInput: 50 }))).toBe(5);
  });

  it("of parts that together are more than the whole are not charged beyond it", () => {
    const price = { inputPerMillion: 1, cachedInputPerMillion: 2, cacheWritePerMillion: 3 };
    expect(chargeMicro(price, usage({ input: 10, cachedInput: 8, cacheWrite: 8 }))).toBe(
      8 * 2 + 2 * 3,
    );
  });

  it("are exact where floating point is not", () => {
    const price = { inputPerMillion: 0.1, outputPerMillion: 0.2 };
    expect(chargeMicro(price, usage({ input: 10, output: 10 }))).toBe(3);
  });

  it("that are no count at all charge nothing, and one too large stays a safe integer", () => {
    const price = { inputPerMillion: 1_000_000, outputPerMillion: 1_000_000 };
    const broken = usage({ input: Number.NaN, output: -5, cachedInput: -1 });
    expect(chargeMicro(price, broken)).toBe(0);
    const huge = usage({ output: Number.POSITIVE_INFINITY });
    expect(chargeMicro(price, huge)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("units beside tokens", () => {
  it("are seconds begun, characters per million, and one request where nothing is said", () => {
    const price = { perSecond: 0.1, perMillionCharacters: 15, perRequest: 0.01 };
    const units = { seconds: 1.2, characters: 2_000 };
    expect(chargeMicro(price, NO_USAGE, units)).toBe(200_000 + 30_000 + 10_000);
    expect(chargeMicro(price, NO_USAGE, { ...units, requests: 0 })).toBe(230_000);
  });

  const price = {
    images: [
      { size: "1024x1024", quality: "high", credits: 4 },
      { size: "1024x1024", credits: 2 },
      { quality: "low", credits: 1 },
    ],
    perImage: 3,
  };

  it("charge an image by the first row that fits its size and quality", () => {
    expect(chargeMicro(price, NO_USAGE, image("1024x1024", "high"))).toBe(4_000_000);
    expect(chargeMicro(price, NO_USAGE, image("1024x1024", "low"))).toBe(2_000_000);
    expect(chargeMicro(price, NO_USAGE, image("512x512", "low", 2))).toBe(2_000_000);
  });

  it("charge an image that no row names the price of any image", () => {
    expect(chargeMicro(price, NO_USAGE, image("512x512", "high"))).toBe(3_000_000);
    expect(chargeMicro(price, NO_USAGE, image(null, null))).toBe(3_000_000);
  });

  it("charge it as the dearest row where there is no such price: no image is free by mistake", () => {
    const { images } = price;
    expect(chargeMicro({ images }, NO_USAGE, image("512x512", "high"))).toBe(4_000_000);
  });

  it("hold for an image whose quality is open the dearest that it may turn out to be", () => {
    const held = (size: string | null, quality: string | null) =>
      ceilingMicro({ kind: "byTokens", price }, 0, 0, image(size, quality));
    expect(held("1024x1024", null)).toBe(4_000_000);
    expect(held("512x512", null)).toBe(3_000_000);
    expect(held(null, null)).toBe(4_000_000);
    expect(held("512x512", "low")).toBe(1_000_000);
  });
});

describe("tariffs of agents", () => {
  it("a message costs its price when something was delivered, else nothing", () => {
    const tariff = agentTariff({ perMessage: 2 }, null);
    expect(tariffMicro(tariff, NO_USAGE, true)).toBe(2_000_000);
    expect(tariffMicro(tariff, NO_USAGE, false)).toBe(0);
    expect(ceilingMicro(tariff, 1_000, 1_000)).toBe(2_000_000);
  });

  it("a free agent costs nothing, whatever its model does", () => {
    const tariff = agentTariff({ free: true }, { inputPerMillion: 9 });
    expect(tariffMicro(tariff, usage({ input: 1_000 }), true)).toBe(0);
    expect(ceilingMicro(tariff, 1_000, 1_000)).toBe(0);
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

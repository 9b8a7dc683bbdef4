import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ModelPrice, modelPriceSchema } from "../../src/contract/config.ts";
import {
  affordableOutputTokens,
  ceilingMicro,
  chargeMicro,
  shareMicro,
  type Units,
} from "../../src/core/pricing.ts";
import type { Usage } from "../../src/core/run.ts";

const RUNS = { seed: 20261121, numRuns: 1_000 };
const SIZES = ["1024x1024", "1536x1024"];
const QUALITIES = ["low", "high"];

/** Nine decimals up to the highest price that the schema takes. */
const credits = fc.oneof(
  fc.bigInt({ min: 0n, max: 10n ** 15n }).map((nano) => Number(nano) / 1e9),
  fc.integer({ min: 0, max: 5_000_000 }).map((milli) => milli / 1000),
);
const optional = <Value extends object>(
  model: {
    [Key in keyof Value]: fc.Arbitrary<Value[Key]>;
  },
) => fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<{ [Key in keyof Value]?: Value[Key] }>;

const price: fc.Arbitrary<ModelPrice> = optional({
  inputPerMillion: credits,
  outputPerMillion: credits,
  cachedInputPerMillion: credits,
  cacheWritePerMillion: credits,
  reasoningPerMillion: credits,
  audioInputPerMillion: credits,
  audioOutputPerMillion: credits,
  images: fc.array(
    fc.record(
      {
        size: fc.constantFrom(...SIZES),
        quality: fc.constantFrom(...QUALITIES),
        credits,
      },
      { requiredKeys: ["credits"] },
    ),
    { maxLength: 4 },
  ),
  perImage: credits,
  perSecond: credits,
  perMillionCharacters: credits,
  perRequest: credits,
});
const tokens = fc.nat(2_000_000);
const usage: fc.Arbitrary<Usage> = fc.record({
  input: tokens,
  output: tokens,
  cachedInput: tokens,
  cacheWrite: tokens,
  reasoning: tokens,
  audioInput: tokens,
  audioOutput: tokens,
});
const image = fc.record({
  size: fc.constantFrom(...SIZES, null),
  quality: fc.constantFrom(...QUALITIES, null),
  count: fc.nat(10),
});
const units = fc.record({
  requests: fc.nat(3),
  images: fc.array(image, { maxLength: 3 }),
  seconds: fc.nat(36_000).map((tenths) => tenths / 10),
  characters: fc.nat(1_000_000),
});

/** A fraction, so that the oracle shares nothing with the code but the rule. */
interface Fraction {
  over: bigint;
  under: bigint;
}
const ZERO: Fraction = { over: 0n, under: 1n };
const plus = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
});
/** The decimal text of a price is what an admin wrote. */
function fraction(value: number | undefined, times: number, per: bigint): Fraction {
  const [left = "0", right = ""] = (value ?? 0).toFixed(9).split(".");
  return { over: BigInt(left + right) * BigInt(times), under: 10n ** BigInt(right.length) * per };
}

function oracle(p: ModelPrice, u: Usage, more: Required<Units>): number {
  const cached = Math.min(u.cachedInput, u.input);
  const written = Math.min(u.cacheWrite, u.input - cached);
  const heard = Math.min(u.audioInput ?? 0, u.input - cached - written);
  const reasoned = Math.min(u.reasoning, u.output);
  const spoken = Math.min(u.audioOutput ?? 0, u.output - reasoned);
  const M = 1_000_000n;
  const sum = [
    fraction(p.inputPerMillion, u.input - cached - written - heard, M),
    fraction(p.cachedInputPerMillion ?? p.inputPerMillion, cached, M),
    fraction(p.cacheWritePerMillion ?? p.inputPerMillion, written, M),
    fraction(p.audioInputPerMillion ?? p.inputPerMillion, heard, M),
    fraction(p.outputPerMillion, u.output - reasoned - spoken, M),
    fraction(p.reasoningPerMillion ?? p.outputPerMillion, reasoned, M),
    fraction(p.audioOutputPerMillion ?? p.outputPerMillion, spoken, M),
    fraction(p.perRequest, more.requests, 1n),
    fraction(p.perSecond, Math.ceil(more.seconds), 1n),
    fraction(p.perMillionCharacters, more.characters, M),
    ...more.images.map((one) => fraction(ofImage(p, one.size, one.quality), one.count, 1n)),
  ].reduce(plus, ZERO);
  const micro = (sum.over * M + sum.under - 1n) / sum.under;
  return Number(micro > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : micro);
}

function ofImage(p: ModelPrice, size: string | null, quality: string | null): number {
  for (const row of p.images ?? []) {
    if ((row.size ?? size) === size && (row.quality ?? quality) === quality) return row.credits;
  }
  return p.perImage ?? Math.max(0, ...(p.images ?? []).map((row) => row.credits));
}

describe("a charge", () => {
  it("is what the exact fractions come to, rounded up once to a micro-credit", () => {
    fc.assert(
      fc.property(price, usage, units, (p, u, more) => {
        expect(modelPriceSchema.safeParse(p).success).toBe(true);
        expect(chargeMicro(p, u, more)).toBe(oracle(p, u, more));
      }),
      RUNS,
    );
  });

  const figures = ["input", "output"] as const;
  it("never falls when more is used", () => {
    fc.assert(
      fc.property(price, usage, units, tokens, (p, u, more, extra) => {
        const before = chargeMicro(p, u, more);
        for (const figure of figures) {
          const grown = chargeMicro(p, { ...u, [figure]: u[figure] + extra }, more);
          expect(grown).toBeGreaterThanOrEqual(before);
        }
        const grownUnits: Units[] = [
          { ...more, requests: more.requests + extra },
          { ...more, seconds: more.seconds + extra },
          { ...more, characters: more.characters + extra },
          { ...more, images: more.images.map((one) => ({ ...one, count: one.count + extra })) },
        ];
        for (const grown of grownUnits) {
          expect(chargeMicro(p, u, grown)).toBeGreaterThanOrEqual(before);
        }
      }),
      RUNS,
    );
  });

  it("never falls when a price is raised", () => {
    const plain = (p: ModelPrice) =>
      Object.entries(p).filter((entry): entry is [string, number] => entry[0] !== "images");
    fc.assert(
      fc.property(price, usage, units, (p, u, more) => {
        const before = chargeMicro(p, u, more);
        for (const [kind, value] of plain(p)) {
          expect(chargeMicro({ ...p, [kind]: value * 2 }, u, more)).toBeGreaterThanOrEqual(before);
        }
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it("is a safe integer, not negative, whatever an upstream reports", () => {
    const figure = fc.oneof(fc.double(), fc.integer(), fc.constant(Number.MAX_VALUE));
    const odd = fc.record({
      input: figure,
      output: figure,
      cachedInput: figure,
      cacheWrite: figure,
      reasoning: figure,
    });
    fc.assert(
      fc.property(price, odd, figure, (p, u, seconds) => {
        const micro = chargeMicro(p, u, { seconds });
        expect(Number.isSafeInteger(micro) && micro >= 0).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("holds", () => {
  const of = (p: ModelPrice) => ({ kind: "byTokens" as const, price: p });

  it("the ceiling covers every use within its bounds", () => {
    const fit = (image: { size: string | null; quality: string | null; count: number }) =>
      fc.record({
        size: image.size === null ? fc.constantFrom(...SIZES, null) : fc.constant(image.size),
        quality:
          image.quality === null ? fc.constantFrom(...QUALITIES, null) : fc.constant(image.quality),
        count: fc.nat(image.count),
      });
    const bounded = units.chain((bound) =>
      fc.record({
        bound: fc.constant(bound),
        used: fc.record({
          requests: fc.nat(bound.requests),
          images: fc.tuple(...bound.images.map(fit)),
          seconds: fc.double({ min: 0, max: bound.seconds, noNaN: true }),
          characters: fc.nat(bound.characters),
        }),
      }),
    );
    fc.assert(
      fc.property(price, usage, bounded, tokens, tokens, (p, u, { bound, used }, more, longer) => {
        const real = chargeMicro(p, u, used);
        const held = ceilingMicro(of(p), u.input + more, u.output + longer, bound);
        expect(held).toBeGreaterThanOrEqual(real);
      }),
      RUNS,
    );
  });

  it("what is called affordable is paid by what is available, and one token more is not", () => {
    fc.assert(
      fc.property(price, fc.nat(10_000), fc.nat(50_000_000), (p, input, available) => {
        const most = affordableOutputTokens(p, input, available);
        if (!Number.isFinite(most) || ceilingMicro(of(p), input, 0) > available) return;
        expect(ceilingMicro(of(p), input, most)).toBeLessThanOrEqual(available);
        // The input is rounded up before what is left is divided: it may cost the last micro-credit.
        expect(ceilingMicro(of(p), input, most + 1)).toBeGreaterThanOrEqual(available);
      }),
      RUNS,
    );
  });

  it("a share of a charge is exact, rounded up once, and never more than the whole", () => {
    const share = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), share, (micro, parts) => {
        const exact = (BigInt(micro) * BigInt(parts) + 9_999n) / 10_000n;
        expect(shareMicro(micro, parts / 10_000)).toBe(Number(exact));
      }),
      RUNS,
    );
    expect([shareMicro(70, 0.1), shareMicro(7, 1), shareMicro(7, 0)]).toEqual([7, 7, 0]);
  });
});

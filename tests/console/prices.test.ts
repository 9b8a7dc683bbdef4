import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  differences,
  leastMargin,
  marginOf,
  priceOverCost,
  type Rounding,
  rounded,
  scaledPrice,
} from "../../admin-ui/src/lib/margin.ts";
import {
  exampleCharge,
  lineKey,
  linesOf,
  PRICE_KINDS,
  type PricingFields,
  pricingFields,
  pricingOf,
} from "../../admin-ui/src/lib/price.ts";
import { type ModelPrice, modelPriceSchema } from "../../src/contract/config.ts";
import { chargeMicro } from "../../src/core/pricing.ts";
import { NO_USAGE } from "../../src/core/run.ts";

const EXACT: Rounding = { to: "exact", step: 0 };
const to = (digits: "2" | "4" | "6"): Rounding => ({ to: digits, step: 0 });
const stepsOf = (step: number): Rounding => ({ to: "step", step });

const credits = fc.integer({ min: 0, max: 10 ** 12 }).map((nano) => nano / 1e9);
const price = fc.record(
  {
    ...(Object.fromEntries(PRICE_KINDS.map((kind) => [kind, credits])) as Record<
      (typeof PRICE_KINDS)[number],
      typeof credits
    >),
    images: fc.uniqueArray(
      fc.record(
        { size: fc.constantFrom("1024x1024", "512x512"), quality: fc.constant("high"), credits },
        { requiredKeys: ["credits"] },
      ),
      { minLength: 1, selector: ({ size, quality }) => `${size} ${quality}` },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<ModelPrice>;

describe("a form of prices", () => {
  test("knows every kind of price that there is", () => {
    const all = Object.keys(modelPriceSchema.shape).filter((kind) => kind !== "images");
    expect(new Set(PRICE_KINDS)).toEqual(new Set(all));
  });

  test("gives back price and cost as they were", () => {
    fc.assert(
      fc.property(price, price, (sold, paid) => {
        const back = pricingOf(pricingFields(sold, paid));
        expect(back.price).toEqual(sold);
        const { images = [], ...rest } = back.cost ?? {};
        const { images: wanted = [], ...others } = paid;
        expect(rest).toEqual(others);
        expect(new Set(images)).toEqual(new Set(wanted));
      }),
    );
  });

  test("leaves out what is left empty, and keeps a zero", () => {
    const fields: PricingFields = pricingFields();
    fields.price.inputPerMillion = 0;
    fields.price.outputPerMillion = 1.6;
    fields.images = [
      { size: " 1024x1024 ", quality: "", price: 2, cost: "" },
      { size: "", quality: "", price: "", cost: 1 },
    ];
    expect(pricingOf(fields)).toEqual({
      price: {
        inputPerMillion: 0,
        outputPerMillion: 1.6,
        images: [{ size: "1024x1024", credits: 2 }],
      },
      cost: { images: [{ credits: 1 }] },
    });
  });

  test("without any cost has none: unknown is not nothing", () => {
    expect("cost" in pricingOf(pricingFields({ perRequest: 1 }))).toBe(false);
  });

  test("puts price and cost of a size into one row, in the order of the prices", () => {
    const sold = {
      images: [
        { size: "b", credits: 4 },
        { size: "a", credits: 2 },
      ],
    };
    const paid = {
      images: [
        { size: "a", credits: 1 },
        { size: "c", credits: 3 },
      ],
    };
    expect(pricingFields(sold, paid).images).toEqual([
      { size: "b", quality: "", price: 4, cost: "" },
      { size: "a", quality: "", price: 2, cost: 1 },
      { size: "c", quality: "", price: "", cost: 3 },
    ]);
  });

  test("has an example that is what the server charges", () => {
    const sold = { inputPerMillion: 0.4, outputPerMillion: 1.6, perRequest: 0.01 };
    const tokens = { input: 2000, output: 500 };
    const micro = chargeMicro(sold, { ...NO_USAGE, ...tokens });
    expect(exampleCharge(sold, tokens) * 1e6).toBeCloseTo(micro, 6);
  });
});

describe("rounding", () => {
  test("goes up to so many significant digits", () => {
    expect(rounded(0.12341, to("2"))).toBe(0.13);
    expect(rounded(0.12341, to("4"))).toBe(0.1235);
    expect(rounded(1234.5, to("2"))).toBe(1300);
    expect(rounded(0.000_001_234, to("6"))).toBe(0.000_001_234);
  });

  test("goes up to multiples of a step", () => {
    expect(rounded(0.51, stepsOf(0.25))).toBe(0.75);
    expect(rounded(0.5, stepsOf(0.25))).toBe(0.5);
    expect(rounded(0, stepsOf(0.25))).toBe(0);
  });

  test("is not led up by the noise of floating point", () => {
    expect(rounded(0.1 * 1.1, to("2"))).toBe(0.11);
    expect(rounded(0.1 + 0.2, stepsOf(0.1))).toBe(0.3);
    expect(rounded(0.15 * 1.2, EXACT)).toBe(0.18);
  });

  test("never goes down, stays below the next unit, and gives what the server takes", () => {
    const rounding = fc.oneof(
      fc.constantFrom(EXACT, to("2"), to("4"), to("6")),
      fc.integer({ min: 1, max: 10 ** 9 }).map((nano) => stepsOf(nano / 1e9)),
    );
    fc.assert(
      fc.property(credits, rounding, (value, how) => {
        const up = rounded(value, how);
        expect(up).toBeGreaterThanOrEqual(value);
        expect(rounded(up, how)).toBe(up);
        expect(Number(up.toFixed(9))).toBe(up);
        if (how.to === "step") expect(up - value).toBeLessThan(how.step + 1e-9);
      }),
    );
  });
});

describe("a price over cost", () => {
  const cost = {
    inputPerMillion: 0.15,
    outputPerMillion: 0.6,
    images: [{ size: "1024x1024", credits: 0.04 }],
  };

  test("covers every kind that has a cost and leaves the others alone", () => {
    const before = { inputPerMillion: 9, perRequest: 0.01, images: [{ size: "x", credits: 1 }] };
    expect(priceOverCost(before, cost, 20, EXACT)).toEqual({
      inputPerMillion: 0.18,
      outputPerMillion: 0.72,
      perRequest: 0.01,
      images: [
        { size: "x", credits: 1 },
        { size: "1024x1024", credits: 0.048 },
      ],
    });
  });

  test("earns at least the margin that was asked for, however it is rounded", () => {
    fc.assert(
      fc.property(
        price,
        price,
        fc.integer({ min: 0, max: 300 }),
        fc.constantFrom(EXACT, to("2"), to("4"), to("6"), stepsOf(0.05)),
        (before, paid, percent, rounding) => {
          const after = priceOverCost(before, paid, percent, rounding);
          const prices = new Map(linesOf(after).map((line) => [lineKey(line), line.credits]));
          for (const line of linesOf(paid)) {
            const wanted = line.credits * (1 + percent / 100);
            expect(prices.get(lineKey(line))).toBeGreaterThanOrEqual(wanted - 1e-9);
          }
        },
      ),
    );
  });

  test("done twice changes nothing more", () => {
    fc.assert(
      fc.property(price, price, (before, paid) => {
        const once = priceOverCost(before, paid, 20, to("4"));
        expect(differences(once, priceOverCost(once, paid, 20, to("4")))).toEqual([]);
      }),
    );
  });
});

describe("a percent on all prices", () => {
  test("carries no noise beyond nine decimals and sets no price that was not set", () => {
    expect(scaledPrice({ inputPerMillion: 0.15, outputPerMillion: 0.6 }, 10, EXACT)).toEqual({
      inputPerMillion: 0.165,
      outputPerMillion: 0.66,
    });
    const images = [{ size: "x", credits: 2 }];
    expect(scaledPrice({ images }, -50, EXACT)).toEqual({ images: [{ size: "x", credits: 1 }] });
  });
});

describe("a margin", () => {
  test("is what is earned on top of the cost, and not known where the cost is not", () => {
    expect(marginOf(0.18, 0.15)).toBeCloseTo(0.2, 12);
    expect(marginOf(0.1, 0.2)).toBe(-0.5);
    for (const cost of ["", undefined, 0, Number.NaN] as const) {
      expect(marginOf(1, cost)).toBeNull();
    }
    expect(marginOf(Number.NaN, 1)).toBeNull();
    expect(marginOf("", 1)).toBeNull();
  });

  test("of a model is its smallest, so that a kind sold below cost shows", () => {
    const cost = { inputPerMillion: 1, outputPerMillion: 1 };
    expect(leastMargin({ inputPerMillion: 3, outputPerMillion: 0.5 }, cost)).toBe(-0.5);
    expect(leastMargin({ inputPerMillion: 3 }, cost)).toBe(-1);
    expect(leastMargin({ inputPerMillion: 3 }, undefined)).toBeNull();
  });

  test("of a part without a price of its own is that of the whole", () => {
    const sold = { inputPerMillion: 3, perImage: 4 };
    expect(leastMargin(sold, { cachedInputPerMillion: 1 })).toBe(2);
    expect(leastMargin(sold, { images: [{ size: "x", credits: 2 }] })).toBe(1);
  });
});

describe("what will change", () => {
  test("is told by its kind, with what it was and will be", () => {
    const before = { inputPerMillion: 1, perRequest: 2, images: [{ size: "x", credits: 1 }] };
    const after = { inputPerMillion: 1, outputPerMillion: 3, images: [{ size: "x", credits: 2 }] };
    expect(
      differences(before, after).map(({ key, before: was, after: will }) => [key, was, will]),
    ).toEqual([
      ["images|x|", 1, 2],
      ["perRequest", 2, null],
      ["outputPerMillion", null, 3],
    ]);
  });

  test("is nothing between equal prices", () => {
    fc.assert(
      fc.property(price, (any) => {
        expect(differences(any, { ...any })).toEqual([]);
      }),
    );
  });
});

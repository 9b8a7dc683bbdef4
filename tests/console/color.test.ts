import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  contrast,
  isHexColor,
  mixed,
  READABLE,
  readableOn,
  shadesOf,
} from "../../admin-ui/src/lib/color.ts";

const hex = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, "0")}`);

describe("contrast", () => {
  test("black on white is 21, a colour on itself 1", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#3451b2", "#3451b2")).toBe(1);
  });

  test("agrees with the published example of WCAG for #767676 on white", () => {
    expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
  });

  test("does not depend on the order", () => {
    fc.assert(fc.property(hex, hex, (a, b) => contrast(a, b) === contrast(b, a)));
  });
});

describe("readableOn", () => {
  test("makes any colour readable on white and on the dark card", () => {
    fc.assert(
      fc.property(hex, fc.constantFrom("#ffffff", "#171b23"), (color, ground) => {
        expect(contrast(readableOn(color, ground), ground)).toBeGreaterThanOrEqual(READABLE);
      }),
    );
  });

  test("leaves a colour alone that is readable already", () => {
    expect(readableOn("#3451b2", "#ffffff")).toBe("#3451b2");
  });

  test("keeps the hue: a light yellow becomes a dark yellow, not grey", () => {
    const dark = readableOn("#ffcc00", "#ffffff");
    const [red, green, blue] = [1, 3, 5].map((start) =>
      Number.parseInt(dark.slice(start, start + 2), 16),
    ) as [number, number, number];
    expect(red).toBeGreaterThan(blue + 40);
    expect(green).toBeGreaterThan(blue + 40);
  });
});

describe("shadesOf", () => {
  test("shade 8 carries white text whatever the brand is", () => {
    fc.assert(
      fc.property(hex, (brand) => {
        expect(contrast(shadesOf(brand)[8], "#ffffff")).toBeGreaterThanOrEqual(READABLE);
      }),
    );
  });

  test("shade 9 is readable on the tints 0 to 2 that badges have", () => {
    fc.assert(
      fc.property(hex, (brand) => {
        const shades = shadesOf(brand);
        expect(contrast(shades[9], shades[1])).toBeGreaterThanOrEqual(READABLE);
      }),
    );
  });

  test("a readable brand colour is itself shade 8", () => {
    expect(shadesOf("#3451b2")[8]).toBe("#3451b2");
  });

  test("are ten colours", () => {
    const shades = shadesOf("#0f766e");
    expect(shades).toHaveLength(10);
    expect(shades.every(isHexColor)).toBe(true);
  });
});

test("mixed lies between its two colours", () => {
  expect(mixed("#ffffff", "#000000", 0.5)).toBe("#808080");
  expect(mixed("#ff0000", "#0000ff", 0)).toBe("#0000ff");
  expect(mixed("#ff0000", "#0000ff", 1)).toBe("#ff0000");
});

test("only #rrggbb is a colour", () => {
  expect(["#3451b2", "#ABCDEF"].every(isHexColor)).toBe(true);
  expect(["3451b2", "#345", "#34 1b2", "red", ""].some(isHexColor)).toBe(false);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { amountOf, amountText } from "../../admin-ui/src/lib/amount.ts";
import { formatsOf } from "../../admin-ui/src/lib/format.ts";
import { limitFields, limitProblems, limitsOf } from "../../admin-ui/src/lib/limits.ts";
import { majorOf, minorOf, moneyText } from "../../admin-ui/src/lib/money.ts";

describe("an amount as text", () => {
  test("takes thousands with commas, spaces and Chinese commas", () => {
    expect([amountOf("1,000.5"), amountOf("1 000"), amountOf("1，000")]).toEqual([
      1000.5, 1000, 1000,
    ]);
  });

  test("is empty, not zero, when nothing is written", () => {
    expect(amountOf("  ")).toBe("");
    expect(amountText("")).toBe("");
  });

  test.each(["abc", "1.2.3", "1e3", "--1", "0x10", "-"])("is no number: %j", (text) => {
    expect(amountOf(text)).toBeNaN();
  });

  test("shows a tiny price in full, not as 1e-7", () => {
    expect(amountText(0.0000001)).toBe("0.0000001");
  });

  test("reads back every price that it shows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (nano) => {
        const value = nano / 1e9;
        expect(amountOf(amountText(value))).toBe(value);
      }),
    );
  });
});

describe("credits", () => {
  const en = formatsOf("en");

  test("never shows a charge as zero that was one micro-credit", () => {
    expect(en.credits(1)).toBe("0.000001");
  });

  test("shows large balances with two decimals", () => {
    expect(en.credits(1_234_567_891)).toBe("1,234.57");
  });

  test("carries a sign in a statement", () => {
    expect(en.signedCredits(100_000_000)).toBe("+100");
    expect(en.signedCredits(-193_500)).toBe("-0.1935");
  });
});

describe("times", () => {
  test("days of usage are UTC days wherever the reader is", () => {
    expect(formatsOf("en").dayOfMonth("2026-11-21T00:00:00.000Z")).toBe("11/21");
  });

  test("say how long ago in the reader's language", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    expect(formatsOf("en").ago("2026-11-21T11:57:00Z", now)).toBe("3 minutes ago");
    expect(formatsOf("zh-CN").ago("2026-11-20T12:00:00Z", now)).toBe("昨天");
  });

  test("under a second are milliseconds", () => {
    expect(formatsOf("en").duration(87.4)).toBe("87 ms");
    expect(formatsOf("en").duration(1240)).toBe("1.24 s");
  });
});

describe("money", () => {
  test("is kept in the minor unit and shown in the major one", () => {
    expect(majorOf(2990, "CNY")).toBe(29.9);
    expect(minorOf(29.9, "CNY")).toBe(2990);
    expect(moneyText(2990, "CNY", "en")).toBe("¥29.90");
  });

  test("knows currencies without a minor unit", () => {
    expect(minorOf(500, "JPY")).toBe(500);
    expect(majorOf(500, "JPY")).toBe(500);
  });

  test("comes back the same after a form has shown it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), (minor) => {
        expect(minorOf(Number(majorOf(minor, "CNY")), "CNY")).toBe(minor);
      }),
    );
  });

  test("half-written currency codes do not throw", () => {
    expect(majorOf(100, "C")).toBe(1);
  });
});

describe("limits", () => {
  const range = (value: number | "", low: number, high: number) =>
    value !== "" && (value < low || value > high) ? "out of range" : null;

  test("left empty set no limit", () => {
    expect(limitsOf({ ...limitFields(), rpm: 60 })).toEqual({ rpm: 60 });
  });

  test("of zero requests are refused, of zero credits are not", () => {
    const found = limitProblems({ ...limitFields(), rpm: 0, creditsPerDay: 0 }, range);
    expect(found["limits.rpm"]).toBe("out of range");
    expect(found["limits.creditsPerDay"]).toBeNull();
  });
});

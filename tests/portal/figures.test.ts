import { canPay, priceText } from "@portal/features/chat/price.ts";
import {
  brandColors,
  contrast,
  DARK_GROUND,
  LIGHT_GROUND,
  parseHex,
  softGround,
} from "@portal/lib/color.ts";
import { formatCredits, formatExactCredits, tokensPerSecond } from "@portal/lib/format.ts";
import { en } from "@portal/lib/texts/en.ts";
import { zhCn } from "@portal/lib/texts/zh-cn.ts";
import { describe, expect, test } from "vitest";

const wallet = (credits: number) => ({
  object: "wallet" as const,
  available: String(credits),
  held: "0",
  balance: String(credits),
  available_micro: credits * 1e6,
  held_micro: 0,
  balance_micro: credits * 1e6,
  grants: [],
  low: null,
});

describe("credits", () => {
  test("small charges keep their digits, big balances do not have any", () => {
    expect(formatCredits(87.256, "en")).toBe("87.26");
    expect(formatCredits(0.000123456, "en")).toBe("0.000123");
    expect(formatCredits(0, "en")).toBe("0");
    expect(formatCredits(12_345, "zh-CN")).toBe("12,345");
  });

  test("the statement is exact to the micro-credit", () => {
    expect(formatExactCredits(-1, "en")).toBe("-0.000001");
    expect(formatExactCredits(100_000_000, "en")).toBe("100.00");
  });
});

describe("the price before sending", () => {
  test("is said in the language of the page", () => {
    const price = { kind: "perMessage" as const, credits: "2" };
    expect(priceText(price, en, "en")).toBe("2 credits per message");
    expect(priceText(price, zhCn, "zh-CN")).toBe("每条消息 2 积分");
    expect(priceText({ kind: "free" }, en, "en")).toBe("Free");
  });

  test("names tokens, messages and images where they are paid", () => {
    const tokens = { kind: "byTokens" as const, inputPerMillion: "1", outputPerMillion: "2" };
    expect(priceText({ ...tokens, perRequest: "0.5" }, en, "en")).toBe(
      "1 in · 2 out credits per million tokens · 0.5 credits per message",
    );
    const images = { ...tokens, inputPerMillion: "0", outputPerMillion: "0" };
    expect(priceText({ ...images, perImage: { from: "1", to: "4" } }, zhCn, "zh-CN")).toBe(
      "每张图片 1–4 积分",
    );
    expect(priceText({ ...images, perImage: { from: "4", to: "4" } }, en, "en")).toBe(
      "4 credits per image",
    );
  });

  test("is held against the balance", () => {
    const each = { kind: "perMessage" as const, credits: "2" };
    expect(canPay(wallet(1.9), each)).toBe(false);
    expect(canPay(wallet(2), each)).toBe(true);
    const tokens = { kind: "byTokens" as const, inputPerMillion: "1", outputPerMillion: "2" };
    expect(canPay(wallet(0), tokens)).toBe(false);
    expect(canPay(wallet(0.000001), tokens)).toBe(true);
    expect(canPay(wallet(0), { kind: "free" })).toBe(true);
  });
});

describe("tokens per second", () => {
  test("count the writing, not the waiting", () => {
    expect(tokensPerSecond({ outputTokens: 100, firstTokenMs: 1000, totalMs: 3000 })).toBe(50);
  });

  test("are not said of a few tokens or an unknown time", () => {
    expect(tokensPerSecond({ outputTokens: 3, firstTokenMs: 0, totalMs: 1000 })).toBeNull();
    expect(tokensPerSecond({ outputTokens: 100, firstTokenMs: null, totalMs: 1000 })).toBeNull();
    expect(tokensPerSecond({ outputTokens: 100, firstTokenMs: 10, totalMs: 20 })).toBeNull();
  });
});

test.each(["#3451b2", "#ffe600", "#000000", "#ffffff", "#e11d48", "#22c55e", "#0ea5e9", "#7a7a7a"])(
  "the colour %s is readable wherever it stands, in light and in dark",
  (hex) => {
    const { light, dark } = brandColors(hex);
    const [onLight, onDark] = [parseHex(light.text), parseHex(dark.text)];
    if (!onLight || !onDark) throw new Error("both are colours");
    expect(contrast(onLight, LIGHT_GROUND)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(onLight, softGround.light(onLight))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(onLight, { red: 255, green: 255, blue: 255 })).toBeGreaterThanOrEqual(4.5);
    expect(contrast(onDark, DARK_GROUND)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(onDark, softGround.dark(onDark))).toBeGreaterThanOrEqual(4.5);
    for (const { fill, onFill } of [light, dark]) {
      const [ground, text] = [parseHex(fill), parseHex(onFill)];
      if (!ground || !text) throw new Error("both are colours");
      expect(contrast(ground, text)).toBeGreaterThanOrEqual(4.5);
    }
  },
);

test("a colour that is none falls back", () => {
  expect(brandColors("red; --x: url(y)").light.text).toMatch(/^#[0-9a-f]{6}$/);
});

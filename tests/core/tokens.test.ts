import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase32, encodeBase32, makeId } from "../../src/core/ids.ts";
import { estimateTokens, weighText } from "../../src/core/tokens.ts";

/** Counted with the vocabularies of two generations of models. */
const COUNTED = [
  {
    name: "English",
    text: "How do I connect my Dify app, publish it for the sales team only, and see what each answer costs? The wallet never goes below zero, however many requests arrive at the same time, and every charge can be explained to the person who pays for it.",
    o200k: 54,
    cl100k: 54,
  },
  {
    name: "Chinese",
    text: "接入一个智能体只需要几分钟：把平台上显示的密钥粘贴进来，点测试，就能看到可以发布的智能体。发布以后，成员在自己的域名下直接使用；每次回答花费多少积分，账单里都写得清清楚楚。余额不足时不会透支，系统会提前提醒。",
    o200k: 77,
    cl100k: 112,
  },
  {
    name: "Japanese",
    text: "この文章は日本語で書かれています。請求書を確認して、来週の会議までに返事をください。",
    o200k: 30,
    cl100k: 44,
  },
  {
    name: "German",
    text: "Die Abrechnung muss bis auf den letzten Mikrokredit stimmen, auch wenn der Datenstrom mitten im Satz abbricht und niemand mehr zuhört.",
    o200k: 30,
    cl100k: 37,
  },
  {
    name: "Russian",
    text: "Баланс пользователя не может стать отрицательным, даже если шестьдесят четыре запроса приходят одновременно.",
    o200k: 23,
    cl100k: 42,
  },
  {
    name: "mixed",
    text: "请用 TypeScript 写一个 Cloudflare Worker：收到 POST /v1/chat/completions 时检查 Authorization header，然后把请求转发给上游 API。",
    o200k: 33,
    cl100k: 39,
  },
  {
    name: "code",
    text: "export function roundUp(sum: bigint): number {\n  const divisor = MILLION * NANO_PER_MICRO;\n  return Number((sum + divisor - 1n) / divisor);\n}\n",
    o200k: 39,
    cl100k: 39,
  },
  {
    name: "JSON",
    text: '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hello"}],"stream":true,"temperature":0.2,"max_tokens":400}',
    o200k: 37,
    cl100k: 36,
  },
  {
    name: "digits",
    text: '2026-11-21 12:34:56 | 1234567890 | 19.99 | +49 30 1234567 | {"a": [1, 2, 3]}',
    o200k: 45,
    cl100k: 45,
  },
];

describe("token estimates", () => {
  it.each(COUNTED)("of $name stay within the error that is stated", ({ text, o200k, cl100k }) => {
    const estimate = estimateTokens(text);
    expect(estimate).toBeGreaterThanOrEqual(0.73 * Math.max(o200k, cl100k));
    expect(estimate).toBeLessThanOrEqual(1.42 * Math.min(o200k, cl100k));
  });

  it("weigh Chinese heavier than Latin text of the same length", () => {
    expect(estimateTokens("hello world, how are you")).toBe(6);
    expect(estimateTokens("你好世界")).toBe(4);
  });

  it("a text weighed piece by piece weighs what it weighs whole", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(), (text, cut) => {
        const at = cut % (text.length + 1);
        expect(weighText(text.slice(0, at)) + weighText(text.slice(at))).toBe(weighText(text));
      }),
      { seed: 7 },
    );
  });
});

describe("ids", () => {
  it("carry ten bytes there and back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
        const id = makeId("user", bytes);
        expect(id).toMatch(/^usr_[0-9a-hjkmnp-tv-z]{16}$/);
        expect([...(decodeBase32(id.slice(4)) ?? [])]).toEqual([...bytes]);
      }),
      { seed: 3 },
    );
  });

  it("refuse letters that are not of the alphabet", () => {
    expect(decodeBase32("il0o")).toBeNull();
    expect(encodeBase32(new Uint8Array([255]))).toBe("zw");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase32, encodeBase32, makeId } from "../../src/core/ids.ts";
import { estimateTokens, weighText } from "../../src/core/tokens.ts";

describe("token estimates", () => {
  it("weigh Chinese heavier than Latin text of the same length", () => {
    expect(estimateTokens("hello world, how are you")).toBe(6);
    expect(estimateTokens("你好世界")).toBe(3);
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

/** Addresses and ranges, against Node's own and against arithmetic of their own. */
import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AddressRules, admits, parseAddress, parseRange } from "../../src/contract/ip.ts";

const rules = (allow: string[], deny: string[] = []): AddressRules => ({ allow, deny });

/** Zero has odd chances, so that addresses have runs of it and ranges meet. */
const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const groups = fc.array(group, { minLength: 8, maxLength: 8 });
const quad = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 })
  .map((parts) => parts.join("."));
const v6 = groups.map((parts) => parts.map((part) => part.toString(16)).join(":"));
const address = fc.oneof(quad, v6);

/** One run of zeros shortened, as people write it. */
const shortened = fc
  .tuple(groups, fc.nat(7), fc.integer({ min: 1, max: 8 }))
  .map(([parts, from, length]) => {
    const zeroed = parts.map((part, at) => (at >= from && at < from + length ? 0 : part));
    const hex = zeroed.map((part) => part.toString(16));
    const short = `${hex.slice(0, from).join(":")}::${hex.slice(from + length).join(":")}`;
    return { long: hex.join(":"), short };
  });

/** The range of an address and a prefix, bits beyond it cleared. */
function rangeAround(text: string, prefix: number): string {
  const bits = isIP(text) === 4 ? 32 : 128;
  const parts = bits === 32 ? text.split(".") : text.split(":");
  const size = bits / parts.length;
  const base = bits === 32 ? 10 : 16;
  const cleared = parts.map((part, at) => {
    const keep = Math.min(size, Math.max(0, prefix - at * size));
    const mask = (2 ** keep - 1) * 2 ** (size - keep);
    return (Number.parseInt(part, base) & mask).toString(base);
  });
  return `${cleared.join(bits === 32 ? "." : ":")}/${prefix}`;
}

describe("an address", () => {
  it("is one exactly where Node says so", () => {
    const almost = fc.oneof(
      address,
      shortened.map(({ short }) => short),
      fc.string({ unit: fc.constantFrom(..."0123456789abcfF:.:. %/[]g"), maxLength: 42 }),
      fc.tuple(v6, quad).map(([text, end]) => `${text.split(":").slice(0, 6).join(":")}:${end}`),
    );
    fc.assert(
      fc.property(almost, (text) => {
        // Node takes the name of an interface behind it; no client has one.
        expect(parseAddress(text) !== null).toBe(isIP(text) !== 0 && !text.includes("%"));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.4.",
    ".1.2.3.4",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.0x4",
    " 1.2.3.4",
    "1.2.3.4:80",
    "[::1]",
    "::1%eth0",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "12345::",
    "1:2:3:4:5:6:7:8:9",
    "::1.2.3",
    "1.2.3.4::",
    "1.2.3.4::1",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::g",
  ])("is not %j", (text) => {
    expect(parseAddress(text)).toBeNull();
    expect(parseRange(text)).toBeNull();
  });

  it("is the same however it is written", () => {
    fc.assert(
      fc.property(shortened, ({ long, short }) => {
        expect(parseAddress(short)).toEqual(parseAddress(long));
        expect(parseAddress(long.toUpperCase())).toEqual(parseAddress(long));
      }),
    );
  });

  it("of IPv4 is the same written as IPv6", () => {
    fc.assert(
      fc.property(quad, (text) => {
        const [a, b, c, d] = text.split(".").map(Number) as [number, number, number, number];
        const hex = [a * 256 + b, c * 256 + d].map((part) => part.toString(16)).join(":");
        for (const mapped of [`::ffff:${text}`, `::FFFF:${hex}`, `0:0:0:0:0:ffff:${hex}`]) {
          expect(parseAddress(mapped)).toEqual(parseAddress(text));
        }
        // What only resembles it is an address of IPv6.
        expect(parseAddress(`::${text}`)?.bits).toBe(128);
      }),
    );
  });
});

describe("a range", () => {
  it("has exactly the addresses that begin as it does", () => {
    const near = fc.tuple(fc.oneof(fc.tuple(quad, quad), fc.tuple(v6, v6)), fc.nat(128));
    fc.assert(
      fc.property(near, ([[of, other], length]) => {
        const bits = isIP(of) === 4 ? 32 : 128;
        const prefix = Math.min(length, bits);
        const range = rangeAround(of, prefix);
        const [start = ""] = range.split("/");
        const [next = ""] = rangeAround(other, Math.min(prefix + 1, bits)).split("/");
        // Mapped ones are addresses of IPv4, of which Node thinks otherwise.
        fc.pre([of, other, start, next].every((one) => parseAddress(one)?.bits === bits));
        const theirs = new BlockList();
        theirs.addSubnet(start, prefix, bits === 32 ? "ipv4" : "ipv6");
        const family = bits === 32 ? "ipv4" : "ipv6";
        for (const one of [of, other, next]) {
          const expected = theirs.check(one, family);
          expect(admits(rules([range]), one)).toBe(expected);
          expect(admits(rules([], [range]), one)).toBe(!expected);
        }
        expect(admits(rules([range]), of)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("with bits beyond its prefix is none, for nobody knows which was meant", () => {
    fc.assert(
      fc.property(address, fc.nat(127), (text, length) => {
        const bits = isIP(text) === 4 ? 32 : 128;
        const prefix = Math.min(length, bits - 1);
        const isClear =
          rangeAround(text, prefix) === rangeAround(text, bits).replace(/\d+$/, `${prefix}`);
        expect(parseRange(`${text}/${prefix}`) !== null).toBe(isClear);
      }),
    );
    expect(parseRange("10.1.2.3/8")).toBeNull();
    expect(parseRange("10.0.0.0/8")).not.toBeNull();
  });

  it.each([
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "/8",
    "::/129",
    "10.0.0.0/255.0.0.0",
    "::ffff:10.0.0.0/8",
  ])("is not %j", (text) => {
    expect(parseRange(text)).toBeNull();
  });

  it("of mapped addresses is the range of IPv4", () => {
    expect(parseRange("::ffff:10.0.0.0/104")).toEqual(parseRange("10.0.0.0/8"));
    expect(parseRange("::ffff:10.1.2.3")).toEqual(parseRange("10.1.2.3/32"));
  });

  it("of one family has no address of the other", () => {
    fc.assert(
      fc.property(quad, v6, (four, six) => {
        fc.pre(parseAddress(six)?.bits === 128);
        for (const all of ["::/0", "::/64"]) expect(admits(rules([], [all]), four)).toBe(true);
        expect(admits(rules([], ["::/0"]), `::ffff:${four}`)).toBe(true);
        expect(admits(rules(["0.0.0.0/0"]), six)).toBe(false);
        expect(admits(rules(["0.0.0.0/0", "::/0"]), six)).toBe(true);
      }),
    );
  });
});

describe("rules", () => {
  it("without a range let everybody in, known or not", () => {
    for (const one of ["1.2.3.4", "::1", "nonsense", null])
      expect(admits(rules([]), one)).toBe(true);
  });

  it("let nobody in whose address is not known", () => {
    for (const some of [rules(["0.0.0.0/0", "::/0"]), rules([], ["192.0.2.1"])]) {
      expect(admits(some, null)).toBe(false);
      expect(admits(some, "nonsense")).toBe(false);
    }
  });

  it("that allow some refuse all others, and what they deny goes before what they allow", () => {
    const some = rules(
      ["203.0.113.0/24", "2001:db8::/32"],
      ["203.0.113.128/25", "2001:db8:bad::/48"],
    );
    expect(
      ["203.0.113.1", "::ffff:203.0.113.1", "2001:db8::1"].map((one) => admits(some, one)),
    ).toEqual([true, true, true]);
    expect(
      ["203.0.113.200", "203.0.114.1", "2001:db8:bad::1", "2001:db9::1"].map((one) =>
        admits(some, one),
      ),
    ).toEqual([false, false, false, false]);
  });

  it("with a range that nobody can read let nobody in by it", () => {
    expect(admits(rules(["10.0.0.0/99"]), "10.0.0.1")).toBe(false);
    expect(admits(rules([], ["10.0.0.0/99"]), "192.0.2.1")).toBe(false);
  });
});

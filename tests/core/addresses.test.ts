import { describe, expect, it } from "vitest";
import { networkOf } from "../../src/core/addresses.ts";

describe("whom an address stands for", () => {
  it("is itself, in whatever way it is written", () => {
    expect(networkOf("203.0.113.7")).not.toBe(networkOf("203.0.113.8"));
    expect(networkOf("::ffff:203.0.113.7")).toBe(networkOf("203.0.113.7"));
  });

  it("is its /64 where it is of IPv6: nobody gets more by choosing another of his own", () => {
    expect(networkOf("2001:db8:1:2::1")).toBe(networkOf("2001:0db8:1:2:ffff:ffff:ffff:ffff"));
    expect(networkOf("2001:db8:1:2::1")).not.toBe(networkOf("2001:db8:1:3::1"));
  });

  it("is the text where nobody can read it", () => {
    expect(networkOf("unix:")).toBe("unix:");
  });
});

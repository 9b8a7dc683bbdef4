/** A way back leads to a page of this very site, whatever the address asks for. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextPath } from "../../src/core/next-path.ts";

const ORIGIN = "https://acme.example:8443";

describe("a path of this site is kept", () => {
  it.each([
    "/",
    "/wallet?a=1&b=%2F%2Fx#top",
    "/admin/users",
    "/apis",
    "/c/..%2f",
    "/oauth/consent?x",
  ])("%s", (path) => expect(nextPath(path, ORIGIN)).toBe(path));

  it("and written as a browser would", () => {
    expect(nextPath("/a/../b c", ORIGIN)).toBe("/b%20c");
  });
});

describe("everything else leads to the first page", () => {
  it.each([
    undefined,
    "",
    "wallet",
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "/%2e%2e//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/api/auth/providers/x/start",
    "/api",
    "https:/evil.example",
  ])("%s", (path) => expect(nextPath(path, ORIGIN)).toBe("/"));
});

it("whatever is asked for, a browser that follows it stays here", () => {
  const piece = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "@",
    ":",
    "//",
    "evil.example",
    "\t",
    "%2f",
    "?",
    "#",
    "a",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const path = nextPath(pieces.join(""), ORIGIN);
      expect(new URL(path, ORIGIN).origin).toBe(ORIGIN);
      expect(path).toMatch(/^\/(?![/\\])/);
    }),
    { numRuns: 2_000 },
  );
});

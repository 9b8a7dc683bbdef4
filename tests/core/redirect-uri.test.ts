import { describe, expect, it } from "vitest";
import {
  isSameRedirect,
  redirectPlace,
  redirectProblem,
  withAnswer,
} from "../../src/core/redirect-uri.ts";

describe("what an app may register", () => {
  it.each([
    "https://app.example/back",
    "https://app.example:8443/back?tenant=1",
    "http://127.0.0.1/back",
    "http://127.0.0.1:49152",
    "http://[::1]:1/back",
    "http://localhost:3000/back",
    "com.example.app:/back",
    "cursor://anysphere.cursor-retrieval/oauth",
  ])("%s", (uri) => expect(redirectProblem(uri)).toBeNull());

  it.each([
    ["http://app.example/back", "https"],
    ["http://127.0.0.1.evil.example/", "https"],
    ["http://127.1/", "https"],
    ["javascript:alert(1)", "https"],
    ["javascript://x.example/%0aalert(1)", "https"],
    ["data:text/html,hello", "https"],
    ["myapp:back", "https"],
    ["https://app.example/#here", "fragment"],
    ["https://ann@app.example/", "name"],
    ["https://*.example/", "wildcards"],
    ["https://app.example\\@evil.example/", "characters"],
    ["https://app.example/ ", "characters"],
    ["https://app.例子/", "characters"],
    ["/back", "absolute"],
    ["", "characters"],
    [`https://app.example/${"x".repeat(2_000)}`, "longer"],
  ])("not %s", (uri, why) => expect(redirectProblem(uri)).toContain(why));
});

describe("what was asked for is what was registered", () => {
  it.each([
    ["https://app.example/back", "https://app.example/back"],
    ["http://127.0.0.1/back", "http://127.0.0.1:5000/back"],
    ["http://127.0.0.1:1/back", "http://127.0.0.1/back"],
    ["http://[::1]/back", "http://[::1]:5000/back"],
  ])("%s takes %s", (own, asked) => expect(isSameRedirect(own, asked)).toBe(true));

  it.each([
    ["https://app.example/back", "https://app.example:443/back"],
    ["https://app.example/back", "https://APP.example/back"],
    ["https://app.example/back", "https://app.example/back/x/.."],
    ["http://127.0.0.1/back", "http://localhost/back"],
    ["http://127.0.0.1/back", "http://127.0.0.1:5000/back?x=1"],
    ["http://127.0.0.1/back", "http://127.0.0.1:5000/back#x"],
    ["http://127.0.0.1/back", "https://127.0.0.1/back"],
    ["com.example.app:/back", "com.example.app:/other"],
  ])("%s does not take %s", (own, asked) => expect(isSameRedirect(own, asked)).toBe(false));
});

it("a person is told the host, this device or the scheme", () => {
  expect(redirectPlace("https://app.example:8443/x")).toEqual({
    kind: "host",
    name: "app.example:8443",
  });
  expect(redirectPlace("http://127.0.0.1:1/x")).toEqual({ kind: "device", name: "127.0.0.1" });
  expect(redirectPlace("cursor://x")).toEqual({ kind: "scheme", name: "cursor" });
});

it("an answer goes into the query, encoded, and what is absent is left out", () => {
  expect(withAnswer("https://a.example/b", { code: "c d", state: undefined, iss: "" })).toBe(
    "https://a.example/b?code=c+d",
  );
  expect(withAnswer("https://a.example/b?x=1", { state: "a&code=evil" })).toBe(
    "https://a.example/b?x=1&state=a%26code%3Devil",
  );
});

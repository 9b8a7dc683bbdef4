import { describe, expect, it } from "vitest";
import {
  type AccessToken,
  looksLikeAccessToken,
  mintAccessToken,
  parseAccessToken,
} from "../../src/services/oauth/access-tokens.ts";
import { encryptAsCryptoJs } from "../../src/services/oauth/aigne-connect.ts";
import { newUserCode } from "../../src/services/oauth/devices.ts";
import { challengeOf, successorOf } from "../../src/services/oauth/secrets.ts";

const KEY = new Uint8Array(32).fill(7);
const TOKEN: AccessToken = {
  siteId: "site_0123456789abcdef",
  userId: "usr_zyxwvtsrqpnmkjhg",
  grantId: "key_0123456789abc",
  clientId: "app_fedcba9876543210",
  scopes: ["gateway"],
  expiresAt: 1_800_000_000_000,
};
/** Ids of eight bytes have three bits to spare: one that was encoded comes back. */
const GRANT = "key_0123456789ab0";

describe("an access token", () => {
  it("says what it was made from, and differs each time", () => {
    const made = { ...TOKEN, grantId: GRANT };
    const [one, two] = [mintAccessToken(KEY, made), mintAccessToken(KEY, made)];
    expect(parseAccessToken(KEY, one)).toEqual(made);
    expect(parseAccessToken(KEY, two)).toEqual(made);
    expect(one).not.toBe(two);
    expect(looksLikeAccessToken(one)).toBe(true);
  });

  it.each([[[]], [["gateway"]], [["wallet"]], [["gateway", "wallet"]]])(
    "has exactly the scopes %j",
    (scopes) => {
      const text = mintAccessToken(KEY, { ...TOKEN, scopes });
      expect(parseAccessToken(KEY, text)?.scopes).toEqual(scopes);
    },
  );

  it("under another key is nothing, and so is one that lacks or has a letter more", () => {
    const text = mintAccessToken(KEY, TOKEN);
    expect(parseAccessToken(new Uint8Array(32), text)).toBeNull();
    for (const wrong of [text.slice(0, -1), `${text}A`, `pk-${text.slice(3)}`, ""]) {
      expect(parseAccessToken(KEY, wrong)).toBeNull();
    }
  });

  it("is checked in far less than half a millisecond", () => {
    const text = mintAccessToken(KEY, TOKEN);
    const times = Array.from({ length: 2_000 }, () => {
      const from = performance.now();
      parseAccessToken(KEY, text);
      return performance.now() - from;
    }).sort((a, b) => a - b);
    expect(times[1_000]).toBeLessThan(0.5);
  });
});

it("the challenge of a verifier is the one of RFC 7636, appendix B", () => {
  expect(challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe(
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  );
});

it("the successor of a refresh token is always the same, and only who has the key can tell it", () => {
  expect(successorOf(KEY, "pr-a")).toBe(successorOf(KEY, "pr-a"));
  expect(successorOf(KEY, "pr-a")).not.toBe(successorOf(KEY, "pr-b"));
  expect(successorOf(KEY, "pr-a")).not.toBe(successorOf(new Uint8Array(32), "pr-a"));
});

it("user codes have eight of twenty letters, all about as often", () => {
  const counts = new Map<string, number>();
  for (let made = 0; made < 2_000; made++) {
    const code = newUserCode();
    expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    for (const letter of code) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect(counts.size).toBe(20);
  for (const count of counts.values()) expect(Math.abs(count - 800)).toBeLessThan(200);
});

it("what is hidden for AIGNE's command line has OpenSSL's form, salted anew", async () => {
  const [one, two] = [await encryptAsCryptoJs("key", "p"), await encryptAsCryptoJs("key", "p")];
  expect(Buffer.from(one, "base64").subarray(0, 8).toString()).toBe("Salted__");
  expect(one).not.toBe(two);
});

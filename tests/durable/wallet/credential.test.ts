import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Credential } from "../../../src/durable/wallet/protocol.ts";
import {
  admission,
  advance,
  fundedWallet,
  HOUR,
  isolate,
  KEY,
  profileKey,
  reasonOf,
  SESSION,
  START,
  wallet,
} from "./support.ts";

isolate();

/** What `admit` and `authorise` say of a credential; they must agree. */
async function verdict(own: ReturnType<typeof wallet>, credential: Credential): Promise<string> {
  const authorised = await own.authorise(credential, "gateway");
  const admitted = await own.admit(admission(`r_${Math.random()}`, { credential }));
  const reason = authorised.ok ? "admitted" : authorised.reason;
  expect(reasonOf(admitted)).toBe(reason);
  return reason;
}

describe("an API key", () => {
  it("stands with the hash of its whole text", async () => {
    expect(await verdict(await fundedWallet(1_000), KEY)).toBe("admitted");
  });

  it("of another text is unknown, also one that differs in the last character only", async () => {
    const own = await fundedWallet(1_000);
    for (const keyHash of [`${KEY.keyHash.slice(0, -1)}0`, "", KEY.keyHash.slice(1)]) {
      expect(await verdict(own, { ...KEY, keyHash })).toBe("unknown_key");
    }
  });

  it("that is revoked stops at once, also after an eviction", async () => {
    const own = await fundedWallet(1_000);
    await own.putProfile(own.profile({ keys: [profileKey({ revoked: true })], version: 2 }));
    expect(await verdict(own, KEY)).toBe("unknown_key");
    await evictDurableObject(own.stub);
    expect(await verdict(own, KEY)).toBe("unknown_key");
  });

  it("stops at the moment it expires", async () => {
    const own = await fundedWallet(1_000);
    const keys = [profileKey({ expiresAt: START + HOUR })];
    await own.putProfile(own.profile({ keys, version: 2 }));
    expect(await verdict(own, KEY)).toBe("admitted");
    advance(HOUR);
    expect(await verdict(own, KEY)).toBe("key_expired");
  });

  it("that the wallet has not heard of makes it ask for the profile once", async () => {
    const own = await fundedWallet(1_000);
    const credential = { ...KEY, keyId: "key_2" };
    expect(await verdict(own, credential)).toBe("profile_needed");
    const profile = own.profile({ keys: [profileKey({ id: "key_2" })], version: 2 });
    expect(await own.authorise(credential, "gateway", profile)).toEqual({ ok: true, profile });
    const gone = { ...KEY, keyId: "key_3" };
    expect(await own.authorise(gone, "gateway", profile)).toEqual({
      ok: false,
      reason: "unknown_key",
    });
  });

  it("may do only what its scopes say", async () => {
    const own = await fundedWallet(1_000);
    await own.putProfile(own.profile({ keys: [profileKey({ scopes: ["wallet"] })], version: 2 }));
    expect(await verdict(own, KEY)).toBe("scope_missing");
    expect(await own.authorise(KEY, "wallet")).toMatchObject({ ok: true });
  });
});

describe("a session", () => {
  it("stands while its epoch is the user's", async () => {
    const own = await fundedWallet(1_000);
    expect(await verdict(own, SESSION)).toBe("admitted");
    await own.putProfile(own.profile({ sessionEpoch: 2, version: 2 }));
    expect(await verdict(own, SESSION)).toBe("session_expired");
  });

  it("of a newer epoch makes the wallet ask for the profile", async () => {
    const own = await fundedWallet(1_000);
    const credential = { ...SESSION, epoch: 2 };
    expect(await verdict(own, credential)).toBe("profile_needed");
    const profile = own.profile({ sessionEpoch: 2, version: 2 });
    expect(await own.authorise(credential, "gateway", profile)).toMatchObject({ ok: true });
    // One that the store does not know of either is void, rather than asked for again.
    const ahead = { ...SESSION, epoch: 3 };
    expect(await own.authorise(ahead, "gateway", profile)).toEqual({
      ok: false,
      reason: "session_expired",
    });
  });

  it("that was signed out is void at once; others of the user stand", async () => {
    const own = await fundedWallet(1_000);
    await own.revokeSession(SESSION.sessionId, START + HOUR);
    expect(await verdict(own, SESSION)).toBe("session_expired");
    await evictDurableObject(own.stub);
    expect(await verdict(own, SESSION)).toBe("session_expired");
    expect(await verdict(own, { ...SESSION, sessionId: "ses_2" })).toBe("admitted");
  });

  it("that was signed out is forgotten when it would have expired anyway", async () => {
    const own = await fundedWallet(1_000);
    await own.revokeSession("ses_old", START + HOUR);
    await own.revokeSession("ses_old", START + HOUR);
    advance(HOUR);
    await own.revokeSession("ses_new", START + 9 * HOUR);
    const stored = await runInDurableObject(own.stub, (_, state) => [
      ...state.storage.sql.exec("SELECT value FROM facts WHERE name = 'revoked'").raw(),
    ]);
    expect(stored).toEqual([[JSON.stringify({ ses_new: START + 9 * HOUR })]]);
  });
});

describe("a profile", () => {
  it("of a disabled user stops keys and sessions", async () => {
    const own = await fundedWallet(1_000);
    await own.putProfile(own.profile({ enabled: false, version: 2 }));
    expect(await verdict(own, KEY)).toBe("user_disabled");
    expect(await verdict(own, SESSION)).toBe("user_disabled");
  });

  it("that is older never replaces a newer one", async () => {
    const own = await fundedWallet(1_000);
    await own.putProfile(own.profile({ enabled: false, version: 3 }));
    await own.putProfile(own.profile({ version: 2 }));
    expect(await own.authorise(SESSION, "gateway", own.profile({ version: 1 }))).toMatchObject({
      reason: "user_disabled",
    });
  });

  it("of another user or another site is refused", async () => {
    const own = await fundedWallet(1_000);
    await runInDurableObject(own.stub, async (instance) => {
      for (const wrong of [{ userId: "usr_2" }, { siteId: "site_2" }]) {
        const brought = own.profile({ ...wrong, version: 9 });
        await expect(instance.putProfile(brought)).rejects.toThrow("another user");
      }
    });
  });

  it("is asked for by a wallet that has none, whatever the credential", async () => {
    expect(await verdict(wallet(), KEY)).toBe("profile_needed");
    expect(await verdict(wallet("usr_2"), SESSION)).toBe("profile_needed");
  });
});

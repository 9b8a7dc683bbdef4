import { expect } from "vitest";
import { ALL_ADDRESSES } from "../../src/contract/scopes.ts";
import type { Database } from "../../src/store/database.ts";
import { newId } from "../../src/store/ids.ts";
import { keysOfSite, keysOfUser, revokeKey } from "../../src/store/keys.ts";
import * as clients from "../../src/store/oauth-clients.ts";
import * as devices from "../../src/store/oauth-devices.ts";
import * as grants from "../../src/store/oauth-grants.ts";
import * as tokens from "../../src/store/oauth-tokens.ts";
import { pendingProfiles } from "../../src/store/outbox.ts";
import { loadProfile } from "../../src/store/users.ts";
import { type Claims, fresh, makeSite, makeUser } from "./fixture.ts";

const HOUR = 3_600_000;

async function makeClient(db: Database, siteId: string, more: Partial<clients.NewClient> = {}) {
  return await clients.insertClient(db, {
    ...{ siteId, id: newId("app"), name: "Notes", origin: "registered" },
    ...{ redirectUris: ["https://app.example/back"], grantTypes: ["authorization_code"] },
    ...{ scopes: ["gateway"], limits: {}, createdAt: Date.now() },
    ...more,
  });
}

async function grant(db: Database, siteId: string, clientId: string, userId: string) {
  const id = fresh("key");
  await grants.insertGrant(
    db,
    siteId,
    { clientId, userId, scopes: ["gateway"], limits: { creditsPerMonth: 5 } },
    {
      ...{ id, userId, name: "Notes", hash: `app:${id}`, prefix: "app", scopes: ["gateway"] },
      ...{ limits: { creditsPerMonth: 5 }, models: ["up/*"], addresses: ALL_ADDRESSES },
      expiresAt: null,
    },
  );
  return id;
}

async function allowed(db: Database) {
  const { siteId } = await makeSite(db);
  const userId = await makeUser(db, siteId);
  const client = await makeClient(db, siteId);
  return { siteId, userId, client, id: await grant(db, siteId, client.id, userId) };
}

const refreshRow = (siteId: string, grantId: string, hash: string) => ({
  ...{ siteId, grantId, hash, clientId: "app", userId: "usr", scopes: ["gateway"] },
  ...{ createdAt: Date.now(), expiresAt: Date.now() + HOUR },
});

export const oauthClaims: Claims = {
  "what an app is allowed is a key in its user's profile, and none among his keys": async (db) => {
    const { siteId, userId, id, client } = await allowed(db);
    const profile = await loadProfile(db, siteId, userId);
    expect(profile?.keys).toMatchObject([
      { id, hash: `app:${id}`, limits: { creditsPerMonth: 5 }, models: ["up/*"], revoked: false },
    ]);
    expect(await keysOfUser(db, siteId, userId)).toEqual([]);
    expect(await keysOfSite(db, siteId)).toMatchObject([{ id, clientId: client.id }]);
  },

  "for an app and a user one grant stands, and after it has ended another may": async (db) => {
    const { siteId, userId, client, id } = await allowed(db);
    await expect(grant(db, siteId, client.id, userId)).rejects.toThrow();
    expect((await loadProfile(db, siteId, userId))?.keys).toHaveLength(1);
    await grants.revokeGrants(db, siteId, [{ id, userId }], "revoked");
    const again = await grant(db, siteId, client.id, userId);
    const standing = await grants.standingGrants(db, siteId, { userId });
    expect(standing.map((one) => one.id)).toEqual([again]);
  },

  "an ended grant takes its key and its refresh tokens along, and is announced": async (db) => {
    const { siteId, userId, id } = await allowed(db);
    await tokens.insertRefresh(db, refreshRow(siteId, id, "old"));
    const before = (await pendingProfiles(db, 100, siteId)).length;
    await grants.revokeGrants(db, siteId, [{ id, userId }], "revoked");
    expect((await loadProfile(db, siteId, userId))?.keys).toMatchObject([{ revoked: true }]);
    expect(await tokens.findRefresh(db, siteId, "old")).toBeNull();
    expect((await pendingProfiles(db, 100, siteId)).length).toBe(before + 1);
  },

  "more grants than a statement has parameters end in one go": async (db) => {
    const { siteId } = await makeSite(db);
    const client = await makeClient(db, siteId);
    const ending: { id: string; userId: string }[] = [];
    for (let made = 0; made < 90; made++) {
      const userId = await makeUser(db, siteId);
      ending.push({ id: await grant(db, siteId, client.id, userId), userId });
    }
    await grants.revokeGrants(db, siteId, ending, "the app was disabled");
    expect(await grants.standingGrants(db, siteId, { clientId: client.id })).toEqual([]);
  },

  "a grant whose key was revoked by itself does not stand": async (db) => {
    const { siteId, userId, id } = await allowed(db);
    expect(await revokeKey(db, siteId, userId, id)).toBe(true);
    expect(await grants.standingGrants(db, siteId, { id })).toEqual([]);
  },

  "a code is used by one of several at once": async (db) => {
    const { siteId } = await makeSite(db);
    await tokens.insertCode(db, {
      ...{ siteId, hash: "code", clientId: "app", userId: "usr", redirectUri: "https://a/" },
      ...{ scopes: ["gateway"], challenge: "c", createdAt: 1, expiresAt: Date.now() + HOUR },
    });
    const used = await Promise.all([1, 2, 3, 4].map(() => tokens.useCode(db, siteId, "code")));
    expect(used.filter(Boolean)).toHaveLength(1);
    expect((await tokens.findCode(db, siteId, "code"))?.usedAt).toBeGreaterThan(1);
  },

  "a refresh token that is rotated twice has one successor, and is used since the first": async (
    db,
  ) => {
    const { siteId, id } = await allowed(db);
    const old = refreshRow(siteId, id, "old");
    await tokens.insertRefresh(db, old);
    await tokens.rotateRefresh(db, old, refreshRow(siteId, id, "next"));
    const first = (await tokens.findRefresh(db, siteId, "old"))?.usedAt;
    await tokens.rotateRefresh(db, old, refreshRow(siteId, id, "next"));
    expect((await tokens.findRefresh(db, siteId, "old"))?.usedAt).toBe(first);
    expect((await tokens.findRefresh(db, siteId, "next"))?.usedAt).toBeNull();
  },

  "a device moves on once, and only from where it is": async (db) => {
    const { siteId } = await makeSite(db);
    const device = {
      ...{ siteId, hash: "device", userCode: "BCDFGHJK", clientId: "app", scopes: ["gateway"] },
      ...{ status: "pending" as const, intervalMs: 5_000, createdAt: 1 },
      expiresAt: Date.now() + HOUR,
    };
    await devices.insertDevice(db, device);
    await expect(devices.insertDevice(db, { ...device, hash: "other" })).rejects.toThrow();
    const move = (from: "pending" | "allowed") =>
      devices.moveDevice(db, device, from, { status: "allowed", userId: "usr" });
    expect(await Promise.all([move("pending"), move("pending")])).toContain(false);
    expect(await devices.moveDevice(db, device, "denied", { status: "used" })).toBe(false);
    expect((await devices.findByUserCode(db, siteId, "BCDFGHJK"))?.status).toBe("allowed");
  },

  "nothing of an app is found under another site's name": async (db) => {
    const { siteId, client, id, userId } = await allowed(db);
    await tokens.insertRefresh(db, refreshRow(siteId, id, "old"));
    const other = await makeSite(db);
    expect(await clients.findClient(db, other.siteId, client.id)).toBeNull();
    expect(await clients.changeClient(db, other.siteId, client.id, { name: "x" })).toBeNull();
    await clients.deleteClient(db, other.siteId, client.id);
    await grants.revokeGrants(db, other.siteId, [{ id, userId }], "x");
    expect(await tokens.findRefresh(db, other.siteId, "old")).toBeNull();
    expect(await clients.findClient(db, siteId, client.id)).not.toBeNull();
    expect(await grants.standingGrants(db, siteId, { id })).toHaveLength(1);
    expect(await grants.usersOfClient(db, other.siteId, client.id)).toEqual([]);
  },

  "what nothing can be had from is found, and what has a refresh token is not": async (db) => {
    const [dead, alive] = [await allowed(db), await allowed(db)];
    await tokens.insertRefresh(db, refreshRow(alive.siteId, alive.id, fresh("hash")));
    const found = (await grants.deadGrants(db, Date.now() + HOUR)).map((one) => one.id);
    expect(found).toContain(dead.id);
    expect(found).not.toContain(alive.id);
    expect((await grants.deadGrants(db, 0)).map((one) => one.id)).not.toContain(dead.id);
  },

  "of apps that registered only those go that are old and that nobody allows anything": async (
    db,
  ) => {
    const { siteId, client } = await allowed(db);
    const [unused, made] = [
      await makeClient(db, siteId),
      await makeClient(db, siteId, { origin: "made" }),
    ];
    await clients.deleteUnusedClients(db, Date.now() - HOUR);
    expect(await clients.findClient(db, siteId, unused.id)).not.toBeNull();
    await clients.deleteUnusedClients(db, Date.now() + HOUR);
    expect(await clients.findClient(db, siteId, unused.id)).toBeNull();
    expect(await clients.findClient(db, siteId, made.id)).not.toBeNull();
    expect(await clients.findClient(db, siteId, client.id)).not.toBeNull();
    expect(await clients.countRegistered(db, siteId)).toBe(1);
  },
};

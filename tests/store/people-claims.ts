import { expect } from "vitest";
import { queriesSent } from "../../src/store/database.ts";
import { newId } from "../../src/store/ids.ts";
import {
  findKeyByHash,
  findKeysByHash,
  keysOfSite,
  keysOfUser,
  revokeKey,
  updateKey,
} from "../../src/store/keys.ts";
import { acknowledge, pendingProfiles } from "../../src/store/outbox.ts";
import {
  createSession,
  liveSessions,
  revokeAllSessions,
  revokeSession,
} from "../../src/store/sessions.ts";
import { change } from "../../src/store/sites.ts";
import * as users from "../../src/store/users.ts";
import { type Claims, fresh, makeFullSite, makeKey, makeSite, makeUser } from "./fixture.ts";

export const peopleClaims: Claims = {
  "an e-mail is one user's within a site, and free on another": async (db) => {
    const [one, two] = [await makeSite(db), await makeSite(db)];
    const email = `${fresh("ann")}@acme.example`;
    const id = await makeUser(db, one.siteId, { email });
    await expect(makeUser(db, one.siteId, { email })).rejects.toThrow();
    const other = await makeUser(db, two.siteId, { email });
    expect((await users.findByEmail(db, one.siteId, email))?.id).toBe(id);
    expect((await users.findByEmail(db, two.siteId, email))?.id).toBe(other);
  },

  "a user that could not be made leaves no announcement": async (db) => {
    const { siteId } = await makeSite(db);
    const email = `${fresh("ann")}@acme.example`;
    await makeUser(db, siteId, { email });
    const before = await pendingProfiles(db, 100, siteId);
    await expect(makeUser(db, siteId, { email })).rejects.toThrow();
    expect(await pendingProfiles(db, 100, siteId)).toEqual(before);
  },

  "a change raises the profile's version and announces it in the same batch": async (db) => {
    const { siteId } = await makeSite(db);
    const id = await makeUser(db, siteId);
    for (const row of await pendingProfiles(db, 100, siteId)) {
      await acknowledge(db, siteId, row.id);
    }
    await users.updateUser(db, siteId, id, { name: "Bea", enabled: false });
    const profile = await users.loadProfile(db, siteId, id);
    expect(profile).toMatchObject({ version: 2, enabled: false, sessionEpoch: 1 });
    expect(await pendingProfiles(db, 100, siteId)).toMatchObject([{ siteId, userId: id }]);
  },

  "a new password ends every session, in whichever way it is set": async (db) => {
    const { siteId } = await makeSite(db);
    const id = await makeUser(db, siteId);
    await users.setPassword(db, siteId, id, "scrypt$1");
    expect((await users.loadProfile(db, siteId, id))?.sessionEpoch).toBe(2);
    await users.updateUser(db, siteId, id, { passwordHash: "scrypt$2" });
    const row = await users.findById(db, siteId, id);
    expect(row).toMatchObject({ sessionEpoch: 3, profileVersion: 3, passwordHash: "scrypt$2" });
  },

  "the profile carries groups and keys, and is read in one batch": async (db) => {
    const site = await makeFullSite(db);
    const sent = queriesSent(db);
    const profile = await users.loadProfile(db, site.siteId, site.userId);
    expect(queriesSent(db) - sent).toBe(3);
    expect(profile).toMatchObject({
      siteId: site.siteId,
      userId: site.userId,
      email: site.email,
      role: "member",
      levelId: site.levelId,
      groupIds: [site.groupId],
      departmentIds: [site.departmentId],
      keys: [{ id: site.keyId, hash: site.keyHash, scopes: ["gateway"], revoked: false }],
    });
    expect(await users.loadProfile(db, site.siteId, "usr_nobody")).toBeNull();
  },

  "changed groups replace the former ones, and a group twice is once": async (db) => {
    const site = await makeFullSite(db);
    const groups = async () =>
      (await users.loadProfile(db, site.siteId, site.userId))?.groupIds ?? [];
    await users.updateUser(db, site.siteId, site.userId, {}, [site.groupId, site.groupId]);
    expect(await groups()).toEqual([site.groupId]);
    await users.updateUser(db, site.siteId, site.userId, {}, []);
    expect(await groups()).toEqual([]);
  },

  "users are found by many e-mails at once, with their groups": async (db) => {
    const site = await makeFullSite(db);
    const others = Array.from({ length: 300 }, (_, at) => `nobody-${at}@acme.example`);
    const found = await users.findByEmails(db, site.siteId, [...others, site.email]);
    expect(found).toMatchObject([{ id: site.userId, groups: ["staff"] }]);
    expect(await users.findByEmails(db, site.siteId, [])).toEqual([]);
  },

  "many users and keys are made in few statements": async (db) => {
    const { siteId } = await makeSite(db);
    const many = Array.from({ length: 40 }, () => ({
      id: newId("user"),
      email: `${fresh("bulk")}@acme.example`,
      name: "",
      passwordHash: null,
      role: "member" as const,
      levelId: null,
    }));
    const sent = queriesSent(db);
    await change(db, siteId, users.insertUsers(db, siteId, many, 1));
    expect(queriesSent(db) - sent).toBeLessThan(10);
    expect(await users.countUsers(db, siteId)).toBe(40);
  },

  "the hash of a key leads to its owner whatever the site": async (db) => {
    const site = await makeFullSite(db);
    expect(await findKeyByHash(db, site.keyHash)).toEqual({
      siteId: site.siteId,
      userId: site.userId,
      keyId: site.keyId,
    });
    expect(await findKeyByHash(db, "0".repeat(64))).toBeNull();
    const rows = await findKeysByHash(db, [site.keyHash, "1".repeat(64)]);
    expect(rows.map((row) => row.id)).toEqual([site.keyId]);
  },

  "one text is one key in the whole deployment": async (db) => {
    const [one, two] = [await makeFullSite(db), await makeFullSite(db)];
    const same = { hash: one.keyHash };
    await expect(makeKey(db, two.siteId, two.userId, same)).rejects.toThrow();
    expect(await keysOfUser(db, two.siteId, two.userId)).toHaveLength(1);
  },

  "a revoked key is told to the wallet, and revoking it again changes nothing": async (db) => {
    const site = await makeFullSite(db);
    expect(await revokeKey(db, site.siteId, site.userId, site.keyId)).toBe(true);
    const profile = await users.loadProfile(db, site.siteId, site.userId);
    expect(profile?.keys).toMatchObject([{ id: site.keyId, revoked: true }]);
    expect(await revokeKey(db, site.siteId, site.userId, site.keyId)).toBe(false);
    expect((await users.loadProfile(db, site.siteId, site.userId))?.version).toBe(profile?.version);
  },

  "keys of a site are listed with their owner's e-mail, changed ones as they are now": async (
    db,
  ) => {
    const site = await makeFullSite(db);
    await change(db, site.siteId, [
      updateKey(db, site.siteId, site.keyId, { name: "new", limits: { rpm: 7 } }),
    ]);
    expect(await keysOfSite(db, site.siteId)).toMatchObject([
      { id: site.keyId, name: "new", limits: { rpm: 7 }, email: site.email },
    ]);
  },

  "a live session is neither ended nor run out": async (db) => {
    const site = await makeFullSite(db);
    const ids = async () =>
      (await liveSessions(db, site.siteId, site.userId)).map((session) => session.id);
    const [old, other] = [newId("session"), newId("session")];
    const { siteId, userId } = site;
    const how = { userId, method: "password", address: "", agent: "", impersonatedBy: null };
    await createSession(db, siteId, { ...how, id: old, expiresAt: Date.now() - 1 });
    await createSession(db, siteId, { ...how, id: other, expiresAt: Date.now() + 60_000 });
    expect((await ids()).toSorted()).toEqual([site.sessionId, other].toSorted());
    await revokeSession(db, siteId, other);
    expect(await ids()).toEqual([site.sessionId]);
    await revokeAllSessions(db, siteId, userId);
    expect(await ids()).toEqual([]);
  },

  "the first log-in is known from the later ones": async (db) => {
    const { siteId } = await makeSite(db);
    const id = await makeUser(db, siteId);
    expect((await users.findById(db, siteId, id))?.lastLoginAt).toBeNull();
    await users.noteLogin(db, siteId, id, 1234);
    expect((await users.findById(db, siteId, id))?.lastLoginAt).toBe(1234);
  },

  "an announcement waits until it is acknowledged, oldest first": async (db) => {
    const { siteId } = await makeSite(db);
    const [one, two] = [await makeUser(db, siteId), await makeUser(db, siteId)];
    const pending = await pendingProfiles(db, 10, siteId);
    expect(pending.map((row) => row.userId)).toEqual([one, two]);
    await acknowledge(db, siteId, pending[0]?.id ?? 0);
    expect((await pendingProfiles(db, 10, siteId)).map((row) => row.userId)).toEqual([two]);
    expect(await pendingProfiles(db, 0, siteId)).toEqual([]);
  },
};

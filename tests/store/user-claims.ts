import { getTableColumns, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect } from "vitest";
import type { Database } from "../../src/store/database.ts";
import { newId } from "../../src/store/ids.ts";
import { pendingProfiles } from "../../src/store/outbox.ts";
import * as schema from "../../src/store/schema.ts";
import { change, updateSite } from "../../src/store/sites.ts";
import * as users from "../../src/store/users.ts";
import {
  countMatching,
  pageUsers,
  type UserFilter,
  type UserPageQuery,
} from "../../src/store/users-list.ts";
import { KEPT, OF_USERS, removeUser } from "../../src/store/users-removal.ts";
import { type Claims, dumpSite, fresh, makeFullSite, makeSite, makeUser } from "./fixture.ts";

const DAY_MS = 86_400_000;

async function pagesOf(db: Database, siteId: string, order: UserPageQuery["order"]) {
  const seen: users.UserRow[] = [];
  let after: string | undefined;
  do {
    const page = await pageUsers(db, siteId, { limit: 3, after, order });
    seen.push(...page.data);
    expect(page.has_more).toBe(page.next !== null);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return seen;
}

async function found(db: Database, siteId: string, filter: UserFilter): Promise<string[]> {
  const page = await pageUsers(db, siteId, { limit: 50, ...filter });
  expect(await countMatching(db, siteId, filter)).toBe(page.data.length);
  return page.data.map((user) => user.id);
}

export const userClaims: Claims = {
  "pages follow each other without gap or repetition, newest first": async (db) => {
    const { siteId } = await makeSite(db);
    const made: string[] = [];
    for (let at = 0; at < 7; at++) made.push(await makeUser(db, siteId));
    const seen = await pagesOf(db, siteId, undefined);
    expect(seen.map((user) => user.id).toSorted()).toEqual(made.toSorted());
    const createdAt = seen.map((user) => user.createdAt);
    expect(createdAt).toEqual(createdAt.toSorted((a, b) => b - a));
  },

  "pages of every order are whole, also where many are alike in it": async (db) => {
    const { siteId } = await makeSite(db);
    for (const name of ["Zoë: a", "王", "", "", "b%", "b%", "a"]) {
      const id = await makeUser(db, siteId, { name });
      if (name === "a") await users.noteLogin(db, siteId, id, 5);
      if (name === "王") await users.updateUser(db, siteId, id, { levelExpiresAt: 7 });
    }
    for (const by of ["name", "email", "seen", "expiry"] as const) {
      const up = await pagesOf(db, siteId, { by, descending: false });
      const down = await pagesOf(db, siteId, { by, descending: true });
      expect(new Set(up.map((user) => user.id)).size, by).toBe(7);
      expect(down.map((user) => user.id)).toEqual(up.map((user) => user.id).reverse());
    }
    const byName = await pagesOf(db, siteId, { by: "name", descending: false });
    expect(byName.map((user) => user.name)).toEqual(["", "", "Zoë: a", "a", "b%", "b%", "王"]);
  },

  "a cursor that nobody was given leads behind the last page": async (db) => {
    const { siteId } = await makeSite(db);
    await makeUser(db, siteId);
    for (const after of ["x", "%", "[]", encodeURIComponent('[{},"a"]')]) {
      const page = await pageUsers(db, siteId, { limit: 3, after });
      expect(page).toEqual({ data: [], has_more: false, next: null });
    }
  },

  "search looks in e-mail and name, and takes wildcards for what they are": async (db) => {
    const { siteId } = await makeSite(db);
    const percent = await makeUser(db, siteId, { name: "100% Ann" });
    const plain = await makeUser(db, siteId, { name: "1000 Ann" });
    const byMail = await makeUser(db, siteId, { email: `${fresh("zoe_x")}@acme.example` });
    await makeUser(db, siteId, { email: `${fresh("zoexx")}@acme.example`, name: "" });
    expect(await found(db, siteId, { search: "100%" })).toEqual([percent]);
    const anns = await found(db, siteId, { search: "ann" });
    expect(anns.toSorted()).toEqual([percent, plain, byMail].toSorted());
    expect(await found(db, siteId, { search: "zoe_" })).toEqual([byMail]);
  },

  "filters of level, role, kind and enabled narrow the list together": async (db) => {
    const { siteId } = await makeSite(db);
    await change(db, siteId, [updateSite(db, siteId, { edition: "enterprise" })]);
    const levelId = newId("level");
    const level = { id: levelId, isDefault: false };
    const wanted = await makeUser(db, siteId, { levelId, role: "admin", kind: "internal" });
    await makeUser(db, siteId, { levelId, kind: "internal" });
    await makeUser(db, siteId, { role: "admin", kind: "internal" });
    await makeUser(db, siteId, { levelId, role: "admin" });
    await makeUser(db, siteId, { levelId, role: "admin", kind: "internal", enabled: false });
    const filter = { level, role: "admin", kind: "internal", enabled: true } as const;
    expect(await found(db, siteId, filter)).toEqual([wanted]);
    expect((await users.countByLevel(db, siteId)).get(levelId)).toBe(4);
    expect(await users.countUsers(db, siteId)).toBe(5);
  },

  "who had a level that has ended is found under the default one": async (db) => {
    const { siteId } = await makeSite(db);
    const [pro, free] = [newId("level"), newId("level")];
    const ends = (levelExpiresAt: number | null) =>
      makeUser(db, siteId, { levelId: pro, levelExpiresAt });
    const ended = await ends(Date.now() - 1);
    const soon = await ends(Date.now() + DAY_MS);
    const never = await ends(null);
    await makeUser(db, siteId, { levelId: null });
    const [asPro, asFree] = await Promise.all([
      found(db, siteId, { level: { id: pro, isDefault: false } }),
      found(db, siteId, { level: { id: free, isDefault: true } }),
    ]);
    expect(asPro.toSorted()).toEqual([soon, never].toSorted());
    expect(asFree).toEqual([ended]);
    expect(await found(db, siteId, { expiry: "ended" })).toEqual([ended]);
    expect(await found(db, siteId, { expiry: Date.now() + 7 * DAY_MS })).toEqual([soon]);
    expect(await found(db, siteId, { expiry: "none" })).toHaveLength(2);
  },

  "times of registration and of the last log-in bound the list": async (db) => {
    const { siteId } = await makeSite(db);
    const [seen, never] = [await makeUser(db, siteId), await makeUser(db, siteId)];
    await users.noteLogin(db, siteId, seen, 5_000);
    expect(await found(db, siteId, { seenFrom: null })).toEqual([never]);
    expect(await found(db, siteId, { seenFrom: 5_000, seenTo: 5_001 })).toEqual([seen]);
    expect(await found(db, siteId, { seenFrom: 5_001 })).toEqual([]);
    expect(await found(db, siteId, { createdFrom: Date.now() + DAY_MS })).toEqual([]);
    expect(await found(db, siteId, { createdTo: Date.now() + DAY_MS })).toHaveLength(2);
  },

  "another level has no end but the one that is said with it; the same one keeps its end": async (
    db,
  ) => {
    const { siteId } = await makeSite(db);
    const [pro, gold] = [newId("level"), newId("level")];
    const id = await makeUser(db, siteId, { levelId: pro, levelExpiresAt: 1_000 });
    const end = async () => (await users.findById(db, siteId, id))?.levelExpiresAt;
    await users.updateUser(db, siteId, id, { levelId: pro, name: "Ann" });
    expect(await end()).toBe(1_000);
    await users.updateUser(db, siteId, id, { levelId: gold });
    expect(await end()).toBeNull();
    await users.updateUser(db, siteId, id, { levelId: pro, levelExpiresAt: 2_000 });
    expect(await end()).toBe(2_000);
    await users.updateUser(db, siteId, id, { levelId: null });
    expect(await end()).toBeNull();
  },

  "another e-mail is not verified because the one before was": async (db) => {
    const { siteId } = await makeSite(db);
    const email = `${fresh("ann")}@acme.example`;
    const id = await makeUser(db, siteId, { email, emailVerifiedAt: 1_000 });
    const verified = async () => (await users.findById(db, siteId, id))?.emailVerifiedAt;
    await users.updateUser(db, siteId, id, { email, name: "Ann" });
    expect(await verified()).toBe(1_000);
    await users.updateUser(db, siteId, id, { email: `${fresh("eve")}@acme.example` });
    expect(await verified()).toBeNull();
  },

  "who is removed leaves no row behind, and a note for the objects": async (db) => {
    const site = await makeFullSite(db);
    const neighbour = await makeFullSite(db);
    const before = await dumpSite(db, neighbour.siteId);
    await removeUser(db, site.siteId, { id: site.userId, email: site.email });
    const left = await dumpSite(db, site.siteId);
    for (const trace of [site.userId, site.email, site.keyId]) expect(left).not.toContain(trace);
    const pending = await pendingProfiles(db, 100, site.siteId);
    expect(pending.map((row) => row.userId)).toContain(site.userId);
    expect(await users.loadProfile(db, site.siteId, site.userId)).toBeNull();
    expect(await dumpSite(db, neighbour.siteId)).toBe(before);
  },

  "every table that knows a user is emptied of him, or says why it is kept": async () => {
    const knowing = Object.values(schema).filter(
      (table) => is(table, SQLiteTable) && "userId" in getTableColumns(table),
    );
    expect(new Set<unknown>([...OF_USERS, ...KEPT])).toEqual(new Set<unknown>(knowing));
  },
};

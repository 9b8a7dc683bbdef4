/** Other places to log in at, and who is linked to whom there, as the store keeps them. */
import { expect } from "vitest";
import type { Database } from "../../src/store/database.ts";
import { newId } from "../../src/store/ids.ts";
import * as store from "../../src/store/providers.ts";
import { configVersion } from "../../src/store/sites.ts";
import { loadSnapshot } from "../../src/store/snapshot.ts";
import { type Claims, makeSite, makeUser } from "./fixture.ts";

const values = (slug: string, more: Partial<store.ProviderValues> = {}): store.ProviderValues => ({
  slug,
  kind: "oidc",
  name: slug.toUpperCase(),
  enabled: true,
  settings: { issuer: "https://id.example" },
  sealed: "v1.sealed",
  hint: "…1234",
  registers: true,
  levelId: null,
  ...more,
});

async function withProviders(db: Database, ...slugs: string[]) {
  const { siteId } = await makeSite(db);
  const ids: string[] = [];
  for (const slug of slugs) {
    const id = newId("provider");
    await store.insertProvider(db, siteId, id, values(slug));
    ids.push(id);
  }
  const userId = await makeUser(db, siteId);
  const link = (providerId: string, subject: string, whose = userId) =>
    store.linkIdentity(db, siteId, { providerId, subject, userId: whose, email: "", name: "" });
  return { siteId, ids: ids as [string, string, string], userId, link };
}

export const providerClaims: Claims = {
  "a new provider comes last, and the order is as it was set": async (db) => {
    const { siteId, ids } = await withProviders(db, "a", "b", "c");
    const order = async () => (await store.listProviders(db, siteId)).map((row) => row.slug);
    expect(await order()).toEqual(["a", "b", "c"]);
    await store.orderProviders(db, siteId, [ids[2], ids[0], ids[1]]);
    expect(await order()).toEqual(["c", "a", "b"]);
    await store.insertProvider(db, siteId, newId("provider"), values("d"));
    expect(await order()).toEqual(["c", "a", "b", "d"]);
  },

  "the log-in page's buttons are in the snapshot: enabled ones, without secrets, links left out":
    async (db) => {
      const { siteId, ids } = await withProviders(db, "a", "b");
      const before = await configVersion(db, siteId);
      await store.updateProvider(db, siteId, ids[0], values("a", { enabled: false }));
      await store.insertProvider(db, siteId, newId("provider"), values("l", { kind: "link" }));
      expect((await configVersion(db, siteId)) ?? 0).toBeGreaterThan(before ?? 0);
      const snapshot = await loadSnapshot(db, siteId);
      expect(snapshot?.providers).toEqual([{ slug: "b", kind: "oidc", name: "B" }]);
    },

  "a person at a provider is one user's: the first who was linked": async (db) => {
    const { siteId, ids, userId, link } = await withProviders(db, "a", "b");
    const other = newId("user");
    const both = await Promise.all([link(ids[0], "s"), link(ids[0], "s", other)]);
    expect(both[0]).toBe(both[1]);
    expect([userId, other]).toContain(both[0]);
    expect(await link(ids[1], "s", other)).toBe(other);
    const found = await store.findIdentity(db, siteId, { providerId: ids[1], subject: "s" });
    expect(found).toMatchObject({ userId: other, lastUsedAt: null });
    await store.touchIdentity(
      db,
      siteId,
      { providerId: ids[1], subject: "s" },
      { email: "e", name: "n" },
    );
    const touched = await store.findIdentity(db, siteId, { providerId: ids[1], subject: "s" });
    expect(touched).toMatchObject({ userId: other, email: "e", name: "n" });
    expect(touched?.lastUsedAt).not.toBeNull();
  },

  "of the last links one stays, however many are taken away at once; a provider that is off is no way in":
    async (db) => {
      const { siteId, ids, userId, link } = await withProviders(db, "a", "b", "off");
      await store.updateProvider(db, siteId, ids[2], values("off", { enabled: false }));
      for (const id of ids) await link(id, userId);
      const take = (providerId: string, keepOne = true) =>
        store.unlinkIdentity(db, siteId, { userId, providerId, keepOne });
      const taken = await Promise.all([take(ids[0]), take(ids[1])]);
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await store.identitiesOfUser(db, siteId, userId)).toHaveLength(2);
      expect(await take(ids[2])).toBe(true);
      expect(await take(taken[0] ? ids[1] : ids[0])).toBe(false);
      expect(await take(taken[0] ? ids[1] : ids[0], false)).toBe(true);
      expect(await store.identitiesOfUser(db, siteId, userId)).toEqual([]);
    },

  "a provider goes with every link to it, and nothing of another site's": async (db) => {
    const mine = await withProviders(db, "a", "b");
    const theirs = await withProviders(db, "a");
    await mine.link(mine.ids[0], "s");
    await mine.link(mine.ids[1], "s");
    await theirs.link(theirs.ids[0], "s");
    await store.deleteProvider(db, mine.siteId, theirs.ids[0]);
    await store.deleteProvider(db, mine.siteId, mine.ids[0]);
    expect([...(await store.countLinked(db, mine.siteId))]).toEqual([[mine.ids[1], 1]]);
    expect([...(await store.countLinked(db, theirs.siteId))]).toEqual([[theirs.ids[0], 1]]);
    expect(await store.findProvider(db, mine.siteId, "a")).toBeNull();
    expect(await store.findProvider(db, theirs.siteId, "a")).not.toBeNull();
  },
};

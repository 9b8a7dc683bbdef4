/** Subdomains in the store: one site's at a time, and kept for it for a while. */
import { expect } from "vitest";
import type { Database } from "../../src/store/database.ts";
import { configVersion, findSiteByHost, findSiteBySlug } from "../../src/store/sites.ts";
import { changeSlug, findRetired, retiredOf } from "../../src/store/subdomains.ts";
import { type Claims, fresh, makeSite } from "./fixture.ts";

const NOW = 1_000;
const UNTIL = 5_000;

const move = (db: Database, siteId: string, from: string, to: string, more: object = {}) =>
  changeSlug(db, { siteId, from, to, until: UNTIL, maxKept: 3, ...more }, NOW);

export const subdomainClaims: Claims = {
  "a site moves: the new slug leads to it, the old one is kept for it": async (db) => {
    const { siteId, slug } = await makeSite(db);
    const [to, version] = [fresh("new"), (await configVersion(db, siteId)) ?? 0];
    expect(await move(db, siteId, slug, to)).toBe(true);
    expect((await findSiteBySlug(db, to))?.id).toBe(siteId);
    expect(await findSiteByHost(db, `${slug}.portico.example`, "portico.example")).toBeNull();
    expect(await findRetired(db, slug)).toEqual({ slug, siteId, until: UNTIL });
    expect(await retiredOf(db, siteId, NOW)).toEqual([{ slug, siteId, until: UNTIL }]);
    expect(await retiredOf(db, siteId, UNTIL)).toEqual([]);
    expect(await configVersion(db, siteId)).toBe(version + 1);
  },

  "nobody else takes a slug that is kept, until its end": async (db) => {
    const [one, two] = [await makeSite(db), await makeSite(db)];
    await move(db, one.siteId, one.slug, fresh("new"));
    expect(await move(db, two.siteId, two.slug, one.slug)).toBe(false);
    expect((await findSiteBySlug(db, two.slug))?.id).toBe(two.siteId);
    expect(await findRetired(db, two.slug)).toBeNull();
    const late = { siteId: two.siteId, from: two.slug, to: one.slug, until: 9_000, maxKept: 3 };
    expect(await changeSlug(db, late, UNTIL)).toBe(true);
    expect((await findSiteBySlug(db, one.slug))?.id).toBe(two.siteId);
    expect(await findRetired(db, one.slug)).toBeNull();
  },

  "the site itself may come back": async (db) => {
    const { siteId, slug } = await makeSite(db);
    const to = fresh("new");
    await move(db, siteId, slug, to);
    expect(await move(db, siteId, to, slug)).toBe(true);
    expect(await findRetired(db, slug)).toBeNull();
    expect((await findRetired(db, to))?.siteId).toBe(siteId);
  },

  "a slug that somebody has is not taken, and two who want one at once do not both get it": async (
    db,
  ) => {
    const [one, two, three] = [await makeSite(db), await makeSite(db), await makeSite(db)];
    expect(await move(db, one.siteId, one.slug, two.slug)).toBe(false);
    const wanted = fresh("wanted");
    const got = await Promise.allSettled([
      move(db, one.siteId, one.slug, wanted),
      move(db, three.siteId, three.slug, wanted),
    ]);
    expect(got.filter((one) => one.status === "fulfilled" && one.value)).toHaveLength(1);
  },

  "a site keeps only so many: it cannot collect names": async (db) => {
    const { siteId, slug } = await makeSite(db);
    const names = [slug, fresh("a"), fresh("b"), fresh("c"), fresh("d")];
    const moved: boolean[] = [];
    for (const [at, from] of names.slice(0, -1).entries()) {
      moved.push(await move(db, siteId, from, names[at + 1] ?? ""));
    }
    expect(moved).toEqual([true, true, true, false]);
    expect(await move(db, siteId, names[3] ?? "", slug), "back is not one more").toBe(true);
  },
};

/** The sites of accounts of the platform, and all sites as the operator pages through them. */
import { eq } from "drizzle-orm";
import { expect } from "vitest";
import type { Database } from "../../src/store/database.ts";
import { newId } from "../../src/store/ids.ts";
import * as schema from "../../src/store/schema.ts";
import { change, findSite, findSiteBySlug, updateSite } from "../../src/store/sites.ts";
import { createSite, sitesOfAccount, userOfAccount } from "../../src/store/sites-own.ts";
import { ownersOf, pageSites, withCounts } from "../../src/store/sites-page.ts";
import { changeSlug } from "../../src/store/subdomains.ts";
import { findById } from "../../src/store/users.ts";
import { type Claims, fresh, makeFullSite, makeSite, makeUser } from "./fixture.ts";

const BRANDING = { slogan: "", intro: "", logo: "", color: "#3451b2", footer: "" };
const NOW = 1_000;

function make(db: Database, accountId: string, slug = fresh("own"), freeSites = 3) {
  const siteId = newId("site");
  const levelId = newId("level");
  const email = "ann@mail.example";
  const made = createSite(
    db,
    {
      site: {
        id: siteId,
        slug,
        name: "Ann's",
        kind: "external",
        locale: "en",
        edition: "free",
        branding: BRANDING,
        createdAt: NOW,
      },
      level: { id: levelId, slug: "free", name: "Free", isDefault: true, limits: {} },
      owner: { id: newId("user"), email, name: "Ann", passwordHash: null, role: "owner", levelId },
      account: { id: accountId, email, name: "Ann" },
      freeSites,
    },
    NOW,
  );
  return made.then((outcome) => ({ outcome, siteId, slug }));
}

const account = () => newId("user");

async function rowsOf(db: Database, siteId: string): Promise<number> {
  const tables = [schema.levels, schema.users, schema.identities, schema.outbox];
  const found = await Promise.all(
    tables.map((table) => db.select().from(table).where(eq(table.siteId, siteId))),
  );
  return found.flat().length + ((await findSite(db, siteId)) ? 1 : 0);
}

export const platformClaims: Claims = {
  "a site comes with its level and its owner, who is the account's": async (db) => {
    const ann = account();
    const { outcome, siteId, slug } = await make(db, ann);
    expect(outcome).toBe("made");
    const userId = await userOfAccount(db, siteId, ann);
    const owner = await findById(db, siteId, userId ?? "");
    expect(owner).toMatchObject({ role: "owner", passwordHash: null, email: "ann@mail.example" });
    const [level] = await db.select().from(schema.levels).where(eq(schema.levels.siteId, siteId));
    expect(level).toMatchObject({ slug: "free", isDefault: true, id: owner?.levelId });
    const mine = await sitesOfAccount(db, ann);
    expect(mine.map((one) => [one.site.slug, one.role])).toEqual([[slug, "owner"]]);
  },

  "an e-mail links nobody: a user of the same address at another site is not the account's": async (
    db,
  ) => {
    const ann = account();
    const { siteId } = await makeSite(db);
    await makeUser(db, siteId, { email: "ann@mail.example", role: "owner" });
    expect(await sitesOfAccount(db, ann)).toEqual([]);
    expect(await userOfAccount(db, siteId, ann)).toBeNull();
  },

  "of many who want one slug one gets it, and the others leave nothing behind": async (db) => {
    const slug = fresh("wanted");
    const all = await Promise.all(Array.from({ length: 6 }, () => make(db, account(), slug)));
    expect(all.filter((one) => one.outcome === "made")).toHaveLength(1);
    expect(all.filter((one) => one.outcome === "slug_taken")).toHaveLength(5);
    for (const { outcome, siteId } of all) {
      expect(await rowsOf(db, siteId)).toBe(outcome === "made" ? 5 : 0);
    }
  },

  "a slug that a site has left is not taken before its end": async (db) => {
    const { siteId, slug } = await makeSite(db);
    const to = fresh("new");
    await changeSlug(db, { siteId, from: slug, to, until: NOW + 1, maxKept: 3 }, NOW);
    expect((await make(db, account(), slug)).outcome).toBe("slug_taken");
    expect(await findSiteBySlug(db, slug)).toBeNull();
  },

  "an account has no more free sites than it may, however many it makes at once": async (db) => {
    const ann = account();
    const all = await Promise.all(Array.from({ length: 5 }, () => make(db, ann, fresh("own"), 2)));
    expect(all.map((one) => one.outcome).toSorted()).toEqual([
      "made",
      "made",
      "no_room",
      "no_room",
      "no_room",
    ]);
    const [first] = await sitesOfAccount(db, ann);
    const siteId = first?.site.id ?? "";
    // One that is paid for takes no place among the free ones.
    await change(db, siteId, [updateSite(db, siteId, { edition: "standard" })]);
    expect((await make(db, ann, fresh("own"), 2)).outcome).toBe("made");
    expect((await make(db, account(), fresh("own"), 0)).outcome).toBe("no_room");
  },

  "the operator's list counts the users and agents of each site and leaves the platform out":
    async (db) => {
      const full = await makeFullSite(db);
      const empty = await makeSite(db);
      await makeUser(db, "site_platform", { role: "operator" });
      const found = await Promise.all(
        [full.slug, empty.slug].map((search) => pageSites(db, { limit: 10, search })),
      );
      const [one, two] = await withCounts(db, found.flat());
      expect(one).toMatchObject({ users: 1, agents: 1, hosts: [full.host] });
      expect(two).toMatchObject({ users: 0, agents: 0, hosts: [] });
      expect(await pageSites(db, { limit: 10, search: "platform" })).toEqual([]);
    },

  "pages of sites follow each other by slug, and filters narrow them together": async (db) => {
    const stem = fresh("page");
    const slugs = ["a", "b", "c"].map((end) => `${stem}-${end}`);
    const ids = (await Promise.all(slugs.map((slug) => make(db, account(), slug)))).map(
      (one) => one.siteId,
    );
    const slugsOf = async (more: object) =>
      (await pageSites(db, { limit: 10, search: stem, ...more })).map((site) => site.slug);
    expect(await slugsOf({})).toEqual(slugs);
    expect(await slugsOf({ limit: 1 })).toEqual(slugs.slice(0, 2));
    expect(await slugsOf({ after: slugs[0] })).toEqual(slugs.slice(1));
    const [first = ""] = ids;
    await change(db, first, [updateSite(db, first, { suspended: true, edition: "standard" })]);
    expect(await slugsOf({ suspended: true })).toEqual(slugs.slice(0, 1));
    expect(await slugsOf({ suspended: true, edition: "free" })).toEqual([]);
    expect(await slugsOf({ search: "100%" })).toEqual([]);
  },

  "a site is found by its own domain, and its owners by how long they are there": async (db) => {
    const { host, slug, siteId } = await makeFullSite(db);
    const found = await pageSites(db, { limit: 10, search: host });
    expect(found.map((site) => site.slug)).toEqual([slug]);
    const owner = await makeUser(db, siteId, { role: "owner" });
    await makeUser(db, siteId, { role: "owner", enabled: false });
    await makeUser(db, siteId, { role: "admin" });
    expect((await ownersOf(db, siteId)).map((one) => one.id)).toEqual([owner]);
  },
};

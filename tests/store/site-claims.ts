import { expect } from "vitest";
import { allows } from "../../src/core/access.ts";
import { atomically, queriesSent } from "../../src/store/database.ts";
import { readDeployment, writeDeployment } from "../../src/store/deployment.ts";
import { approveHost, findHolders, hostsOf } from "../../src/store/hosts.ts";
import { saveModel } from "../../src/store/publishing.ts";
import {
  bumpVersion,
  change,
  configVersion,
  findSiteByHost,
  findSiteBySlug,
  insertHost,
  updateSite,
} from "../../src/store/sites.ts";
import { loadSnapshot } from "../../src/store/snapshot.ts";
import { type Claims, fresh, makeFullSite, makeSite, makeUser, model } from "./fixture.ts";

const BASE = "portico.example";

export const siteClaims: Claims = {
  "a name under the base domain leads to the site with that slug": async (db) => {
    const { siteId, slug } = await makeSite(db);
    expect(await findSiteByHost(db, `${slug}.${BASE}`, BASE)).toBe(siteId);
    const elsewhere = [`${slug}.other.example`, `a.${slug}.${BASE}`, `${slug}x.${BASE}`, BASE];
    for (const host of elsewhere) expect(await findSiteByHost(db, host, BASE)).toBeNull();
  },

  "the platform's slug is nobody's subdomain": async (db) => {
    expect((await findSiteBySlug(db, "platform"))?.id).toBe("site_platform");
    expect(await findSiteByHost(db, `platform.${BASE}`, BASE)).toBeNull();
  },

  "an own host leads nowhere until it is verified": async (db) => {
    const { siteId } = await makeSite(db);
    const host = `${fresh("ai")}.example`;
    await change(db, siteId, [insertHost(db, siteId, host, null, 1)]);
    expect(await findSiteByHost(db, host, BASE)).toBeNull();
    await change(db, siteId, [approveHost(db, siteId, host, 5)]);
    expect(await findSiteByHost(db, host, BASE)).toBe(siteId);
    expect(await findHolders(db, [host, "nobody.example"])).toMatchObject([
      { host, siteId, verifiedAt: 5, status: "live", createdAt: 1 },
    ]);
  },

  "a host has one site: a second that wants it is refused whole": async (db) => {
    const [one, two] = [await makeSite(db), await makeSite(db)];
    const host = `${fresh("ai")}.example`;
    await change(db, one.siteId, [insertHost(db, one.siteId, host, 1, 1)]);
    const before = await configVersion(db, two.siteId);
    const both = [
      updateSite(db, two.siteId, { name: "Thief" }),
      insertHost(db, two.siteId, host, 1, 1),
    ];
    await expect(change(db, two.siteId, both)).rejects.toThrow();
    expect(await configVersion(db, two.siteId)).toBe(before);
    expect((await loadSnapshot(db, two.siteId))?.name).toBe("Acme");
    expect(await hostsOf(db, two.siteId)).toEqual([]);
  },

  "every change of configuration raises the version once": async (db) => {
    const { siteId } = await makeSite(db);
    const before = (await configVersion(db, siteId)) ?? 0;
    await change(db, siteId, [
      updateSite(db, siteId, { name: "New name" }),
      updateSite(db, siteId, { kind: "internal" }),
    ]);
    expect(await configVersion(db, siteId)).toBe(before + 1);
    await change(db, siteId, []);
    expect(await configVersion(db, siteId)).toBe(before + 1);
    expect(await configVersion(db, "site_nobody")).toBeNull();
  },

  "the snapshot is read in one batch and speaks in ids": async (db) => {
    const site = await makeFullSite(db);
    const sent = queriesSent(db);
    const snapshot = await loadSnapshot(db, site.siteId);
    expect(queriesSent(db) - sent).toBe(12);
    expect(snapshot).toMatchObject({ id: site.siteId, slug: site.slug, suspended: false });
    expect(snapshot?.connections.get(site.connectionId)).toMatchObject({
      slug: "openai",
      settings: { baseUrl: "https://api.example/v1" },
      secrets: [{ id: site.secretId, weight: 1, sealed: "v1.a.b.c", disabledReason: null }],
    });
    expect(snapshot?.models.get("gpt")).toMatchObject({
      id: site.modelId,
      priceVersion: 1,
      routes: [{ connectionId: site.connectionId, model: "gpt", weight: 1, priority: 0 }],
      access: { levels: [site.levelId], groups: [site.groupId], departments: [site.departmentId] },
    });
    expect(snapshot?.agents.get("helper")?.target).toEqual({
      kind: "platform",
      connectionId: site.connectionId,
      agent: null,
    });
    expect(snapshot?.levels.get(site.levelId)).toMatchObject({
      slug: "free",
      isDefault: true,
      limits: { rpm: 5 },
    });
  },

  "a person named by e-mail in an access rule is let in once he is there": async (db) => {
    const { siteId, modelId, connectionId } = await makeFullSite(db);
    const email = `${fresh("eve")}@acme.example`;
    const references = { connections: new Map([["openai", connectionId]]), models: new Map() };
    const config = model("gpt", { access: { users: [email] } });
    await change(db, siteId, saveModel(db, siteId, modelId, config, true, references));
    const rule = async () => (await loadSnapshot(db, siteId))?.models.get("gpt")?.access;
    expect((await rule())?.users).toEqual([]);
    const userId = await makeUser(db, siteId, { email });
    const subject = { userId, levelId: null, groupIds: [], departmentIds: [], guest: false };
    const now = await rule();
    expect(now && allows(now, subject)).toBe(true);
  },

  "there is no snapshot of a site that is not there": async (db) => {
    expect(await loadSnapshot(db, "site_nobody")).toBeNull();
  },

  "a batch is all or nothing, and each of its statements is counted": async (db) => {
    const { siteId } = await makeSite(db);
    const sent = queriesSent(db);
    await atomically(db, [bumpVersion(db, siteId), bumpVersion(db, siteId)]);
    expect(queriesSent(db) - sent).toBe(2);
    const before = await configVersion(db, siteId);
    const broken = [bumpVersion(db, siteId), insertHost(db, siteId, "x.example", 1, 1)];
    const again = insertHost(db, siteId, "x.example", 1, 1);
    await expect(atomically(db, [...broken, again])).rejects.toThrow();
    expect(await configVersion(db, siteId)).toBe(before);
    expect(await hostsOf(db, siteId)).toEqual([]);
    await atomically(db, []);
  },

  "a fact of the deployment is written over by a newer one": async (db) => {
    await writeDeployment(db, "config_digest", "one");
    await writeDeployment(db, "config_digest", "two");
    expect(await readDeployment(db, "config_digest")).toBe("two");
  },
};

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { applyMigrations, libsqlExecutor } from "../../scripts/migrate.ts";
import type { Environment } from "../../src/core/environment.ts";
import {
  FRESH_MS,
  MAX_STALE_MS,
  OUTAGE_MS,
  PLATFORM_SITE_ID,
  SiteDirectory,
} from "../../src/services/sites.ts";
import { type Database, openLibsql, queriesSent } from "../../src/store/database.ts";
import { change, insertHost, updateSite } from "../../src/store/sites.ts";
import { fresh, makeSite } from "../store/fixture.ts";

let folder: string;
/** The real store; `reached` is the same behind a line that can be cut. */
let db: Database;
let reached: Database;
let down = false;
let now = 0;
let deferred: Promise<unknown>[] = [];

const defer = (work: Promise<unknown>) => void deferred.push(work);
const environment = { baseDomain: "portico.example" } as Environment;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "portico-sites-"));
  const url = `file:${join(folder, "store.db")}`;
  await applyMigrations(libsqlExecutor(url), "migrations");
  db = openLibsql(createClient({ url }));
  reached = new Proxy(db, {
    get: (all, name) => {
      if (down) throw new Error("the database is down");
      return Reflect.get(all, name);
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  down = false;
  now = 1_760_000_000_000;
  deferred = [];
});

const directory = () => new SiteDirectory(reached, environment, () => now);
const rename = (siteId: string, name: string) =>
  change(db, siteId, [updateSite(db, siteId, { name })]);

/** The site's name as a request would see it now. */
async function nameOf(sites: SiteDirectory, siteId: string): Promise<string | undefined> {
  return (await sites.snapshot(siteId, defer))?.name;
}

/** A directory that has seen a site called Acme just now. */
async function warm() {
  const { siteId, slug } = await makeSite(db);
  const sites = directory();
  expect(await nameOf(sites, siteId)).toBe("Acme");
  return { siteId, slug, sites, before: queriesSent(db) };
}

describe("a snapshot", () => {
  it("that is fresh costs no query, whatever the load, and may be that old", async () => {
    const { siteId, sites } = await warm();
    await rename(siteId, "Renamed");
    const before = queriesSent(db);
    now += FRESH_MS - 1;
    for (let n = 0; n < 50; n++) expect(await nameOf(sites, siteId)).toBe("Acme");
    expect([queriesSent(db) - before, deferred.length]).toEqual([0, 0]);
  });

  it("that is stale serves on while one version check runs behind the answers", async () => {
    const { siteId, sites, before } = await warm();
    now += FRESH_MS;
    const names = await Promise.all(Array.from({ length: 20 }, () => nameOf(sites, siteId)));
    expect(new Set(names)).toEqual(new Set(["Acme"]));
    expect(deferred).toHaveLength(1);
    await Promise.all(deferred);
    expect(queriesSent(db) - before).toBe(1);
    // Checked, and found as it was: fresh again from the moment of the check.
    now += FRESH_MS - 1;
    await nameOf(sites, siteId);
    expect(queriesSent(db) - before).toBe(1);
  });

  it("that was changed elsewhere is the new one after the check", async () => {
    const { siteId, sites } = await warm();
    await rename(siteId, "Renamed");
    now += FRESH_MS;
    expect(await nameOf(sites, siteId)).toBe("Acme");
    await Promise.all(deferred);
    expect(await nameOf(sites, siteId)).toBe("Renamed");
  });

  it("that nobody has asked for in a while is checked before it is used", async () => {
    const { siteId, sites } = await warm();
    await rename(siteId, "Renamed");
    now += MAX_STALE_MS;
    expect(await nameOf(sites, siteId)).toBe("Renamed");
  });

  it("is never older than ten seconds while requests come in and the store answers", async () => {
    const { siteId, sites } = await warm();
    await rename(siteId, "Renamed");
    const changedAt = now;
    while ((await nameOf(sites, siteId)) !== "Renamed") {
      now += 500;
      await Promise.all(deferred.splice(0));
    }
    expect(now - changedAt).toBeLessThanOrEqual(10_000);
  });

  it("changed here is the new one at once", async () => {
    const { siteId, sites } = await warm();
    await rename(siteId, "Renamed");
    sites.forget(siteId);
    expect(await nameOf(sites, siteId)).toBe("Renamed");
  });

  it("of a site that is not there is null", async () => {
    expect(await directory().snapshot("site_none", defer)).toBeNull();
  });
});

describe("while the database is down", () => {
  it("the last snapshot serves on for an hour, and then requests fail", async () => {
    const { siteId, sites } = await warm();
    down = true;
    for (const age of [MAX_STALE_MS, 60_000, OUTAGE_MS - 1]) {
      now = 1_760_000_000_000 + age;
      expect(await nameOf(sites, siteId)).toBe("Acme");
    }
    now = 1_760_000_000_000 + OUTAGE_MS;
    await expect(sites.snapshot(siteId, defer)).rejects.toThrow("down");
  });

  it("the check behind an answer fails with a word in the log and not with the answer", async () => {
    const { siteId, sites } = await warm();
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    down = true;
    now += FRESH_MS;
    expect(await nameOf(sites, siteId)).toBe("Acme");
    await Promise.all(deferred);
    expect(warned).toHaveBeenCalledTimes(1);
    warned.mockRestore();
  });

  it("a site that was never seen fails, and is there when the database is back", async () => {
    const { siteId } = await makeSite(db);
    const sites = directory();
    down = true;
    await expect(sites.snapshot(siteId, defer)).rejects.toThrow("down");
    down = false;
    expect(await nameOf(sites, siteId)).toBe("Acme");
  });

  it("the age counts from the last check that came through", async () => {
    const { siteId, sites } = await warm();
    now += OUTAGE_MS / 2;
    expect(await nameOf(sites, siteId)).toBe("Acme");
    down = true;
    now += OUTAGE_MS - 1;
    expect(await nameOf(sites, siteId)).toBe("Acme");
  });

  it("a host leads on to its site for as long, and an unknown host fails rather than lie", async () => {
    const { slug, siteId, sites } = await warm();
    const host = `${slug}.portico.example`;
    expect(await sites.siteIdOf(host, defer)).toBe(siteId);
    down = true;
    now += OUTAGE_MS - 1;
    expect(await sites.siteIdOf(host, defer)).toBe(siteId);
    await expect(sites.siteIdOf("never.portico.example", defer)).rejects.toThrow("down");
    now += 1;
    await expect(sites.siteIdOf(host, defer)).rejects.toThrow("down");
  });
});

describe("a host", () => {
  it("of the platform leads to the platform, with no query", async () => {
    const before = queriesSent(db);
    expect(await directory().siteIdOf("portico.example", defer)).toBe(PLATFORM_SITE_ID);
    expect(queriesSent(db)).toBe(before);
  });

  it("on loopback is the platform's only where the base domain is localhost", () => {
    const local = new SiteDirectory(reached, { baseDomain: "localhost" } as Environment);
    expect(local.isPlatformHost("127.0.0.1")).toBe(true);
    expect(local.isPlatformHost("[::1]")).toBe(true);
    expect(directory().isPlatformHost("127.0.0.1")).toBe(false);
    expect(directory().isPlatformHost("localhost")).toBe(false);
  });

  it("is a site's slug before the base domain, or its own verified name, and nothing near it", async () => {
    const { siteId, slug } = await makeSite(db);
    const [own, unverified] = [`${fresh("own")}.example`, `${fresh("own")}.example`];
    await change(db, siteId, [
      insertHost(db, siteId, own, 1, 1),
      insertHost(db, siteId, unverified, null, 1),
    ]);
    const sites = directory();
    expect(await sites.siteIdOf(`${slug}.portico.example`, defer)).toBe(siteId);
    expect(await sites.siteIdOf(own, defer)).toBe(siteId);
    const near = [
      unverified,
      slug,
      `www.${own}`,
      `a.${slug}.portico.example`,
      `${slug}.portico.example.evil.example`,
      `${slug}portico.example`,
      `${slug}.localhost`,
      "platform.portico.example",
      ".portico.example",
    ];
    for (const host of near) expect(await sites.siteIdOf(host, defer), host).toBeNull();
  });

  it("that leads nowhere is asked for again after two seconds, so that a new site is soon there", async () => {
    const host = `${fresh("late")}.example`;
    const { siteId } = await makeSite(db);
    const sites = directory();
    expect(await sites.siteIdOf(host, defer)).toBeNull();
    await change(db, siteId, [insertHost(db, siteId, host, 1, 1)]);
    now += 1_999;
    expect(await sites.siteIdOf(host, defer)).toBeNull();
    now += 1;
    expect(await sites.siteIdOf(host, defer)).toBe(siteId);
  });

  it("asked for by the thousand is asked of the store once in each three seconds", async () => {
    const { slug, siteId } = await makeSite(db);
    const sites = directory();
    const host = `${slug}.portico.example`;
    await sites.siteIdOf(host, defer);
    const before = queriesSent(db);
    for (let n = 0; n < 1000; n++) expect(await sites.siteIdOf(host, defer)).toBe(siteId);
    expect(queriesSent(db)).toBe(before);
    now += FRESH_MS;
    for (let n = 0; n < 1000; n++) await sites.siteIdOf(host, defer);
    await Promise.all(deferred);
    expect(queriesSent(db) - before).toBe(1);
  });

  it("of nobody that is made here is there at once", async () => {
    const host = `${fresh("new")}.example`;
    const { siteId } = await makeSite(db);
    const sites = directory();
    expect(await sites.siteIdOf(host, defer)).toBeNull();
    await change(db, siteId, [insertHost(db, siteId, host, 1, 1)]);
    sites.forget(siteId);
    expect(await sites.siteIdOf(host, defer)).toBe(siteId);
  });
});

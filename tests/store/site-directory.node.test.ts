import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { applyMigrations, libsqlExecutor } from "../../scripts/migrate.ts";
import type { Environment } from "../../src/core/environment.ts";
import { FRESH_MS, MAX_STALE_MS, OUTAGE_MS, SiteDirectory } from "../../src/services/sites.ts";
import { type Database, openLibsql, queriesSent } from "../../src/store/database.ts";
import { change, insertHost, updateSite } from "../../src/store/sites.ts";
import { makeSite } from "./fixture.ts";

const ENVIRONMENT: Environment = {
  masterKey: new Uint8Array(32),
  operatorToken: null,
  setupHash: null,
  configDigest: null,
  baseDomain: "portico.example",
  allowPrivateUpstreams: false,
  addressHeader: null,
  requestTimeoutMs: 60_000,
  mail: null,
  mailSender: "",
  turnstileUrl: "https://challenges.cloudflare.com/turnstile/v0/siteverify",
  hosts: { cnameTarget: "portico.example", resolvers: [], cloudflare: null },
};

let folder: string;
let client: ReturnType<typeof createClient>;
let db: Database;
let sites: SiteDirectory;
let site: { siteId: string; slug: string };
let now: number;
/** Work left behind an answer, as `waitUntil` gets it. */
let behind: Promise<unknown>[];

const defer = (work: Promise<unknown>) => void behind.push(work);
const nameNow = async () => (await sites.snapshot(site.siteId, defer))?.name;
const siteNow = (host: string) => sites.siteIdOf(host, defer);
const rename = (name: string) => change(db, site.siteId, [updateSite(db, site.siteId, { name })]);

async function queriesOf(work: () => Promise<unknown>): Promise<number> {
  const before = queriesSent(db);
  await work();
  return queriesSent(db) - before;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "portico-directory-"));
  const url = `file:${join(folder, "store.db")}`;
  await applyMigrations(libsqlExecutor(url), "migrations");
  client = createClient({ url });
  db = openLibsql(client);
  site = await makeSite(db);
  now = 1_000_000;
  behind = [];
  sites = new SiteDirectory(db, ENVIRONMENT, () => now);
});
afterEach(() => {
  client.close();
  rmSync(folder, { recursive: true });
});

describe("a snapshot", () => {
  it("costs a warm request nothing, however many there are", async () => {
    await nameNow();
    now += FRESH_MS - 1;
    const queries = await queriesOf(async () => {
      for (let at = 0; at < 100; at++) await nameNow();
    });
    expect(queries).toBe(0);
    expect(behind).toEqual([]);
  });

  it("that is no longer fresh serves on while one small query checks it behind the answer", async () => {
    await nameNow();
    now += FRESH_MS;
    const queries = await queriesOf(async () => {
      for (let at = 0; at < 100; at++) expect(await nameNow()).toBe("Acme");
      await Promise.all(behind);
    });
    expect(behind).toHaveLength(1);
    expect(queries).toBe(1);
    now += FRESH_MS - 1;
    expect(await queriesOf(nameNow)).toBe(0);
  });

  it("shows a change after the check behind the next answer", async () => {
    await nameNow();
    await rename("Renamed");
    now += FRESH_MS;
    expect(await nameNow()).toBe("Acme");
    await Promise.all(behind);
    expect(await nameNow()).toBe("Renamed");
  });

  it("is never older than the limit: then the check comes first", async () => {
    await nameNow();
    await rename("Renamed");
    now += MAX_STALE_MS;
    expect(await nameNow()).toBe("Renamed");
    expect(MAX_STALE_MS).toBeLessThanOrEqual(10_000);
  });

  it("is forgotten by the isolate that made the change", async () => {
    await nameNow();
    await rename("Renamed");
    sites.forget(site.siteId);
    expect(await nameNow()).toBe("Renamed");
  });

  it("of no site is none", async () => {
    expect(await sites.snapshot("site_nobody", defer)).toBeNull();
  });
});

describe("while the database is down", () => {
  it("the last snapshot and host serve on, for a bounded time", async () => {
    const host = `${site.slug}.portico.example`;
    expect(await siteNow(host)).toBe(site.siteId);
    expect(await nameNow()).toBe("Acme");
    client.close();
    now += OUTAGE_MS - 1;
    expect(await siteNow(host)).toBe(site.siteId);
    expect(await nameNow()).toBe("Acme");
    now += 1;
    await expect(siteNow(host)).rejects.toThrow();
    await expect(nameNow()).rejects.toThrow();
  });

  it("a failed check behind an answer fails no request, and is said", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await nameNow();
    client.close();
    now += FRESH_MS;
    expect(await nameNow()).toBe("Acme");
    await Promise.all(behind);
    expect(warn).toHaveBeenCalledOnce();
    expect(await nameNow()).toBe("Acme");
    warn.mockRestore();
  });

  it("a site that nobody has asked for fails rather than being taken for unknown", async () => {
    client.close();
    await expect(nameNow()).rejects.toThrow();
    await expect(siteNow(`${site.slug}.portico.example`)).rejects.toThrow();
  });
});

describe("a host", () => {
  it("is looked up once and then known, also when it leads nowhere", async () => {
    const host = `${site.slug}.portico.example`;
    await siteNow(host);
    await siteNow("nobody.example");
    const queries = await queriesOf(async () => {
      expect(await siteNow(host)).toBe(site.siteId);
      expect(await siteNow("nobody.example")).toBeNull();
    });
    expect(queries).toBe(0);
  });

  it("that led nowhere leads to its site soon after it was added", async () => {
    expect(await siteNow("ai.acme.example")).toBeNull();
    await change(db, site.siteId, [insertHost(db, site.siteId, "ai.acme.example", 1, 1)]);
    now += FRESH_MS;
    expect(await siteNow("ai.acme.example")).toBe(site.siteId);
  });

  it("of the platform is the base domain, and loopback only where that is localhost", () => {
    const local = new SiteDirectory(db, { ...ENVIRONMENT, baseDomain: "localhost" });
    expect(
      ["portico.example", "127.0.0.1", "a.portico.example"].map((host) =>
        sites.isPlatformHost(host),
      ),
    ).toEqual([true, false, false]);
    expect(
      ["localhost", "127.0.0.1", "[::1]", "demo.localhost"].map((host) =>
        local.isPlatformHost(host),
      ),
    ).toEqual([true, true, true, false]);
  });
});

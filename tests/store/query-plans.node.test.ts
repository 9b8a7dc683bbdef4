/** What is asked for every host, and every minute, goes by indexes: it takes as long in a large store. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type InStatement } from "@libsql/client";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { applyMigrations, libsqlExecutor } from "../../scripts/migrate.ts";
import { type Database, openLibsql } from "../../src/store/database.ts";
import * as hosts from "../../src/store/hosts.ts";
import * as sites from "../../src/store/sites.ts";
import { loadSnapshot } from "../../src/store/snapshot.ts";
import * as subdomains from "../../src/store/subdomains.ts";

let folder: string;
let client: ReturnType<typeof createClient>;
/** Asks for plans, on a connection of its own. */
let planner: ReturnType<typeof createClient>;
let db: Database;
let sent: InStatement[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "portico-plans-"));
  const url = `file:${join(folder, "store.db")}`;
  await applyMigrations(libsqlExecutor(url), "migrations");
  client = createClient({ url });
  planner = createClient({ url });
  const listening = new Proxy(client, {
    get: (all, name) => {
      if (name === "execute") {
        return (statement: InStatement) => {
          sent.push(statement);
          return all.execute(statement);
        };
      }
      if (name === "batch") {
        return (statements: InStatement[], mode: "write") => {
          sent.push(...statements);
          return all.batch(statements, mode);
        };
      }
      const value: unknown = Reflect.get(all, name);
      return typeof value === "function" ? value.bind(all) : value;
    },
  });
  db = openLibsql(listening);
});
afterAll(() => {
  client.close();
  planner.close();
  rmSync(folder, { recursive: true });
});

/** The steps in which what was sent is answered, as SQLite says them. */
async function stepsOf(work: () => Promise<unknown>): Promise<string[]> {
  sent = [];
  await work();
  const steps: string[] = [];
  for (const statement of sent.splice(0)) {
    const { sql: text, args = [] } = typeof statement === "string" ? { sql: statement } : statement;
    const plan = await planner.execute({ sql: `EXPLAIN QUERY PLAN ${text}`, args });
    steps.push(...plan.rows.map((row) => String(row.detail)));
  }
  return steps;
}

const key = { host: "ai.acme.cn", siteId: "site_a", token: "t" };
const WORK: Record<string, () => Promise<unknown>> = {
  "the site of an own domain": () => sites.findSiteByHost(db, key.host, "portico.example"),
  "the site of a subdomain": () => sites.findSiteByHost(db, "a.portico.example", "portico.example"),
  "the version of a site": () => sites.configVersion(db, "site_a"),
  "the snapshot of a site": () => loadSnapshot(db, "site_a"),
  "who has left a subdomain": () => subdomains.findRetired(db, "a"),
  "what a site has left": () => subdomains.retiredOf(db, "site_a", 1),
  "the domains of a site": () => hosts.hostsOf(db, "site_a"),
  "who has proven a domain": () => hosts.findHolders(db, [key.host]),
  "one claim": () => hosts.findClaim(db, "site_a", key.host),
  "a new claim": () => hosts.addClaim(db, key, 3, 1),
  "what a check has found": () => hosts.noteCheck(db, key, { status: "proven" }),
  "a claim that is proven": () => hosts.verifyClaim(db, key, 1),
  "what is due for a check": () => hosts.dueHosts(db, 1, 10),
  "what is due to be forgotten": () => hosts.dueRemovals(db, 1, 10),
  "whether a custom hostname is used": () => hosts.isHostnameUsed(db, key.host, "id"),
  "a change of subdomain": () => {
    const change = { siteId: "site_a", from: "a", to: "b", until: 9, maxKept: 5 };
    return subdomains.changeSlug(db, change, 1);
  },
};

it.each(Object.keys(WORK))("%s is found by an index", async (name) => {
  const steps = await stepsOf(WORK[name] ?? (() => Promise.resolve()));
  expect(steps.length).toBeGreaterThan(0);
  // Of one row, and of a list that came with the statement.
  const scans = steps.filter((step) => /^SCAN (?!CONSTANT ROW|json_each)/.test(step));
  expect(scans).toEqual([]);
});

it("a query that goes through a table is noticed", async () => {
  const byName = () => db.all(sql`SELECT id FROM sites WHERE name = 'Acme'`);
  expect(await stepsOf(byName)).toEqual(["SCAN sites"]);
});

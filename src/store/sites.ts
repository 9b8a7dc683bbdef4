/** Sites and their hosts. */
import { and, count, eq, ne, sql } from "drizzle-orm";
import { atomically, type Database, type Statement } from "./database.ts";
import { findLiveHost, type HostRow } from "./hosts.ts";
import * as t from "./schema.ts";

export type SiteRow = typeof t.sites.$inferSelect;

/** Every change of configuration goes out together with this. */
export function bumpVersion(db: Database, siteId: string): Statement {
  return db
    .update(t.sites)
    .set({ configVersion: sql`${t.sites.configVersion} + 1` })
    .where(eq(t.sites.id, siteId));
}

/** Changes of a site's configuration, all or none, with the version that tells other isolates. */
export async function change(db: Database, siteId: string, statements: Statement[]): Promise<void> {
  if (statements.length > 0) await atomically(db, [...statements, bumpVersion(db, siteId)]);
}

/** The site of a host: an own host that is live, or `<slug>.<base domain>`. */
export async function findSiteByHost(
  db: Database,
  host: string,
  baseDomain: string,
): Promise<string | null> {
  const suffix = `.${baseDomain}`;
  const slug = host.endsWith(suffix) ? host.slice(0, -suffix.length) : "";
  if (slug === "") return await findLiveHost(db, host);
  const [bySlug] = await db
    .select({ id: t.sites.id })
    .from(t.sites)
    .where(and(eq(t.sites.slug, slug), ne(t.sites.slug, "platform")));
  return bySlug?.id ?? null;
}

export async function configVersion(db: Database, siteId: string): Promise<number | null> {
  const [row] = await db
    .select({ version: t.sites.configVersion })
    .from(t.sites)
    .where(eq(t.sites.id, siteId));
  return row?.version ?? null;
}

export async function findSite(db: Database, siteId: string): Promise<SiteRow | null> {
  const [row] = await db.select().from(t.sites).where(eq(t.sites.id, siteId));
  return row ?? null;
}

export async function findSiteBySlug(db: Database, slug: string): Promise<SiteRow | null> {
  const [row] = await db.select().from(t.sites).where(eq(t.sites.slug, slug));
  return row ?? null;
}

export interface SiteSummary extends SiteRow {
  users: number;
  agents: number;
  hosts: string[];
}

/** All tenants, for the operator. */
export async function listSites(db: Database): Promise<SiteSummary[]> {
  const [sites, users, agents, hosts] = (await db.batch([
    db
      .select()
      .from(t.sites)
      .where(ne(t.sites.slug, "platform"))
      .orderBy(t.sites.slug)
      .limit(10_000),
    db.select({ siteId: t.users.siteId, count: count() }).from(t.users).groupBy(t.users.siteId),
    db.select({ siteId: t.agents.siteId, count: count() }).from(t.agents).groupBy(t.agents.siteId),
    db.select().from(t.hosts).limit(100_000),
  ])) as [SiteRow[], Counted[], Counted[], HostRow[]];
  const usersOf = new Map(users.map((row) => [row.siteId, row.count]));
  const agentsOf = new Map(agents.map((row) => [row.siteId, row.count]));
  const hostsOfSite = Map.groupBy(hosts, (row) => row.siteId);
  return sites.map((site) => ({
    ...site,
    users: usersOf.get(site.id) ?? 0,
    agents: agentsOf.get(site.id) ?? 0,
    hosts: (hostsOfSite.get(site.id) ?? []).map((row) => row.host),
  }));
}
interface Counted {
  siteId: string;
  count: number;
}

export type SiteChange = Partial<Omit<SiteRow, "id" | "configVersion" | "createdAt">>;

export function insertSite(db: Database, row: typeof t.sites.$inferInsert): Statement {
  return db.insert(t.sites).values(row);
}

export function updateSite(db: Database, siteId: string, values: SiteChange): Statement {
  return db.update(t.sites).set(values).where(eq(t.sites.id, siteId));
}

export function insertHost(
  db: Database,
  siteId: string,
  host: string,
  verifiedAt: number | null,
  now: number,
): Statement {
  const status = verifiedAt === null ? "pending" : "live";
  return db.insert(t.hosts).values({ host, siteId, verifiedAt, status, createdAt: now });
}

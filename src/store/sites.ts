/** Sites and their hosts, and the snapshot that requests run on. */
import { and, count, eq, isNotNull, ne, sql } from "drizzle-orm";
import type { Access } from "../contract/config.ts";
import { type AccessRule, EVERYONE } from "../core/access.ts";
import type { SiteAgent, SiteConnection, SiteModel, SiteSnapshot } from "../core/site.ts";
import { atomically, type Database, type Statement } from "./database.ts";
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

/** The site of a host: an own host that is verified, or `<slug>.<base domain>`. */
export async function findSiteByHost(
  db: Database,
  host: string,
  baseDomain: string,
): Promise<string | null> {
  const suffix = `.${baseDomain}`;
  const slug = host.endsWith(suffix) ? host.slice(0, -suffix.length) : "";
  if (slug !== "" && !slug.includes(".")) {
    const [bySlug] = await db
      .select({ id: t.sites.id })
      .from(t.sites)
      .where(and(eq(t.sites.slug, slug), ne(t.sites.slug, "platform")));
    if (bySlug) return bySlug.id;
  }
  const [byHost] = await db
    .select({ siteId: t.hosts.siteId })
    .from(t.hosts)
    .where(and(eq(t.hosts.host, host), isNotNull(t.hosts.verifiedAt)));
  return byHost?.siteId ?? null;
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
  const of = (rows: Counted[], siteId: string) =>
    rows.find((row) => row.siteId === siteId)?.count ?? 0;
  return sites.map((site) => ({
    ...site,
    users: of(users, site.id),
    agents: of(agents, site.id),
    hosts: hosts.filter((row) => row.siteId === site.id).map((row) => row.host),
  }));
}
interface Counted {
  siteId: string;
  count: number;
}

export type HostRow = typeof t.hosts.$inferSelect;

export async function hostsOf(db: Database, siteId: string): Promise<HostRow[]> {
  return await db
    .select()
    .from(t.hosts)
    .where(eq(t.hosts.siteId, siteId))
    .orderBy(t.hosts.host)
    .limit(1000);
}

/** These hosts, whosever they are. */
export async function findHosts(db: Database, hosts: string[]): Promise<HostRow[]> {
  if (hosts.length === 0) return [];
  return await db
    .select()
    .from(t.hosts)
    .where(sql`${t.hosts.host} IN (SELECT value FROM json_each(${JSON.stringify(hosts)}))`);
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
  return db.insert(t.hosts).values({ host, siteId, verifiedAt, createdAt: now });
}

export function deleteHost(db: Database, siteId: string, host: string): Statement {
  return db.delete(t.hosts).where(and(eq(t.hosts.siteId, siteId), eq(t.hosts.host, host)));
}

/** Everything of a site that requests need, in one batch. Null when there is no such site. */
export async function loadSnapshot(db: Database, siteId: string): Promise<SiteSnapshot | null> {
  const named = sql`${t.users.email} IN (
    SELECT value FROM ${t.agents}, json_each(${t.agents.access}, '$.users') WHERE ${t.agents.siteId} = ${siteId}
    UNION
    SELECT value FROM ${t.models}, json_each(${t.models.access}, '$.users') WHERE ${t.models.siteId} = ${siteId}
  )`;
  const rows = (await db.batch([
    db.select().from(t.sites).where(eq(t.sites.id, siteId)),
    db.select().from(t.connections).where(eq(t.connections.siteId, siteId)),
    db
      .select()
      .from(t.connectionSecrets)
      .where(eq(t.connectionSecrets.siteId, siteId))
      .orderBy(t.connectionSecrets.position),
    db.select().from(t.models).where(eq(t.models.siteId, siteId)),
    db
      .select()
      .from(t.modelRoutes)
      .where(eq(t.modelRoutes.siteId, siteId))
      .orderBy(t.modelRoutes.position),
    db.select().from(t.agents).where(eq(t.agents.siteId, siteId)),
    db.select().from(t.levels).where(eq(t.levels.siteId, siteId)),
    db.select().from(t.groups).where(eq(t.groups.siteId, siteId)),
    db.select().from(t.departments).where(eq(t.departments.siteId, siteId)),
    db
      .select({ id: t.users.id, email: t.users.email })
      .from(t.users)
      .where(and(eq(t.users.siteId, siteId), named)),
  ])) as SnapshotRows;
  const [site] = rows[0];
  return site ? assemble(site, rows) : null;
}

type SnapshotRows = [
  SiteRow[],
  (typeof t.connections.$inferSelect)[],
  (typeof t.connectionSecrets.$inferSelect)[],
  (typeof t.models.$inferSelect)[],
  (typeof t.modelRoutes.$inferSelect)[],
  (typeof t.agents.$inferSelect)[],
  (typeof t.levels.$inferSelect)[],
  Named[],
  Named[],
  { id: string; email: string }[],
];
interface Named {
  id: string;
  slug: string;
}

function assemble(site: SiteRow, rows: SnapshotRows): SiteSnapshot {
  const [, connections, secrets, models, routes, agents, levels, groups, departments, people] =
    rows;
  const toIds = (slugs: string[], known: Named[]) =>
    slugs.flatMap((slug) => known.find((one) => one.slug === slug)?.id ?? []);
  const toRule = (access: Access | null): AccessRule =>
    access === null
      ? EVERYONE
      : {
          everyone: access.everyone,
          guests: access.guests,
          levels: toIds(access.levels, levels),
          groups: toIds(access.groups, groups),
          departments: toIds(access.departments, departments),
          users: access.users.flatMap(
            (email) => people.find((one) => one.email === email)?.id ?? [],
          ),
        };
  return {
    id: site.id,
    slug: site.slug,
    name: site.name,
    kind: site.kind,
    locale: site.locale,
    edition: site.edition,
    signupMicro: site.signupMicro,
    registration: site.registration,
    branding: site.branding,
    suspended: site.suspended,
    version: site.configVersion,
    connections: new Map(connections.map((row) => [row.id, toConnection(row, secrets)])),
    models: new Map(
      models.map((row): [string, SiteModel] => [
        row.name,
        { ...row, access: toRule(row.access), routes: routesOf(row.id, routes) },
      ]),
    ),
    agents: new Map(
      agents.map((row): [string, SiteAgent] => [
        row.slug,
        { ...row, order: row.position, access: toRule(row.access) },
      ]),
    ),
    levels: new Map(levels.map((row) => [row.id, row])),
  };
}

function toConnection(row: SnapshotRows[1][number], secrets: SnapshotRows[2]): SiteConnection {
  return { ...row, secrets: secrets.filter((secret) => secret.connectionId === row.id) };
}

function routesOf(modelId: string, routes: SnapshotRows[4]): SiteModel["routes"] {
  return routes
    .filter((route) => route.modelId === modelId)
    .map(({ connectionId, upstreamModel, weight, priority }) => ({
      connectionId,
      model: upstreamModel,
      weight,
      priority,
    }));
}

/** All sites, page by page, as the operator looks through them. */
import { and, asc, count, eq, gt, ne, or, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import * as t from "./schema.ts";
import type { SiteRow } from "./sites.ts";

export interface SiteFilter {
  limit: number;
  /** Slug of the last one seen. */
  after?: string | undefined;
  search?: string | undefined;
  edition?: SiteRow["edition"] | undefined;
  suspended?: boolean | undefined;
}

export interface CountedSite extends SiteRow {
  users: number;
  agents: number;
  hosts: string[];
}

/** One more than asked for, where there are more. */
export async function pageSites(db: Database, filter: SiteFilter): Promise<SiteRow[]> {
  const text = filter.search ? `%${filter.search.replace(/[%_\\]/g, "\\$&")}%` : null;
  return await db
    .select()
    .from(t.sites)
    .where(
      and(
        ne(t.sites.slug, "platform"),
        filter.after === undefined ? undefined : gt(t.sites.slug, filter.after),
        filter.edition === undefined ? undefined : eq(t.sites.edition, filter.edition),
        filter.suspended === undefined ? undefined : eq(t.sites.suspended, filter.suspended),
        text === null
          ? undefined
          : or(
              sql`${t.sites.slug} LIKE ${text} ESCAPE '\\'`,
              sql`${t.sites.name} LIKE ${text} ESCAPE '\\'`,
              sql`EXISTS (SELECT 1 FROM ${t.hosts} WHERE ${t.hosts.siteId} = ${t.sites.id}
                AND ${t.hosts.host} LIKE ${text} ESCAPE '\\')`,
            ),
      ),
    )
    .orderBy(asc(t.sites.slug))
    .limit(filter.limit + 1);
}

interface Counted {
  siteId: string;
  count: number;
}

/** Ids travel as one JSON parameter: D1 binds a hundred at most. */
export async function withCounts(db: Database, sites: SiteRow[]): Promise<CountedSite[]> {
  const ids = JSON.stringify(sites.map((site) => site.id));
  const [users, agents, hosts] = (await db.batch([
    db
      .select({ siteId: t.users.siteId, count: count() })
      .from(t.users)
      .where(sql`${t.users.siteId} IN (SELECT value FROM json_each(${ids}))`)
      .groupBy(t.users.siteId),
    db
      .select({ siteId: t.agents.siteId, count: count() })
      .from(t.agents)
      .where(sql`${t.agents.siteId} IN (SELECT value FROM json_each(${ids}))`)
      .groupBy(t.agents.siteId),
    db
      .select({ siteId: t.hosts.siteId, host: t.hosts.host })
      .from(t.hosts)
      .where(sql`${t.hosts.siteId} IN (SELECT value FROM json_each(${ids}))`),
  ])) as [Counted[], Counted[], { siteId: string; host: string }[]];
  const usersOf = new Map(users.map((row) => [row.siteId, row.count]));
  const agentsOf = new Map(agents.map((row) => [row.siteId, row.count]));
  const hostsOf = Map.groupBy(hosts, (row) => row.siteId);
  return sites.map((site) => ({
    ...site,
    users: usersOf.get(site.id) ?? 0,
    agents: agentsOf.get(site.id) ?? 0,
    hosts: (hostsOf.get(site.id) ?? []).map((row) => row.host),
  }));
}

/** Enabled owners, oldest first. */
export async function ownersOf(db: Database, siteId: string) {
  return await db
    .select()
    .from(t.users)
    .where(and(eq(t.users.siteId, siteId), eq(t.users.role, "owner"), eq(t.users.enabled, true)))
    .orderBy(asc(t.users.createdAt), asc(t.users.id))
    .limit(100);
}

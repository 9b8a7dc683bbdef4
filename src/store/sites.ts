/** Sites and their hosts. */
import { and, eq, ne, sql } from "drizzle-orm";
import { atomically, type Database, type Statement } from "./database.ts";
import { findLiveHost } from "./hosts.ts";
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

/**
 * Subdomains: which site has one, and which has left one. Invariants:
 *
 * 1. A slug is one site's at a time: the unique index of `sites`.
 * 2. A slug that a site has left is closed to all others until its end. Whether it is free is asked
 *    in the statement that takes it: nobody comes between.
 */
import { and, asc, count, eq, gt, ne, sql } from "drizzle-orm";
import { atomically, type Database, type Statement } from "./database.ts";
import * as t from "./schema.ts";
import { bumpVersion, findSite, findSiteBySlug, type SiteRow } from "./sites.ts";

export type RetiredSlug = typeof t.retiredSlugs.$inferSelect;

/** Where it leads, and who has left it. Null: nobody has. */
export async function findRetired(db: Database, slug: string): Promise<RetiredSlug | null> {
  const [row] = await db.select().from(t.retiredSlugs).where(eq(t.retiredSlugs.slug, slug));
  return row ?? null;
}

/** The site that has a slug, or that has left it and is still the last to have had it. */
export async function findSiteEverCalled(db: Database, slug: string): Promise<SiteRow | null> {
  const site = await findSiteBySlug(db, slug);
  if (site !== null) return site;
  const retired = await findRetired(db, slug);
  return retired && (await findSite(db, retired.siteId));
}

/** The slugs that a site has left and that are still kept for it. */
export async function retiredOf(db: Database, siteId: string, now: number): Promise<RetiredSlug[]> {
  return await db
    .select()
    .from(t.retiredSlugs)
    .where(and(eq(t.retiredSlugs.siteId, siteId), gt(t.retiredSlugs.until, now)))
    .orderBy(asc(t.retiredSlugs.slug))
    .limit(100);
}

/** A condition for statements that take a slug: nobody else's is kept there. */
export const notKept = (slug: string, siteId: string, now: number) =>
  sql`NOT EXISTS (SELECT 1 FROM ${t.retiredSlugs} WHERE slug = ${slug} AND site_id <> ${siteId} AND until > ${now})`;

/** Goes out with a change of slug that the operator's file asks for: nobody is asked whether. */
export function keepSlug(db: Database, left: RetiredSlug, taken: string): Statement[] {
  const { siteId, until } = left;
  return [
    db
      .insert(t.retiredSlugs)
      .values(left)
      .onConflictDoUpdate({ target: t.retiredSlugs.slug, set: { siteId, until } }),
    db.delete(t.retiredSlugs).where(eq(t.retiredSlugs.slug, taken)),
  ];
}

export interface SlugChange {
  siteId: string;
  from: string;
  to: string;
  /** Until when `from` is kept. */
  until: number;
  /** As many slugs as a site can keep, so that none collects names. */
  maxKept: number;
}

/** True when it was done; false when somebody was faster, or the site keeps too many already. */
export async function changeSlug(db: Database, change: SlugChange, now: number): Promise<boolean> {
  const { siteId, from, to, until, maxKept } = change;
  const kept = db
    .select({ count: count() })
    .from(t.retiredSlugs)
    .where(
      and(
        eq(t.retiredSlugs.siteId, siteId),
        gt(t.retiredSlugs.until, now),
        ne(t.retiredSlugs.slug, to),
      ),
    );
  const others = sql`NOT EXISTS (SELECT 1 FROM sites AS others WHERE others.slug = ${to})`;
  const moved = sql`EXISTS (SELECT 1 FROM ${t.sites} WHERE id = ${siteId} AND slug = ${to})`;
  const [changed] = (await atomically(db, [
    db
      .update(t.sites)
      .set({ slug: to })
      .where(
        and(
          eq(t.sites.id, siteId),
          eq(t.sites.slug, from),
          others,
          notKept(to, siteId, now),
          sql`(${kept}) < ${maxKept}`,
        ),
      )
      .returning({ id: t.sites.id }),
    db
      .insert(t.retiredSlugs)
      .select(
        db
          .select({
            slug: sql<string>`${from}`.as("slug"),
            siteId: sql<string>`${siteId}`.as("site_id"),
            until: sql<number>`${until}`.as("until"),
          })
          .from(t.sites)
          .where(and(eq(t.sites.id, siteId), eq(t.sites.slug, to))),
      )
      .onConflictDoUpdate({ target: t.retiredSlugs.slug, set: { siteId, until } }),
    db.delete(t.retiredSlugs).where(and(eq(t.retiredSlugs.slug, to), moved)),
    bumpVersion(db, siteId),
  ])) as [{ id: string }[]];
  return changed.length > 0;
}

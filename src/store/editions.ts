/**
 * Editions, and how much of them sites use. That a site has no more agents and users than it may is
 * kept by triggers (`…_room`), which count in the statement that adds: nobody comes between.
 */
import { and, asc, count, eq, sql } from "drizzle-orm";
import type { Edition, EditionUsage } from "../contract/editions.ts";
import { atomically, type Database } from "./database.ts";
import * as t from "./schema.ts";

type EditionRow = typeof t.editions.$inferSelect;

export async function listEditions(db: Database): Promise<EditionRow[]> {
  return await db.select().from(t.editions).orderBy(asc(t.editions.position)).limit(100);
}

/** Every site of the edition gets a new version: what changed is in force as with any other change. */
export async function changeEdition(db: Database, edition: Edition, now: number): Promise<void> {
  const { slug, name, limits, price } = edition;
  await atomically(db, [
    db
      .update(t.editions)
      .set({ name, limits, price, updatedAt: now })
      .where(eq(t.editions.slug, slug)),
    db
      .update(t.sites)
      .set({ configVersion: sql`${t.sites.configVersion} + 1` })
      .where(eq(t.sites.edition, slug)),
  ]);
}

/** All but the calls, which the meter counts. */
export async function roomUsed(
  db: Database,
  siteId: string,
): Promise<Omit<EditionUsage, "callsPerMonth">> {
  const users = (kind: "external" | "internal") =>
    db
      .select({ count: count() })
      .from(t.users)
      .where(and(eq(t.users.siteId, siteId), eq(t.users.kind, kind)));
  const [agents, external, internal, hosts] = (await db.batch([
    db
      .select({ count: count() })
      .from(t.agents)
      .where(and(eq(t.agents.siteId, siteId), eq(t.agents.enabled, true))),
    users("external"),
    users("internal"),
    db.select({ count: count() }).from(t.hosts).where(eq(t.hosts.siteId, siteId)),
  ])) as { count: number }[][];
  const of = (rows: { count: number }[] | undefined) => rows?.[0]?.count ?? 0;
  return {
    agents: of(agents),
    externalUsers: of(external),
    internalUsers: of(internal),
    ownDomains: of(hosts),
  };
}

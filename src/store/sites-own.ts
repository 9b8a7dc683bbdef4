/**
 * The sites of an account of the platform. Who is whom is an identity of the provider `platform`
 * whose subject is the account's id; an e-mail links nobody, for a site's admins write any.
 *
 * 1. A site is there with its owner, his identity and a default level, or not at all.
 * 2. A slug is one site's; one that another site has left is not taken before its end.
 * 3. An account has no more sites of the free edition than it may.
 * All three hold under any concurrency: what must be so is asked in the statement that writes, and
 * where it is not, a value is null that may not be, which undoes the whole batch.
 */
import { and, asc, eq, sql } from "drizzle-orm";
import { atomically, type Database } from "./database.ts";
import { announceProfile } from "./outbox.ts";
import { findIdentity, insertIdentity } from "./providers.ts";
import * as t from "./schema.ts";
import { insertSite, type SiteRow } from "./sites.ts";
import { notKept } from "./subdomains.ts";
import { insertUsers, type NewUser } from "./users.ts";

export const PLATFORM_PROVIDER = "platform";

const identityOf = (accountId: string) => ({ providerId: PLATFORM_PROVIDER, subject: accountId });

export interface OwnSiteRow {
  site: SiteRow;
  userId: string;
  role: (typeof t.users.$inferSelect)["role"];
}

export async function sitesOfAccount(db: Database, accountId: string): Promise<OwnSiteRow[]> {
  return await db
    .select({ site: t.sites, userId: t.users.id, role: t.users.role })
    .from(t.identities)
    .innerJoin(t.sites, eq(t.sites.id, t.identities.siteId))
    .innerJoin(
      t.users,
      and(eq(t.users.siteId, t.identities.siteId), eq(t.users.id, t.identities.userId)),
    )
    .where(and(eq(t.identities.providerId, PLATFORM_PROVIDER), eq(t.identities.subject, accountId)))
    .orderBy(asc(t.sites.name), asc(t.sites.id))
    .limit(1_000);
}

/** Who the account is at a site; null: nobody. */
export async function userOfAccount(
  db: Database,
  siteId: string,
  accountId: string,
): Promise<string | null> {
  return (await findIdentity(db, siteId, identityOf(accountId)))?.userId ?? null;
}

export interface NewSite {
  site: typeof t.sites.$inferInsert;
  level: Omit<typeof t.levels.$inferInsert, "siteId">;
  owner: NewUser;
  account: { id: string; email: string; name: string };
  /** How many sites of the free edition the account may have, this one included. */
  freeSites: number;
}

export async function createSite(
  db: Database,
  { site, level, owner, account, freeSites }: NewSite,
  now: number,
): Promise<"made" | "slug_taken" | "no_room"> {
  const isFree = notKept(site.slug, site.id, now);
  const had = sql`(SELECT count(*) FROM ${t.identities}
    JOIN ${t.sites} AS had ON had.id = ${t.identities}.site_id
    WHERE ${t.identities}.provider_id = ${PLATFORM_PROVIDER}
      AND ${t.identities}.subject = ${account.id} AND had.edition = 'free')`;
  const { id: _, ...person } = account;
  try {
    await atomically(db, [
      insertSite(db, {
        ...site,
        slug: sql`CASE WHEN ${isFree} THEN ${site.slug} END` as unknown as string,
        name: sql`CASE WHEN ${had} < ${freeSites} THEN ${site.name} END` as unknown as string,
      }),
      db.insert(t.levels).values({ siteId: site.id, ...level }),
      ...insertUsers(db, site.id, [owner], now),
      insertIdentity(db, site.id, { ...identityOf(account.id), ...person, userId: owner.id }),
      announceProfile(db, site.id, owner.id),
    ]);
    return "made";
  } catch (error) {
    const column = constraintOf(error);
    if (column === "slug") return "slug_taken";
    if (column === "name") return "no_room";
    throw error;
  }
}

/** The column of `sites` that a constraint refused. */
function constraintOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return /constraint failed: sites\.(\w+)/.exec(error.message)?.[1] ?? constraintOf(error.cause);
}

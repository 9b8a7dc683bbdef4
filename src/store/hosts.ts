/**
 * Own domains: who claims them, who has proven them, and what Cloudflare must still forget.
 * Invariants:
 *
 * 1. Of all claims of a host at most one is verified: the index `hosts_verified`.
 * 2. What a check has found is written only into the claim that was checked: one that was given
 *    up meanwhile, or made anew with another token, stays as it is.
 * 3. A custom hostname is in a claim or in `hostname_removals`, from the moment its id is known
 *    until Cloudflare has forgotten it.
 */
import { and, asc, eq, isNotNull, lte, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "./database.ts";
import { atomically } from "./database.ts";
import * as t from "./schema.ts";

export type HostRow = typeof t.hosts.$inferSelect;
export type HostChange = Partial<
  Pick<
    HostRow,
    "status" | "problem" | "checkedAt" | "nextCheckAt" | "attempts" | "missingSince"
  > & { customHostnameId: string | null }
>;

/** Names one claim, and no later one of the same site. */
export type ClaimKey = Pick<HostRow, "host" | "siteId" | "token">;

/** As many as one site can claim, whatever its edition. */
export const MAX_CLAIMS = 200;

export async function hostsOf(db: Database, siteId: string): Promise<HostRow[]> {
  return await db
    .select()
    .from(t.hosts)
    .where(eq(t.hosts.siteId, siteId))
    .orderBy(t.hosts.host)
    .limit(1000);
}

export async function findClaim(
  db: Database,
  siteId: string,
  host: string,
): Promise<HostRow | null> {
  const [row] = await db
    .select()
    .from(t.hosts)
    .where(and(eq(t.hosts.host, host), eq(t.hosts.siteId, siteId)));
  return row ?? null;
}

/** The proven claims of these hosts, whosever they are. */
export async function findHolders(db: Database, hosts: string[]): Promise<HostRow[]> {
  if (hosts.length === 0) return [];
  const named = sql`${t.hosts.host} IN (SELECT value FROM json_each(${JSON.stringify(hosts)}))`;
  return await db
    .select()
    .from(t.hosts)
    .where(and(named, isNotNull(t.hosts.verifiedAt)));
}

/**
 * Claims a host. `room`: how many the site may have, this one included; null: any number. False
 * where it has no more room, or the host already; counted and written in one statement.
 */
export async function addClaim(
  db: Database,
  claim: ClaimKey,
  room: number | null,
  now: number,
): Promise<boolean> {
  const { host, siteId, token } = claim;
  const added = await db.all<{ host: string }>(sql`
    INSERT INTO ${t.hosts} (host, site_id, token, status, attempts, next_check_at, created_at)
    SELECT ${host}, ${siteId}, ${token}, 'pending', 0, ${now}, ${now}
    WHERE (SELECT count(*) FROM ${t.hosts} WHERE site_id = ${siteId}) < ${room ?? MAX_CLAIMS}
    ON CONFLICT DO NOTHING RETURNING host`);
  return added.length > 0;
}

/** A host that the operator's file names: verified by his word, whatever was claimed before. */
export function approveHost(db: Database, siteId: string, host: string, now: number): Statement {
  const proven = {
    token: "",
    verifiedAt: now,
    status: "live" as const,
    problem: null,
    nextCheckAt: now,
    attempts: 0,
    missingSince: null,
  };
  return db
    .insert(t.hosts)
    .values({ host, siteId, createdAt: now, ...proven })
    .onConflictDoUpdate({ target: [t.hosts.host, t.hosts.siteId], set: proven });
}

function isClaim({ host, siteId, token }: ClaimKey): SQL | undefined {
  return and(eq(t.hosts.host, host), eq(t.hosts.siteId, siteId), eq(t.hosts.token, token));
}

/** What a check has found. False: the claim is no more, or what is not proven would be live. */
export async function noteCheck(db: Database, key: ClaimKey, found: HostChange): Promise<boolean> {
  const needsProof = found.status === "live" || found.status === "proven";
  const rows = await db
    .update(t.hosts)
    .set(found)
    .where(and(isClaim(key), needsProof ? isNotNull(t.hosts.verifiedAt) : undefined))
    .returning({ host: t.hosts.host });
  return rows.length > 0;
}

/** For whoever checks a claim that is due: false where another has begun to. */
export async function leaseCheck(db: Database, row: HostRow, until: number): Promise<boolean> {
  const isDue = eq(t.hosts.nextCheckAt, row.nextCheckAt ?? 0);
  const rows = await db
    .update(t.hosts)
    .set({ nextCheckAt: until })
    .where(and(isClaim(row), isDue))
    .returning({ host: t.hosts.host });
  return rows.length > 0;
}

/** The proof of a claim has been seen. False: the claim is no more, or another one is proven. */
export async function verifyClaim(db: Database, key: ClaimKey, now: number): Promise<boolean> {
  const free = sql`NOT EXISTS (SELECT 1 FROM hosts AS others
    WHERE others.host = ${key.host} AND others.site_id <> ${key.siteId} AND others.verified_at IS NOT NULL)`;
  const rows = await db
    .update(t.hosts)
    .set({ verifiedAt: now, missingSince: null })
    .where(and(isClaim(key), free))
    .returning({ host: t.hosts.host });
  return rows.length > 0;
}

/**
 * From a site whose proof is gone to one whose proof is there, with the custom hostname. All or
 * nothing: where either claim has changed meanwhile, nobody loses anything. False then.
 */
export async function moveHost(
  db: Database,
  from: HostRow,
  to: ClaimKey,
  now: number,
): Promise<boolean> {
  const lost = {
    verifiedAt: null,
    customHostnameId: null,
    status: "lost" as const,
    problem: { code: "taken_over" as const, detail: "" },
    nextCheckAt: null,
  };
  const there = sql`EXISTS (SELECT 1 FROM hosts AS heirs
    WHERE heirs.host = ${to.host} AND heirs.site_id = ${to.siteId} AND heirs.token = ${to.token})`;
  const gone = sql`NOT EXISTS (SELECT 1 FROM hosts AS holders
    WHERE holders.host = ${to.host} AND holders.verified_at IS NOT NULL)`;
  const [, taken] = (await atomically(db, [
    db
      .update(t.hosts)
      .set(lost)
      .where(and(isClaim(from), there)),
    db
      .update(t.hosts)
      .set({ verifiedAt: now, missingSince: null, customHostnameId: from.customHostnameId })
      .where(and(isClaim(to), gone))
      .returning({ host: t.hosts.host }),
  ])) as [unknown, { host: string }[]];
  return taken.length > 0;
}

/** The custom hostnames of these claims, for Cloudflare to forget. */
function forgetHostnames(db: Database, where: SQL | undefined, now: number): Statement {
  return db
    .insert(t.hostnameRemovals)
    .select(
      db
        .select({
          id: sql<string>`${t.hosts.customHostnameId}`.as("id"),
          host: t.hosts.host,
          attempts: sql<number>`0`.as("attempts"),
          nextTryAt: sql<number>`${now}`.as("next_try_at"),
        })
        .from(t.hosts)
        .where(and(where, isNotNull(t.hosts.customHostnameId))),
    )
    .onConflictDoNothing();
}

/** A live host whose proof has been gone for too long: it leads nowhere, and others may have it. */
export async function loseHost(db: Database, key: ClaimKey, found: HostChange, now: number) {
  const lost = { ...found, verifiedAt: null, customHostnameId: null, status: "lost" as const };
  await atomically(db, [
    forgetHostnames(db, isClaim(key), now),
    db.update(t.hosts).set(lost).where(isClaim(key)),
  ]);
}

/** Gives a host up. */
export function removeHost(db: Database, siteId: string, host: string, now: number): Statement[] {
  const claim = and(eq(t.hosts.siteId, siteId), eq(t.hosts.host, host));
  return [forgetHostnames(db, claim, now), db.delete(t.hosts).where(claim)];
}

/** Goes out together with the deletion of a site: its domains and subdomains are others' to have. */
export function removeHostsOfSite(db: Database, siteId: string, now: number): Statement[] {
  const own = eq(t.hosts.siteId, siteId);
  return [
    forgetHostnames(db, own, now),
    db.delete(t.hosts).where(own),
    db.delete(t.retiredSlugs).where(eq(t.retiredSlugs.siteId, siteId)),
  ];
}

export async function dueHosts(db: Database, now: number, limit: number): Promise<HostRow[]> {
  return await db
    .select()
    .from(t.hosts)
    .where(lte(t.hosts.nextCheckAt, now))
    .orderBy(asc(t.hosts.nextCheckAt))
    .limit(limit);
}

export type Removal = typeof t.hostnameRemovals.$inferSelect;

export async function dueRemovals(db: Database, now: number, limit: number): Promise<Removal[]> {
  return await db
    .select()
    .from(t.hostnameRemovals)
    .where(lte(t.hostnameRemovals.nextTryAt, now))
    .orderBy(asc(t.hostnameRemovals.nextTryAt))
    .limit(limit);
}

/** A hostname that was made for a claim which is no more. */
export function addRemoval(db: Database, id: string, host: string, now: number): Statement {
  return db.insert(t.hostnameRemovals).values({ id, host, nextTryAt: now }).onConflictDoNothing();
}

/** Forgotten by Cloudflare, or found in use by another claim. */
export function dropRemoval(db: Database, id: string): Statement {
  return db.delete(t.hostnameRemovals).where(eq(t.hostnameRemovals.id, id));
}

export function delayRemoval(db: Database, { id, attempts }: Removal, until: number): Statement {
  return db
    .update(t.hostnameRemovals)
    .set({ attempts: attempts + 1, nextTryAt: until })
    .where(eq(t.hostnameRemovals.id, id));
}

/** Whether some claim has this custom hostname. */
export async function isHostnameUsed(db: Database, host: string, id: string): Promise<boolean> {
  const [row] = await db
    .select({ host: t.hosts.host })
    .from(t.hosts)
    .where(and(eq(t.hosts.host, host), eq(t.hosts.customHostnameId, id)))
    .limit(1);
  return row !== undefined;
}

/** The live site of an own host. */
export async function findLiveHost(db: Database, host: string): Promise<string | null> {
  const [row] = await db
    .select({ siteId: t.hosts.siteId })
    .from(t.hosts)
    .where(and(eq(t.hosts.host, host), isNotNull(t.hosts.verifiedAt), eq(t.hosts.status, "live")));
  return row?.siteId ?? null;
}

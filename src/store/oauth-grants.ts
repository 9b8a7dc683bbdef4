/**
 * What users have allowed apps. A grant and the API key of the same id are written together: the
 * key carries scopes, models and limits to the wallet, the grant remembers what was said.
 */
import { and, desc, eq, exists, inArray, isNull, lt, notExists, sql } from "drizzle-orm";
import type { Limits } from "../contract/config.ts";
import { atomically, type Database, type Statement } from "./database.ts";
import { insertKeys, type KeyChange, type NewKey, updateKey } from "./keys.ts";
import { announceProfile, announceProfiles } from "./outbox.ts";
import * as t from "./schema.ts";
import { touchProfile } from "./users.ts";

export type GrantRow = typeof t.oauthGrants.$inferSelect;

export interface StandingGrant extends GrantRow {
  models: string[];
}

/** Stands: neither the grant nor its key was revoked. */
const stands = and(isNull(t.oauthGrants.revokedAt), isNull(t.apiKeys.revokedAt));
const withKey = and(eq(t.apiKeys.siteId, t.oauthGrants.siteId), eq(t.apiKeys.id, t.oauthGrants.id));

type Which = { id: string } | { clientId: string; userId?: string } | { userId: string };

/** Grants that stand, newest first. */
export async function standingGrants(
  db: Database,
  siteId: string,
  which: Which,
): Promise<StandingGrant[]> {
  const rows = await db
    .select({ grant: t.oauthGrants, models: t.apiKeys.models })
    .from(t.oauthGrants)
    .innerJoin(t.apiKeys, withKey)
    .where(
      and(
        eq(t.oauthGrants.siteId, siteId),
        stands,
        "id" in which ? eq(t.oauthGrants.id, which.id) : undefined,
        "clientId" in which ? eq(t.oauthGrants.clientId, which.clientId) : undefined,
        "userId" in which && which.userId ? eq(t.oauthGrants.userId, which.userId) : undefined,
      ),
    )
    .orderBy(desc(t.oauthGrants.createdAt))
    .limit(1000);
  return rows.map(({ grant, models }) => ({ ...grant, models }));
}

const told = (db: Database, siteId: string, userId: string): Statement[] => [
  touchProfile(db, siteId, userId),
  announceProfile(db, siteId, userId),
];

/** Throws where another for the same app and user stands already. */
export async function insertGrant(
  db: Database,
  siteId: string,
  grant: { clientId: string; userId: string; scopes: string[]; limits: Limits },
  key: NewKey,
): Promise<void> {
  const now = Date.now();
  await atomically(db, [
    db.insert(t.oauthGrants).values({ siteId, id: key.id, ...grant, createdAt: now }),
    ...insertKeys(db, siteId, [{ ...key, clientId: grant.clientId }], now),
    ...told(db, siteId, grant.userId),
  ]);
}

export async function changeGrant(
  db: Database,
  grant: Pick<GrantRow, "siteId" | "id" | "userId">,
  values: { scopes?: string[]; limits?: Limits },
  key: KeyChange,
): Promise<void> {
  const { siteId, id, userId } = grant;
  await atomically(db, [
    db
      .update(t.oauthGrants)
      // `id` as well, for a change of the key alone.
      .set({ id, ...values })
      .where(and(eq(t.oauthGrants.siteId, siteId), eq(t.oauthGrants.id, id))),
    updateKey(db, siteId, id, key),
    ...told(db, siteId, userId),
  ]);
}

export async function noteGrantUse(db: Database, siteId: string, id: string): Promise<void> {
  await db
    .update(t.oauthGrants)
    .set({ lastUsedAt: Date.now() })
    .where(and(eq(t.oauthGrants.siteId, siteId), eq(t.oauthGrants.id, id)));
}

/** Few statements take many parameters: ids travel in parts. */
const GRANTS_AT_ONCE = 40;

/** Ends grants, their keys and their refresh tokens, and tells the wallets (by the outbox). */
export async function revokeGrants(
  db: Database,
  siteId: string,
  grants: Pick<GrantRow, "id" | "userId">[],
  why: string,
): Promise<void> {
  const revokedAt = Date.now();
  for (let at = 0; at < grants.length; at += GRANTS_AT_ONCE) {
    const part = grants.slice(at, at + GRANTS_AT_ONCE);
    const ids = part.map(({ id }) => id);
    const users = [...new Set(part.map(({ userId }) => userId))];
    const ofThese = (table: typeof t.oauthGrants | typeof t.apiKeys) =>
      and(eq(table.siteId, siteId), inArray(table.id, ids), isNull(table.revokedAt));
    await atomically(db, [
      db.update(t.oauthGrants).set({ revokedAt, revokedWhy: why }).where(ofThese(t.oauthGrants)),
      db.update(t.apiKeys).set({ revokedAt }).where(ofThese(t.apiKeys)),
      db
        .delete(t.oauthRefreshTokens)
        .where(
          and(eq(t.oauthRefreshTokens.siteId, siteId), inArray(t.oauthRefreshTokens.grantId, ids)),
        ),
      ...users.map((userId) => touchProfile(db, siteId, userId)),
      ...announceProfiles(db, siteId, users),
    ]);
  }
}

/** Grants that nothing can be had from any more: no refresh token is left, no code, no device. */
export async function deadGrants(db: Database, before: number): Promise<GrantRow[]> {
  const now = Date.now();
  const refresh = db
    .select({ one: sql`1` })
    .from(t.oauthRefreshTokens)
    .where(
      and(
        eq(t.oauthRefreshTokens.siteId, t.oauthGrants.siteId),
        eq(t.oauthRefreshTokens.grantId, t.oauthGrants.id),
        isNull(t.oauthRefreshTokens.usedAt),
        sql`${t.oauthRefreshTokens.expiresAt} > ${now}`,
      ),
    );
  const key = db
    .select({ one: sql`1` })
    .from(t.apiKeys)
    .where(and(withKey, isNull(t.apiKeys.revokedAt)));
  return await db
    .select()
    .from(t.oauthGrants)
    .where(
      and(
        isNull(t.oauthGrants.revokedAt),
        lt(sql`coalesce(${t.oauthGrants.lastUsedAt}, ${t.oauthGrants.createdAt})`, before),
        notExists(refresh),
        exists(key),
      ),
    )
    .limit(200);
}

/** Who allows an app something, with their e-mails; newest first. */
export async function usersOfClient(
  db: Database,
  siteId: string,
  clientId: string,
): Promise<(GrantRow & { email: string })[]> {
  const rows = await db
    .select({ grant: t.oauthGrants, email: t.users.email })
    .from(t.oauthGrants)
    .innerJoin(t.apiKeys, withKey)
    .innerJoin(
      t.users,
      and(eq(t.users.siteId, t.oauthGrants.siteId), eq(t.users.id, t.oauthGrants.userId)),
    )
    .where(and(eq(t.oauthGrants.siteId, siteId), eq(t.oauthGrants.clientId, clientId), stands))
    .orderBy(desc(t.oauthGrants.createdAt))
    .limit(1000);
  return rows.map(({ grant, email }) => ({ ...grant, email }));
}

/** Which grants were ever of which app: what an app has cost outlives its grants. */
export async function clientsByGrant(db: Database, siteId: string): Promise<Map<string, string>> {
  const rows = await db
    .select({ id: t.oauthGrants.id, clientId: t.oauthGrants.clientId })
    .from(t.oauthGrants)
    .where(eq(t.oauthGrants.siteId, siteId))
    .orderBy(desc(t.oauthGrants.createdAt))
    .limit(10_000);
  return new Map(rows.map(({ id, clientId }) => [id, clientId]));
}

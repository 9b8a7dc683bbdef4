/** API keys: their hashes, never their texts. */
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Limits } from "../contract/config.ts";
import type { Addresses } from "../contract/scopes.ts";
import { atomically, type Database, inParts, type Statement } from "./database.ts";
import { announceProfile } from "./outbox.ts";
import * as t from "./schema.ts";
import { touchProfile } from "./users.ts";

export type KeyRow = typeof t.apiKeys.$inferSelect;

export interface NewKey {
  id: string;
  userId: string;
  name: string;
  /** SHA-256, hex. */
  hash: string;
  prefix: string;
  scopes: string[];
  limits: Limits;
  models: string[];
  addresses: Addresses;
  expiresAt: number | null;
  /** The app that acts by it; absent: a key that its user has. */
  clientId?: string;
}

/** Fourteen columns a row, a hundred parameters a statement. */
const KEYS_PER_STATEMENT = 7;

export function insertKeys(db: Database, siteId: string, keys: NewKey[], now: number): Statement[] {
  const rows = keys.map((key) => ({ siteId, ...key, createdAt: now }));
  return inParts(rows, KEYS_PER_STATEMENT).map((part) => db.insert(t.apiKeys).values(part));
}

export type KeyChange = Partial<Omit<NewKey, "id" | "userId" | "hash" | "prefix">>;

export function updateKey(db: Database, siteId: string, id: string, values: KeyChange): Statement {
  return db
    .update(t.apiKeys)
    .set(values)
    .where(and(eq(t.apiKeys.siteId, siteId), eq(t.apiKeys.id, id)));
}

export async function createKey(db: Database, siteId: string, key: NewKey): Promise<KeyRow> {
  const now = Date.now();
  await atomically(db, [
    ...insertKeys(db, siteId, [key], now),
    touchProfile(db, siteId, key.userId),
    announceProfile(db, siteId, key.userId),
  ]);
  return { siteId, clientId: null, ...key, createdAt: now, revokedAt: null };
}

/** Live and revoked, newest first; without what apps act by. */
export async function keysOfUser(db: Database, siteId: string, userId: string): Promise<KeyRow[]> {
  return await db
    .select()
    .from(t.apiKeys)
    .where(
      and(eq(t.apiKeys.siteId, siteId), eq(t.apiKeys.userId, userId), isNull(t.apiKeys.clientId)),
    )
    .orderBy(desc(t.apiKeys.createdAt))
    .limit(1000);
}

export async function keysOfSite(
  db: Database,
  siteId: string,
): Promise<(KeyRow & { email: string })[]> {
  const rows = await db
    .select({ key: t.apiKeys, email: t.users.email })
    .from(t.apiKeys)
    .innerJoin(t.users, and(eq(t.users.siteId, t.apiKeys.siteId), eq(t.users.id, t.apiKeys.userId)))
    .where(eq(t.apiKeys.siteId, siteId))
    .orderBy(desc(t.apiKeys.createdAt))
    .limit(5000);
  return rows.map(({ key, email }) => ({ ...key, email }));
}

/**
 * Answers the key as it was; null when the user has no such live key. What an app acts by is only
 * revoked here: how it is limited is its grant's to say.
 */
export async function changeKey(
  db: Database,
  siteId: string,
  userId: string,
  id: string,
  values: KeyChange | { revokedAt: number },
): Promise<KeyRow | null> {
  const mine = and(
    eq(t.apiKeys.siteId, siteId),
    eq(t.apiKeys.userId, userId),
    eq(t.apiKeys.id, id),
    isNull(t.apiKeys.revokedAt),
    "revokedAt" in values ? undefined : isNull(t.apiKeys.clientId),
  );
  const [found] = await db.select().from(t.apiKeys).where(mine);
  if (!found) return null;
  await atomically(db, [
    db.update(t.apiKeys).set(values).where(mine),
    touchProfile(db, siteId, userId),
    announceProfile(db, siteId, userId),
  ]);
  return found;
}

/** False when the user has no such live key. */
export async function revokeKey(
  db: Database,
  siteId: string,
  userId: string,
  id: string,
): Promise<boolean> {
  return (await changeKey(db, siteId, userId, id, { revokedAt: Date.now() })) !== null;
}

/** The keys behind these hashes, over all sites. Hashes travel as one JSON parameter. */
export async function findKeysByHash(db: Database, hashes: string[]): Promise<KeyRow[]> {
  if (hashes.length === 0) return [];
  return await db
    .select()
    .from(t.apiKeys)
    .where(sql`${t.apiKeys.hash} IN (SELECT value FROM json_each(${JSON.stringify(hashes)}))`);
}

/** Whose key this is, over all sites: for keys that say nothing of themselves. */
export async function findKeyByHash(
  db: Database,
  hash: string,
): Promise<{ siteId: string; userId: string; keyId: string } | null> {
  const [row] = await db
    .select({ siteId: t.apiKeys.siteId, userId: t.apiKeys.userId, keyId: t.apiKeys.id })
    .from(t.apiKeys)
    .where(eq(t.apiKeys.hash, hash));
  return row ?? null;
}

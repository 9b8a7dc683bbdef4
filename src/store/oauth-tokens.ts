/** Codes and refresh tokens: their hashes, each used once by compare-and-set. */
import { and, eq, isNull, lte } from "drizzle-orm";
import { atomically, type Database } from "./database.ts";
import * as t from "./schema.ts";

export type CodeRow = typeof t.oauthCodes.$inferSelect;
export type RefreshRow = typeof t.oauthRefreshTokens.$inferSelect;

export async function insertCode(
  db: Database,
  code: typeof t.oauthCodes.$inferInsert,
): Promise<void> {
  await db.insert(t.oauthCodes).values(code);
}

const code = (siteId: string, hash: string) =>
  and(eq(t.oauthCodes.siteId, siteId), eq(t.oauthCodes.hash, hash));

export async function findCode(
  db: Database,
  siteId: string,
  hash: string,
): Promise<CodeRow | null> {
  const [row] = await db.select().from(t.oauthCodes).where(code(siteId, hash));
  return row ?? null;
}

/** True for the one that used it first. */
export async function useCode(db: Database, siteId: string, hash: string): Promise<boolean> {
  const used = await db
    .update(t.oauthCodes)
    .set({ usedAt: Date.now() })
    .where(and(code(siteId, hash), isNull(t.oauthCodes.usedAt)))
    .returning({ hash: t.oauthCodes.hash });
  return used.length > 0;
}

const refresh = (siteId: string, hash: string) =>
  and(eq(t.oauthRefreshTokens.siteId, siteId), eq(t.oauthRefreshTokens.hash, hash));

export async function findRefresh(
  db: Database,
  siteId: string,
  hash: string,
): Promise<RefreshRow | null> {
  const [row] = await db.select().from(t.oauthRefreshTokens).where(refresh(siteId, hash));
  return row ?? null;
}

export async function insertRefresh(
  db: Database,
  token: typeof t.oauthRefreshTokens.$inferInsert,
): Promise<void> {
  await db.insert(t.oauthRefreshTokens).values(token);
}

/** Puts the next in the place of the old one. Several who do it at once come to the same. */
export async function rotateRefresh(
  db: Database,
  old: Pick<RefreshRow, "siteId" | "hash">,
  next: typeof t.oauthRefreshTokens.$inferInsert,
): Promise<void> {
  await atomically(db, [
    db
      .update(t.oauthRefreshTokens)
      .set({ usedAt: Date.now() })
      .where(and(refresh(old.siteId, old.hash), isNull(t.oauthRefreshTokens.usedAt))),
    db.insert(t.oauthRefreshTokens).values(next).onConflictDoNothing(),
  ]);
}

/** What is over: codes and devices soon after their end, refresh tokens at theirs. */
export async function forgetExpired(db: Database, now: number): Promise<void> {
  // A code that comes a second time must still be known for what it gave.
  const longAgo = now - 3_600_000;
  await atomically(db, [
    db.delete(t.oauthCodes).where(lte(t.oauthCodes.expiresAt, longAgo)),
    db.delete(t.oauthRefreshTokens).where(lte(t.oauthRefreshTokens.expiresAt, now)),
    db.delete(t.oauthDevices).where(lte(t.oauthDevices.expiresAt, longAgo)),
  ]);
}

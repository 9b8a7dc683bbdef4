/** One-time codes that were sent by mail. Trying and using are compare-and-sets: once means once. */
import { and, eq, gt, isNull, lt, sql } from "drizzle-orm";
import { atomically, type Database } from "./database.ts";
import * as t from "./schema.ts";

export type CodeRow = typeof t.codes.$inferSelect;
type Wanted = Pick<CodeRow, "purpose" | "email">;

const live = (siteId: string, { purpose, email }: Wanted) =>
  and(
    eq(t.codes.siteId, siteId),
    eq(t.codes.email, email),
    eq(t.codes.purpose, purpose),
    isNull(t.codes.usedAt),
  );

/** The new one voids those before it. */
export async function issueCode(
  db: Database,
  siteId: string,
  code: Wanted & Pick<CodeRow, "id" | "userId" | "hash" | "expiresAt">,
): Promise<void> {
  const now = Date.now();
  await atomically(db, [
    db.update(t.codes).set({ usedAt: now }).where(live(siteId, code)),
    db.insert(t.codes).values({ siteId, ...code, createdAt: now }),
  ]);
}

/** Counts a try and answers what it is tried against; null where nothing may be tried. */
export async function takeAttempt(
  db: Database,
  siteId: string,
  wanted: Wanted,
  most: number,
): Promise<CodeRow | null> {
  const [row] = await db
    .update(t.codes)
    .set({ attempts: sql`${t.codes.attempts} + 1` })
    .where(and(live(siteId, wanted), lt(t.codes.attempts, most), gt(t.codes.expiresAt, Date.now())))
    .returning();
  return row ?? null;
}

/** True for the one who used it; false for everybody after him. */
export async function useCode(db: Database, siteId: string, id: string): Promise<boolean> {
  const used = await db
    .update(t.codes)
    .set({ usedAt: Date.now() })
    .where(and(eq(t.codes.siteId, siteId), eq(t.codes.id, id), isNull(t.codes.usedAt)))
    .returning({ id: t.codes.id });
  return used.length > 0;
}

export async function forgetCodes(db: Database, before: number): Promise<void> {
  await db.delete(t.codes).where(lt(t.codes.expiresAt, before));
}

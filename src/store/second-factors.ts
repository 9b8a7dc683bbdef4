/** What people show beside their password. Secrets are sealed, recovery codes are hashed. */
import { and, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import * as t from "./schema.ts";

export type SecondFactorRow = typeof t.secondFactors.$inferSelect;

/** Those that were answered rightly once: until then a factor protects nothing. */
export async function confirmedFactors(
  db: Database,
  siteId: string,
  userId: string,
): Promise<SecondFactorRow[]> {
  return await db
    .select()
    .from(t.secondFactors)
    .where(
      and(
        eq(t.secondFactors.siteId, siteId),
        eq(t.secondFactors.userId, userId),
        isNotNull(t.secondFactors.confirmedAt),
      ),
    )
    .orderBy(t.secondFactors.createdAt)
    .limit(50);
}

type Factor = { siteId: string; id: string };
const the = ({ siteId, id }: Factor) =>
  and(eq(t.secondFactors.siteId, siteId), eq(t.secondFactors.id, id));

export async function insertFactor(
  db: Database,
  factor: typeof t.secondFactors.$inferInsert,
): Promise<void> {
  await db.insert(t.secondFactors).values(factor);
}

export async function findFactor(
  db: Database,
  factor: Factor & { userId: string },
): Promise<SecondFactorRow | null> {
  const [row] = await db
    .select()
    .from(t.secondFactors)
    .where(and(the(factor), eq(t.secondFactors.userId, factor.userId)));
  return row ?? null;
}

export async function findPasskey(
  db: Database,
  siteId: string,
  credentialId: string,
): Promise<SecondFactorRow | null> {
  const [row] = await db
    .select()
    .from(t.secondFactors)
    .where(and(eq(t.secondFactors.siteId, siteId), eq(t.secondFactors.credentialId, credentialId)));
  return row ?? null;
}

/** Takes the next counter: true for one caller, and never for a counter that was reached before. */
export async function advanceCounter(
  db: Database,
  factor: Factor,
  counter: number,
): Promise<boolean> {
  const now = Date.now();
  const advanced = await db
    .update(t.secondFactors)
    .set({
      counter,
      lastUsedAt: now,
      confirmedAt: sql`coalesce(${t.secondFactors.confirmedAt}, ${now})`,
    })
    .where(and(the(factor), lt(t.secondFactors.counter, counter)))
    .returning({ id: t.secondFactors.id });
  return advanced.length > 0;
}

/** For authenticators that do not count: the challenge is what is used once. */
export async function noteUse(db: Database, factor: Factor): Promise<void> {
  await db.update(t.secondFactors).set({ lastUsedAt: Date.now() }).where(the(factor));
}

/** Puts other hashes in place of those that were read; false where somebody else was faster. */
export async function swapSealed(
  db: Database,
  factor: Factor,
  { before, after }: { before: string; after: string },
): Promise<boolean> {
  const swapped = await db
    .update(t.secondFactors)
    .set({ sealed: after, lastUsedAt: Date.now() })
    .where(and(the(factor), eq(t.secondFactors.sealed, before)))
    .returning({ id: t.secondFactors.id });
  return swapped.length > 0;
}

/** One of a user's, or those of a kind, or all; answers what was removed. */
export async function removeFactors(
  db: Database,
  siteId: string,
  userId: string,
  which: { id?: string; kind?: SecondFactorRow["kind"] } = {},
): Promise<SecondFactorRow[]> {
  return await db
    .delete(t.secondFactors)
    .where(
      and(
        eq(t.secondFactors.siteId, siteId),
        eq(t.secondFactors.userId, userId),
        which.id === undefined ? undefined : eq(t.secondFactors.id, which.id),
        which.kind === undefined ? undefined : eq(t.secondFactors.kind, which.kind),
      ),
    )
    .returning();
}

/** Sets that were begun and never answered. */
export async function removeUnconfirmed(
  db: Database,
  siteId: string,
  userId: string,
): Promise<void> {
  await db
    .delete(t.secondFactors)
    .where(
      and(
        eq(t.secondFactors.siteId, siteId),
        eq(t.secondFactors.userId, userId),
        isNull(t.secondFactors.confirmedAt),
      ),
    );
}

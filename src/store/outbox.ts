/** Profiles that changed and that a wallet has not acknowledged yet. */
import { and, eq } from "drizzle-orm";
import { type Database, inParts, type Statement } from "./database.ts";
import * as t from "./schema.ts";

export interface PendingProfile {
  id: number;
  siteId: string;
  userId: string;
}

/** Goes into the same batch as the change it announces. */
export function announceProfile(db: Database, siteId: string, userId: string): Statement {
  return db.insert(t.outbox).values({ siteId, userId, createdAt: Date.now() });
}

const ROWS_PER_STATEMENT = 30;

export function announceProfiles(db: Database, siteId: string, userIds: string[]): Statement[] {
  const rows = userIds.map((userId) => ({ siteId, userId, createdAt: Date.now() }));
  return inParts(rows, ROWS_PER_STATEMENT).map((part) => db.insert(t.outbox).values(part));
}

/** Oldest first. */
export async function pendingProfiles(
  db: Database,
  limit: number,
  siteId?: string,
): Promise<PendingProfile[]> {
  return await db
    .select({ id: t.outbox.id, siteId: t.outbox.siteId, userId: t.outbox.userId })
    .from(t.outbox)
    .where(siteId === undefined ? undefined : eq(t.outbox.siteId, siteId))
    .orderBy(t.outbox.id)
    .limit(limit);
}

export async function acknowledge(db: Database, siteId: string, id: number): Promise<void> {
  await db.delete(t.outbox).where(and(eq(t.outbox.siteId, siteId), eq(t.outbox.id, id)));
}

/** Notes for the audit that could not be brought to the site's meter at once. */
import { and, asc, eq, gt } from "drizzle-orm";
import type { Database } from "./database.ts";
import * as t from "./schema.ts";

export interface PendingNotes {
  id: number;
  siteId: string;
  notes: unknown;
}

export async function keepNotes(db: Database, siteId: string, notes: unknown): Promise<void> {
  await db.insert(t.auditOutbox).values({ siteId, notes, createdAt: Date.now() });
}

/** Of all sites, oldest first. */
export async function pendingNotes(
  db: Database,
  limit: number,
  after: number,
): Promise<PendingNotes[]> {
  const { id, siteId, notes } = t.auditOutbox;
  return await db
    .select({ id, siteId, notes })
    .from(t.auditOutbox)
    .where(gt(id, after))
    .orderBy(asc(id))
    .limit(limit);
}

export async function forgetNotes(db: Database, siteId: string, id: number): Promise<void> {
  await db
    .delete(t.auditOutbox)
    .where(and(eq(t.auditOutbox.siteId, siteId), eq(t.auditOutbox.id, id)));
}

/** Sessions, as a person sees and ends them. Whether one still stands, the wallet says. */
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { atomically, type Database } from "./database.ts";
import { announceProfile } from "./outbox.ts";
import * as t from "./schema.ts";
import { touchProfile } from "./users.ts";

export interface NewSession {
  id: string;
  userId: string;
  expiresAt: number;
  method: string;
  address: string;
  agent: string;
  impersonatedBy: string | null;
}

export async function createSession(
  db: Database,
  siteId: string,
  session: NewSession,
): Promise<void> {
  await db.insert(t.sessions).values({ siteId, ...session, createdAt: Date.now() });
}

export async function revokeSession(db: Database, siteId: string, id: string): Promise<void> {
  await db
    .update(t.sessions)
    .set({ revokedAt: Date.now() })
    .where(and(eq(t.sessions.siteId, siteId), eq(t.sessions.id, id), isNull(t.sessions.revokedAt)));
}

export async function revokeAllSessions(
  db: Database,
  siteId: string,
  userId: string,
): Promise<void> {
  await db
    .update(t.sessions)
    .set({ revokedAt: Date.now() })
    .where(
      and(
        eq(t.sessions.siteId, siteId),
        eq(t.sessions.userId, userId),
        isNull(t.sessions.revokedAt),
      ),
    );
}

export type SessionRow = typeof t.sessions.$inferSelect;

/** Neither ended nor run out. */
export async function liveSessions(
  db: Database,
  siteId: string,
  userId: string,
): Promise<SessionRow[]> {
  return await db
    .select()
    .from(t.sessions)
    .where(
      and(
        eq(t.sessions.siteId, siteId),
        eq(t.sessions.userId, userId),
        isNull(t.sessions.revokedAt),
        gt(t.sessions.expiresAt, Date.now()),
      ),
    )
    .orderBy(t.sessions.createdAt)
    .limit(1000);
}

/** Voids every session of the user that was signed before. */
export async function growEpoch(db: Database, siteId: string, userId: string): Promise<void> {
  await atomically(db, [
    db
      .update(t.users)
      .set({ sessionEpoch: sql`${t.users.sessionEpoch} + 1` })
      .where(and(eq(t.users.siteId, siteId), eq(t.users.id, userId))),
    touchProfile(db, siteId, userId),
    announceProfile(db, siteId, userId),
  ]);
}

/** One of the user's own; null where there is none that lives. */
export async function endSession(
  db: Database,
  siteId: string,
  { id, userId }: { id: string; userId: string },
): Promise<SessionRow | null> {
  const [row] = await db
    .update(t.sessions)
    .set({ revokedAt: Date.now() })
    .where(
      and(
        eq(t.sessions.siteId, siteId),
        eq(t.sessions.id, id),
        eq(t.sessions.userId, userId),
        isNull(t.sessions.revokedAt),
      ),
    )
    .returning();
  return row ?? null;
}

export async function noteUse(db: Database, siteId: string, id: string, at: number): Promise<void> {
  await db
    .update(t.sessions)
    .set({ lastUsedAt: at })
    .where(and(eq(t.sessions.siteId, siteId), eq(t.sessions.id, id)));
}

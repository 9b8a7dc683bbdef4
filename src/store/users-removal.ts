/** Removing a person: every row of the store that is about him, in one batch. */
import { and, eq, type SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { atomically, type Database, type Statement } from "./database.ts";
import { announceProfile } from "./outbox.ts";
import * as t from "./schema.ts";

type OfUser = SQLiteTable & { siteId: SQLiteColumn; userId: SQLiteColumn };

/** A table with a `user_id` is either here or in `KEPT`; a test compares both with the schema. */
export const OF_USERS = [
  t.userGroups,
  t.sessions,
  t.apiKeys,
  t.secondFactors,
  t.identities,
  t.codes,
  t.oauthGrants,
  t.oauthCodes,
  t.oauthRefreshTokens,
  t.oauthDevices,
] satisfies OfUser[];
/** The announcement itself: it outlives the row, so that wallet and history hear of it. */
export const KEPT = [t.outbox] satisfies OfUser[];

/**
 * Whoever loads the profile afterwards finds nobody, and so does the delivery of the
 * announcement, which is how the objects are told to forget (services/profiles.ts).
 */
export async function removeUser(
  db: Database,
  siteId: string,
  user: { id: string; email: string },
): Promise<void> {
  const mine = (table: OfUser): SQL | undefined =>
    and(eq(table.siteId, siteId), eq(table.userId, user.id));
  const statements: Statement[] = OF_USERS.map((table) => db.delete(table).where(mine(table)));
  await atomically(db, [
    ...statements,
    db.delete(t.codes).where(and(eq(t.codes.siteId, siteId), eq(t.codes.email, user.email))),
    db
      .delete(t.invitations)
      .where(and(eq(t.invitations.siteId, siteId), eq(t.invitations.email, user.email))),
    db.delete(t.mails).where(and(eq(t.mails.siteId, siteId), eq(t.mails.recipient, user.email))),
    db.delete(t.users).where(and(eq(t.users.siteId, siteId), eq(t.users.id, user.id))),
    announceProfile(db, siteId, user.id),
  ]);
}

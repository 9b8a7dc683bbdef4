/** Invitations of a site. A token is known by its hash alone. */
import { and, desc, eq, gt, isNull } from "drizzle-orm";
import { atomically, type Database } from "./database.ts";
import * as t from "./schema.ts";

export type InvitationRow = typeof t.invitations.$inferSelect;
export type NewInvitation = Pick<
  InvitationRow,
  "id" | "email" | "role" | "levelId" | "hash" | "createdBy" | "expiresAt"
>;

const LISTED_MAX = 500;

const one = (siteId: string, id: string) =>
  and(eq(t.invitations.siteId, siteId), eq(t.invitations.id, id));
const open = (siteId: string) =>
  and(
    eq(t.invitations.siteId, siteId),
    isNull(t.invitations.acceptedAt),
    isNull(t.invitations.revokedAt),
    gt(t.invitations.expiresAt, Date.now()),
  );

/** An older open one to the same e-mail is revoked: of each person one link is valid. */
export async function insertInvitation(
  db: Database,
  siteId: string,
  invitation: NewInvitation,
): Promise<void> {
  const now = Date.now();
  await atomically(db, [
    db
      .update(t.invitations)
      .set({ revokedAt: now })
      .where(and(open(siteId), eq(t.invitations.email, invitation.email))),
    db.insert(t.invitations).values({ siteId, ...invitation, createdAt: now }),
  ]);
}

/** Newest first. */
export async function invitationsOf(db: Database, siteId: string): Promise<InvitationRow[]> {
  return await db
    .select()
    .from(t.invitations)
    .where(eq(t.invitations.siteId, siteId))
    .orderBy(desc(t.invitations.createdAt), desc(t.invitations.id))
    .limit(LISTED_MAX);
}

export async function findInvitation(
  db: Database,
  siteId: string,
  id: string,
): Promise<InvitationRow | null> {
  const [row] = await db.select().from(t.invitations).where(one(siteId, id));
  return row ?? null;
}

/** The one that a token opens; null when it is used, revoked, past its end, or of another site. */
export async function findOpen(
  db: Database,
  siteId: string,
  hash: string,
): Promise<InvitationRow | null> {
  const [row] = await db
    .select()
    .from(t.invitations)
    .where(and(open(siteId), eq(t.invitations.hash, hash)));
  return row ?? null;
}

/** A new token and a new end; the old token opens nothing any more. False when it was not open to that. */
export async function renewInvitation(
  db: Database,
  siteId: string,
  id: string,
  { hash, expiresAt }: { hash: string; expiresAt: number },
): Promise<boolean> {
  const rows = await db
    .update(t.invitations)
    .set({ hash, expiresAt })
    .where(and(one(siteId, id), isNull(t.invitations.acceptedAt), isNull(t.invitations.revokedAt)))
    .returning({ id: t.invitations.id });
  return rows.length > 0;
}

export async function revokeInvitation(db: Database, siteId: string, id: string): Promise<void> {
  await db
    .update(t.invitations)
    .set({ revokedAt: Date.now() })
    .where(and(one(siteId, id), isNull(t.invitations.acceptedAt), isNull(t.invitations.revokedAt)));
}

/**
 * Marks it accepted, by whoever is first. What follows from it is done by that one alone; where
 * that fails, `reopen` gives the link back.
 */
export async function claimInvitation(
  db: Database,
  siteId: string,
  hash: string,
): Promise<InvitationRow | null> {
  const [row] = await db
    .update(t.invitations)
    .set({ acceptedAt: Date.now() })
    .where(and(open(siteId), eq(t.invitations.hash, hash)))
    .returning();
  return row ?? null;
}

export async function reopenInvitation(db: Database, siteId: string, id: string): Promise<void> {
  await db.update(t.invitations).set({ acceptedAt: null }).where(one(siteId, id));
}

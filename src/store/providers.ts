/** Other places to log in at, and who is linked to whom there. */
import { and, count, eq, ne, sql } from "drizzle-orm";
import { atomically, type Database, type Statement } from "./database.ts";
import * as t from "./schema.ts";
import { bumpVersion } from "./sites.ts";

export type ProviderRow = typeof t.identityProviders.$inferSelect;
export type IdentityRow = typeof t.identities.$inferSelect;

const mine = (siteId: string, id: string) =>
  and(eq(t.identityProviders.siteId, siteId), eq(t.identityProviders.id, id));

/** A query, for the snapshot's batch: what the log-in page shows. */
export function buttonsOf(db: Database, siteId: string) {
  const { slug, kind, name, position, enabled } = t.identityProviders;
  return db
    .select({ slug, kind, name })
    .from(t.identityProviders)
    .where(and(eq(t.identityProviders.siteId, siteId), eq(enabled, true), ne(kind, "link")))
    .orderBy(position, slug);
}

/** In the order of the log-in page. */
export async function listProviders(db: Database, siteId: string): Promise<ProviderRow[]> {
  const { position, slug } = t.identityProviders;
  return await db
    .select()
    .from(t.identityProviders)
    .where(eq(t.identityProviders.siteId, siteId))
    .orderBy(position, slug)
    .limit(1_000);
}

export async function findProvider(
  db: Database,
  siteId: string,
  slug: string,
): Promise<ProviderRow | null> {
  const [row] = await db
    .select()
    .from(t.identityProviders)
    .where(and(eq(t.identityProviders.siteId, siteId), eq(t.identityProviders.slug, slug)));
  return row ?? null;
}

export type ProviderValues = Omit<ProviderRow, "siteId" | "id" | "position" | "createdAt">;

/** Behind those that are there. */
export async function insertProvider(
  db: Database,
  siteId: string,
  id: string,
  values: ProviderValues,
): Promise<void> {
  const position = sql<number>`(SELECT coalesce(max(position), -1) + 1 FROM ${t.identityProviders} WHERE site_id = ${siteId})`;
  const row = { siteId, id, ...values, position, createdAt: Date.now() };
  await atomically(db, [db.insert(t.identityProviders).values(row), bumpVersion(db, siteId)]);
}

export async function updateProvider(
  db: Database,
  siteId: string,
  id: string,
  values: ProviderValues,
): Promise<void> {
  await atomically(db, [
    db.update(t.identityProviders).set(values).where(mine(siteId, id)),
    bumpVersion(db, siteId),
  ]);
}

/** With every link to it. */
export async function deleteProvider(db: Database, siteId: string, id: string): Promise<void> {
  await atomically(db, [
    db
      .delete(t.identities)
      .where(and(eq(t.identities.siteId, siteId), eq(t.identities.providerId, id))),
    db.delete(t.identityProviders).where(mine(siteId, id)),
    bumpVersion(db, siteId),
  ]);
}

export async function orderProviders(db: Database, siteId: string, ids: string[]): Promise<void> {
  await atomically(db, [
    ...ids.map((id, position) =>
      db.update(t.identityProviders).set({ position }).where(mine(siteId, id)),
    ),
    bumpVersion(db, siteId),
  ]);
}

/** People linked at each provider, by its id. */
export async function countLinked(db: Database, siteId: string): Promise<Map<string, number>> {
  const rows = await db
    .select({ id: t.identities.providerId, count: count() })
    .from(t.identities)
    .where(eq(t.identities.siteId, siteId))
    .groupBy(t.identities.providerId);
  return new Map(rows.map((row) => [row.id, row.count]));
}

export interface Subject {
  providerId: string;
  subject: string;
}

const whose = (siteId: string, { providerId, subject }: Subject) =>
  and(
    eq(t.identities.siteId, siteId),
    eq(t.identities.providerId, providerId),
    eq(t.identities.subject, subject),
  );

export async function findIdentity(
  db: Database,
  siteId: string,
  who: Subject,
): Promise<IdentityRow | null> {
  const [row] = await db.select().from(t.identities).where(whose(siteId, who));
  return row ?? null;
}

export async function identitiesOfUser(
  db: Database,
  siteId: string,
  userId: string,
): Promise<IdentityRow[]> {
  return await db
    .select()
    .from(t.identities)
    .where(and(eq(t.identities.siteId, siteId), eq(t.identities.userId, userId)))
    .limit(1_000);
}

/** Fails where the person is linked already: to whom, the first has said. */
export function insertIdentity(
  db: Database,
  siteId: string,
  identity: Subject & { userId: string; email: string; name: string },
): Statement {
  return db.insert(t.identities).values({ siteId, ...identity, createdAt: Date.now() });
}

/** Links where nobody is linked; whose the person is afterwards. */
export async function linkIdentity(
  db: Database,
  siteId: string,
  identity: Subject & { userId: string; email: string; name: string },
): Promise<string | null> {
  await db
    .insert(t.identities)
    .values({ siteId, ...identity, createdAt: Date.now() })
    .onConflictDoNothing();
  return (await findIdentity(db, siteId, identity))?.userId ?? null;
}

/** He was here, and this is what the provider calls him now. */
export async function touchIdentity(
  db: Database,
  siteId: string,
  who: Subject,
  { email, name }: { email: string; name: string },
): Promise<void> {
  await db
    .update(t.identities)
    .set({ email, name, lastUsedAt: Date.now() })
    .where(whose(siteId, who));
}

/**
 * Takes the user's links at a provider away; where he has no other way in (`keepOne`) only while
 * a link at another enabled provider stays. One statement: two at once cannot take the last two.
 */
export async function unlinkIdentity(
  db: Database,
  siteId: string,
  { userId, providerId, keepOne }: { userId: string; providerId: string; keepOne: boolean },
): Promise<boolean> {
  const { identities } = t;
  const another = sql`EXISTS (
    SELECT 1 FROM identities AS other
    JOIN identity_providers AS p ON p.site_id = other.site_id AND p.id = other.provider_id
    WHERE other.site_id = ${siteId} AND other.user_id = ${userId}
      AND other.provider_id <> ${providerId} AND p.enabled = 1
  )`;
  const gone = await db
    .delete(identities)
    .where(
      and(
        eq(identities.siteId, siteId),
        eq(identities.userId, userId),
        eq(identities.providerId, providerId),
        keepOne ? another : undefined,
      ),
    )
    .returning({ subject: identities.subject });
  return gone.length > 0;
}

/** Apps of a site (OAuth clients). */
import { and, count, desc, eq, isNull, lt, notExists, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import * as t from "./schema.ts";

export type ClientRow = typeof t.oauthClients.$inferSelect;
export type NewClient = typeof t.oauthClients.$inferInsert;
export type ClientChange = Partial<
  Pick<ClientRow, "name" | "website" | "redirectUris" | "limits" | "enabled">
>;

const one = (siteId: string, id: string) =>
  and(eq(t.oauthClients.siteId, siteId), eq(t.oauthClients.id, id));

export async function findClient(
  db: Database,
  siteId: string,
  id: string,
): Promise<ClientRow | null> {
  const [row] = await db.select().from(t.oauthClients).where(one(siteId, id));
  return row ?? null;
}

export async function insertClient(db: Database, client: NewClient): Promise<ClientRow> {
  const [row] = await db.insert(t.oauthClients).values(client).returning();
  if (!row) throw new Error("an app that was just made is not there");
  return row;
}

/** Makes it where it is not there yet: of two that try at once one does. */
export async function ensureClient(db: Database, client: NewClient): Promise<void> {
  await db.insert(t.oauthClients).values(client).onConflictDoNothing();
}

/** Null when there is no such app. */
export async function changeClient(
  db: Database,
  siteId: string,
  id: string,
  values: ClientChange,
): Promise<ClientRow | null> {
  const [row] = await db.update(t.oauthClients).set(values).where(one(siteId, id)).returning();
  return row ?? null;
}

export async function deleteClient(db: Database, siteId: string, id: string): Promise<void> {
  await db.delete(t.oauthClients).where(one(siteId, id));
}

export async function noteClientUse(db: Database, siteId: string, id: string): Promise<void> {
  await db.update(t.oauthClients).set({ lastUsedAt: Date.now() }).where(one(siteId, id));
}

const standing = isNull(t.oauthGrants.revokedAt);

/** Newest first, each with how many users allow it something. */
export async function clientsOfSite(
  db: Database,
  siteId: string,
): Promise<(ClientRow & { users: number })[]> {
  const rows = await db
    .select({ client: t.oauthClients, users: count(t.oauthGrants.id) })
    .from(t.oauthClients)
    .leftJoin(
      t.oauthGrants,
      and(
        eq(t.oauthGrants.siteId, t.oauthClients.siteId),
        eq(t.oauthGrants.clientId, t.oauthClients.id),
        standing,
      ),
    )
    .where(eq(t.oauthClients.siteId, siteId))
    .groupBy(t.oauthClients.siteId, t.oauthClients.id)
    .orderBy(desc(t.oauthClients.createdAt))
    .limit(2000);
  return rows.map(({ client, users }) => ({ ...client, users }));
}

export async function countRegistered(db: Database, siteId: string): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(t.oauthClients)
    .where(and(eq(t.oauthClients.siteId, siteId), eq(t.oauthClients.origin, "registered")));
  return row?.count ?? 0;
}

/** Apps that registered by themselves and that nobody has allowed anything since. */
export async function deleteUnusedClients(db: Database, before: number): Promise<void> {
  const grant = db
    .select({ one: sql`1` })
    .from(t.oauthGrants)
    .where(
      and(
        eq(t.oauthGrants.siteId, t.oauthClients.siteId),
        eq(t.oauthGrants.clientId, t.oauthClients.id),
        standing,
      ),
    );
  await db
    .delete(t.oauthClients)
    .where(
      and(
        eq(t.oauthClients.origin, "registered"),
        lt(sql`coalesce(${t.oauthClients.lastUsedAt}, ${t.oauthClients.createdAt})`, before),
        notExists(grant),
      ),
    );
}

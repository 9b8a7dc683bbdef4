/** Connections and their sealed secrets. */
import { and, eq, inArray, isNotNull, isNull, notInArray } from "drizzle-orm";
import type { Settings } from "../contract/config.ts";
import type { Database, Statement } from "./database.ts";
import type { SecretRow } from "./parts.ts";
import * as t from "./schema.ts";
import { change } from "./sites.ts";

export interface ConnectionValues {
  slug: string;
  name: string;
  connector: string;
  enabled: boolean;
  settings: Settings;
}

export interface NewSecret {
  id: string;
  name: string;
  weight: number;
  sealed: string;
  hint: string;
  /** Kept where the secret itself has not changed. */
  disabledReason?: string | null;
}

const mine = (siteId: string, id: string) =>
  and(eq(t.connections.siteId, siteId), eq(t.connections.id, id));

export function insertConnection(
  db: Database,
  siteId: string,
  id: string,
  values: ConnectionValues,
): Statement {
  return db.insert(t.connections).values({ siteId, id, ...values });
}

/** What was known of its health is about the old settings: forgotten unless the caller knows better. */
export function updateConnection(
  db: Database,
  siteId: string,
  id: string,
  values: ConnectionValues,
  keepHealth = false,
): Statement {
  const unknown = { health: "unknown" as const, healthDetail: null, checkedAt: null };
  return db
    .update(t.connections)
    .set({ ...values, ...(keepHealth ? {} : unknown) })
    .where(mine(siteId, id));
}

/**
 * The secrets of a connection become exactly these. One that is there already (by its id) keeps
 * what is sealed in it, which may have been renewed since the caller read it.
 */
export function replaceSecrets(
  db: Database,
  siteId: string,
  connectionId: string,
  secrets: NewSecret[],
): Statement[] {
  const { connectionSecrets } = t;
  const ids = secrets.map(({ id }) => id);
  return [
    db
      .delete(connectionSecrets)
      .where(
        and(
          eq(connectionSecrets.siteId, siteId),
          eq(connectionSecrets.connectionId, connectionId),
          notInArray(connectionSecrets.id, ids),
        ),
      ),
    ...secrets.map((secret, position) => {
      const { name, weight, disabledReason = null } = secret;
      return db
        .insert(connectionSecrets)
        .values({ siteId, connectionId, position, ...secret })
        .onConflictDoUpdate({
          target: [connectionSecrets.siteId, connectionSecrets.id],
          set: { name, weight, position, disabledReason },
        });
    }),
  ];
}

/** Null: it was replaced or deleted. */
export async function findSecret(
  db: Database,
  siteId: string,
  id: string,
): Promise<SecretRow | null> {
  const [row] = await db.select().from(t.connectionSecrets).where(secretOf(siteId, id));
  return row ?? null;
}

/**
 * Puts `to` in place of `from`, if that is what is still sealed there: of several who try, from
 * whichever isolate, one succeeds. `more` is changed with it.
 */
export async function swapSealed(
  db: Database,
  siteId: string,
  id: string,
  { from, to, ...more }: { from: string; to: string; name?: string; disabledReason?: null },
): Promise<boolean> {
  const { connectionSecrets } = t;
  const swapped = await db
    .update(connectionSecrets)
    .set({ sealed: to, ...more })
    .where(and(secretOf(siteId, id), eq(connectionSecrets.sealed, from)))
    .returning({ id: connectionSecrets.id });
  return swapped.length > 0;
}

const secretOf = (siteId: string, id: string) =>
  and(eq(t.connectionSecrets.siteId, siteId), eq(t.connectionSecrets.id, id));

export function deleteConnection(db: Database, siteId: string, id: string): Statement[] {
  return [...replaceSecrets(db, siteId, id, []), db.delete(t.connections).where(mine(siteId, id))];
}

/** What a test or a refused key has shown. */
export async function noteHealth(
  db: Database,
  siteId: string,
  id: string,
  health: { state: "connected" | "needs_attention"; detail: string | null },
): Promise<void> {
  await db
    .update(t.connections)
    .set({ health: health.state, healthDetail: health.detail, checkedAt: Date.now() })
    .where(mine(siteId, id));
}

/**
 * The platform refused this key: requests use others, until it has been seen to work or the
 * connection is saved anew. The first reason stands.
 */
export async function disableSecret(
  db: Database,
  siteId: string,
  id: string,
  reason: string,
): Promise<void> {
  await setReason(db, siteId, [id], reason);
}

/** These keys work: requests use them again. */
export async function enableSecrets(db: Database, siteId: string, ids: string[]): Promise<void> {
  await setReason(db, siteId, ids, null);
}

/** Where it is so already nothing changes, and no isolate need read the configuration again. */
async function setReason(
  db: Database,
  siteId: string,
  ids: string[],
  reason: string | null,
): Promise<void> {
  const { connectionSecrets } = t;
  const { disabledReason } = connectionSecrets;
  const others = and(
    eq(connectionSecrets.siteId, siteId),
    inArray(connectionSecrets.id, ids),
    reason === null ? isNotNull(disabledReason) : isNull(disabledReason),
  );
  const found = await db.select({ id: connectionSecrets.id }).from(connectionSecrets).where(others);
  if (found.length === 0) return;
  await change(db, siteId, [
    db.update(connectionSecrets).set({ disabledReason: reason }).where(others),
  ]);
}

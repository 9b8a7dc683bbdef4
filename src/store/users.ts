/** Users of a site, and their profile as the wallet gets it. */
import { and, count, eq, gt, isNull, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Limits, Role } from "../contract/config.ts";
import type { Locale } from "../contract/values.ts";
import { isFromEverywhere } from "../core/addresses.ts";
import type { ProfileKey, UserProfile } from "../core/site.ts";
import { atomically, type Database, inParts, type Statement } from "./database.ts";
import { announceProfile } from "./outbox.ts";
import * as t from "./schema.ts";

export type UserKind = (typeof t.users.$inferSelect)["kind"];
export type UserRow = typeof t.users.$inferSelect;

const mine = (siteId: string, userId: string) =>
  and(eq(t.users.siteId, siteId), eq(t.users.id, userId));

export async function findById(
  db: Database,
  siteId: string,
  userId: string,
): Promise<UserRow | null> {
  const [row] = await db.select().from(t.users).where(mine(siteId, userId));
  return row ?? null;
}

export async function findByEmail(
  db: Database,
  siteId: string,
  email: string,
): Promise<UserRow | null> {
  const [row] = await db
    .select()
    .from(t.users)
    .where(and(eq(t.users.siteId, siteId), eq(t.users.email, email)));
  return row ?? null;
}

export interface UserWithGroups extends UserRow {
  /** Slugs. */
  groups: string[];
}

/** The users with these e-mails, with the groups they are in. */
export async function findByEmails(
  db: Database,
  siteId: string,
  emails: string[],
): Promise<UserWithGroups[]> {
  if (emails.length === 0) return [];
  const rows = await db
    .select()
    .from(t.users)
    .where(
      and(
        eq(t.users.siteId, siteId),
        sql`${t.users.email} IN (SELECT value FROM json_each(${JSON.stringify(emails)}))`,
      ),
    );
  return await withGroups(db, siteId, rows);
}

export async function withGroups(
  db: Database,
  siteId: string,
  rows: UserRow[],
): Promise<UserWithGroups[]> {
  const groups = await groupsOfUsers(
    db,
    siteId,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({ ...row, groups: groups.get(row.id) ?? [] }));
}

export async function countUsers(db: Database, siteId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(t.users).where(eq(t.users.siteId, siteId));
  return row?.count ?? 0;
}

/** Whom to write to about the site as a whole. */
export async function ownersOf(
  db: Database,
  siteId: string,
): Promise<Pick<UserRow, "email" | "locale">[]> {
  const isOwner = and(eq(t.users.role, "owner"), eq(t.users.enabled, true));
  return await db
    .select({ email: t.users.email, locale: t.users.locale })
    .from(t.users)
    .where(and(eq(t.users.siteId, siteId), isOwner))
    .limit(20);
}

/** Others may have made themselves accounts there before the first operator came. */
export async function hasOperator(db: Database, siteId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: t.users.id })
    .from(t.users)
    .where(and(eq(t.users.siteId, siteId), eq(t.users.role, "operator")))
    .limit(1);
  return row !== undefined;
}

/** Marks the profile as newer than any projection made before. */
export function touchProfile(db: Database, siteId: string, userId: string): Statement {
  return db
    .update(t.users)
    .set({ profileVersion: sql`${t.users.profileVersion} + 1` })
    .where(mine(siteId, userId));
}

export interface NewUser {
  id: string;
  email: string;
  name: string;
  passwordHash: string | null;
  role: Role | "operator";
  levelId: string | null;
  departmentId?: string | null;
  enabled?: boolean;
  limits?: Limits;
  fileMicro?: number;
  kind?: UserKind;
  emailVerifiedAt?: number | null;
  levelExpiresAt?: number | null;
  note?: string;
}

/** Twenty columns a row, a hundred parameters a statement. */
const USERS_PER_STATEMENT = 5;

/** Several users in few statements. */
export function insertUsers(
  db: Database,
  siteId: string,
  users: NewUser[],
  now: number,
): Statement[] {
  const rows = users.map((user) => ({ siteId, ...user, createdAt: now }));
  return inParts(rows, USERS_PER_STATEMENT).map((part) => db.insert(t.users).values(part));
}

/** The insert of one group membership. */
export function joinGroup(
  db: Database,
  siteId: string,
  userId: string,
  groupId: string,
): Statement {
  return db.insert(t.userGroups).values({ siteId, userId, groupId }).onConflictDoNothing();
}

export function leaveGroups(db: Database, siteId: string, userId: string): Statement {
  return db
    .delete(t.userGroups)
    .where(and(eq(t.userGroups.siteId, siteId), eq(t.userGroups.userId, userId)));
}

export async function createUser(
  db: Database,
  siteId: string,
  user: NewUser,
  groupIds: string[] = [],
): Promise<UserRow> {
  const now = Date.now();
  await atomically(db, [
    ...insertUsers(db, siteId, [user], now),
    ...groupIds.map((groupId) => joinGroup(db, siteId, user.id, groupId)),
    announceProfile(db, siteId, user.id),
  ]);
  const row = await findById(db, siteId, user.id);
  if (!row) throw new Error("a user that was just made is not there");
  return row;
}

export interface UserChange {
  email?: string;
  name?: string;
  passwordHash?: string;
  role?: Role;
  levelId?: string | null;
  levelExpiresAt?: number | null;
  kind?: UserKind;
  note?: string;
  departmentId?: string | null;
  enabled?: boolean;
  locale?: Locale;
  limits?: Limits;
  fileMicro?: number;
}

/**
 * The statements of a change: the row, its version, the groups, the announcement to the wallet.
 * A new password ends every session: the epoch grows. Another level has the end that is said with
 * it, or none; that another e-mail is read by this person nobody has seen.
 */
export function userChange(
  db: Database,
  siteId: string,
  userId: string,
  values: UserChange,
  groupIds?: string[],
): Statement[] {
  return [
    db
      .update(t.users)
      .set({
        ...whereOther(t.users.email, values.email, { emailVerifiedAt: t.users.emailVerifiedAt }),
        ...whereOther(t.users.levelId, values.levelId, { levelExpiresAt: t.users.levelExpiresAt }),
        ...values,
        profileVersion: sql`${t.users.profileVersion} + 1`,
        ...(values.passwordHash === undefined
          ? {}
          : { sessionEpoch: sql`${t.users.sessionEpoch} + 1` }),
      })
      .where(mine(siteId, userId)),
    ...(groupIds
      ? [
          leaveGroups(db, siteId, userId),
          ...groupIds.map((groupId) => joinGroup(db, siteId, userId, groupId)),
        ]
      : []),
    announceProfile(db, siteId, userId),
  ];
}

/** What belongs to a value goes where it is changed to another, in the same statement. */
function whereOther(
  column: SQLiteColumn,
  value: string | null | undefined,
  belonging: Record<string, SQLiteColumn>,
): Record<string, SQL> {
  if (value === undefined) return {};
  const kept = (own: SQLiteColumn) => sql`CASE WHEN ${column} IS ${value} THEN ${own} END`;
  return Object.fromEntries(Object.entries(belonging).map(([name, own]) => [name, kept(own)]));
}

export async function updateUser(
  db: Database,
  siteId: string,
  userId: string,
  values: UserChange,
  groupIds?: string[],
): Promise<void> {
  await atomically(db, userChange(db, siteId, userId, values, groupIds));
}

export async function setPassword(
  db: Database,
  siteId: string,
  userId: string,
  passwordHash: string,
): Promise<void> {
  await atomically(db, userChange(db, siteId, userId, { passwordHash }));
}

export async function noteLogin(
  db: Database,
  siteId: string,
  userId: string,
  at: number,
): Promise<void> {
  await db.update(t.users).set({ lastLoginAt: at }).where(mine(siteId, userId));
}

/** The profile with its keys, in one batch. Null when the user is gone. */
export async function loadProfile(
  db: Database,
  siteId: string,
  userId: string,
): Promise<UserProfile | null> {
  const [people, memberships, keys] = (await db.batch([
    db.select().from(t.users).where(mine(siteId, userId)),
    db
      .select({ groupId: t.userGroups.groupId })
      .from(t.userGroups)
      .where(and(eq(t.userGroups.siteId, siteId), eq(t.userGroups.userId, userId))),
    db
      .select()
      .from(t.apiKeys)
      .where(and(eq(t.apiKeys.siteId, siteId), eq(t.apiKeys.userId, userId), stillNamed())),
  ])) as [UserRow[], { groupId: string }[], (typeof t.apiKeys.$inferSelect)[]];
  const [user] = people;
  if (!user) return null;
  return {
    siteId,
    userId,
    email: user.email,
    role: user.role,
    levelId: user.levelId,
    ...(user.levelExpiresAt === null ? {} : { levelExpiresAt: user.levelExpiresAt }),
    groupIds: memberships.map((row) => row.groupId),
    departmentIds: user.departmentId === null ? [] : [user.departmentId],
    enabled: user.enabled,
    sessionEpoch: user.sessionEpoch,
    limits: user.limits,
    createdAt: user.createdAt,
    keys: keys.map(projected),
    version: user.profileVersion,
  };
}

/** Longer than any token of an app lives. */
const APP_TOKENS_GONE_MS = 2 * 3_600_000;

/** Keys that something may still name: of what apps had, nothing does soon after it was taken back. */
const stillNamed = () =>
  or(
    isNull(t.apiKeys.clientId),
    isNull(t.apiKeys.revokedAt),
    gt(t.apiKeys.revokedAt, Date.now() - APP_TOKENS_GONE_MS),
  );

/** What a wallet must know of a key: of a revoked one, that it is; of lists, those with anything. */
function projected(key: typeof t.apiKeys.$inferSelect): ProfileKey {
  const { id, hash, scopes, limits, expiresAt, models, addresses } = key;
  const revoked = key.revokedAt !== null;
  return {
    id,
    hash,
    scopes,
    limits,
    expiresAt,
    revoked,
    ...(revoked || models.length === 0 ? {} : { models }),
    ...(revoked || isFromEverywhere(addresses) ? {} : { addresses }),
  };
}

/** Slugs of the groups of each user. Ids travel as one JSON parameter: D1 binds a hundred at most. */
export async function groupsOfUsers(
  db: Database,
  siteId: string,
  userIds: string[],
): Promise<Map<string, string[]>> {
  const rows = await db
    .select({ userId: t.userGroups.userId, slug: t.groups.slug })
    .from(t.userGroups)
    .innerJoin(
      t.groups,
      and(eq(t.groups.siteId, t.userGroups.siteId), eq(t.groups.id, t.userGroups.groupId)),
    )
    .where(
      and(
        eq(t.userGroups.siteId, siteId),
        sql`${t.userGroups.userId} IN (SELECT value FROM json_each(${JSON.stringify(userIds)}))`,
      ),
    );
  const found = new Map<string, string[]>();
  for (const { userId, slug } of rows) found.set(userId, [...(found.get(userId) ?? []), slug]);
  return found;
}

export async function countByLevel(db: Database, siteId: string): Promise<Map<string, number>> {
  const rows = await db
    .select({ levelId: t.users.levelId, count: count() })
    .from(t.users)
    .where(eq(t.users.siteId, siteId))
    .groupBy(t.users.levelId);
  return new Map(rows.map((row) => [row.levelId ?? "", row.count]));
}

/** The list of a site's users: filters, orders, and pages by cursor. */
import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  isNull,
  lt,
  lte,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { Role } from "../contract/config.ts";
import type { Database } from "./database.ts";
import * as t from "./schema.ts";
import { type UserKind, type UserRow, type UserWithGroups, withGroups } from "./users.ts";

/** All conditions together. Times are milliseconds since 1970. */
export interface UserFilter {
  search?: string | undefined;
  /** The level that counts now: an ended one counts as the default. */
  level?: { id: string; isDefault: boolean } | undefined;
  role?: Role | undefined;
  kind?: UserKind | undefined;
  enabled?: boolean | undefined;
  /** `ended`, `none`: without an end; a number: ends before then, and has not yet. */
  expiry?: "ended" | "none" | number | undefined;
  createdFrom?: number | undefined;
  createdTo?: number | undefined;
  /** Logged in since then; null: never. */
  seenFrom?: number | null | undefined;
  seenTo?: number | undefined;
}

/** What a list may be ordered by; what is not there sorts as nothing, before all else. */
const ORDERS = {
  created: sql<number>`${t.users.createdAt}`,
  email: sql<string>`${t.users.email}`,
  name: sql<string>`${t.users.name}`,
  seen: sql<number>`coalesce(${t.users.lastLoginAt}, 0)`,
  expiry: sql<number>`coalesce(${t.users.levelExpiresAt}, 0)`,
};
export const USER_ORDERS = ["created", "email", "name", "seen", "expiry"] as const;

export interface UserPageQuery {
  limit: number;
  after?: string | undefined;
  order?: { by: (typeof USER_ORDERS)[number]; descending: boolean } | undefined;
}

export interface UserPage {
  data: UserWithGroups[];
  has_more: boolean;
  next: string | null;
}

/** Newest first where no order is asked for; users alike in it follow by id. */
export async function pageUsers(
  db: Database,
  siteId: string,
  filter: UserFilter & UserPageQuery,
): Promise<UserPage> {
  const { by, descending } = filter.order ?? { by: "created", descending: true };
  const column = ORDERS[by];
  const after = filter.after === undefined ? null : readCursor(filter.after);
  // A cursor that is not ours leads behind the last page.
  if (filter.after !== undefined && !after) return { data: [], has_more: false, next: null };
  const beyond = descending ? lt : gt;
  const direction = descending ? desc : asc;
  const rows = await db
    .select({ user: t.users, value: column })
    .from(t.users)
    .where(
      and(
        conditionsOf(siteId, filter),
        after
          ? or(
              beyond(column, after.value),
              and(eq(column, after.value), beyond(t.users.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(direction(column), direction(t.users.id))
    .limit(filter.limit + 1);
  const shown = rows.slice(0, filter.limit);
  const last = shown.at(-1);
  const more = rows.length > filter.limit;
  const users: UserRow[] = shown.map((row) => row.user);
  return {
    data: await withGroups(db, siteId, users),
    has_more: more,
    next: more && last ? writeCursor({ value: last.value, id: last.user.id }) : null,
  };
}

export async function countMatching(
  db: Database,
  siteId: string,
  filter: UserFilter,
): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(t.users)
    .where(conditionsOf(siteId, filter));
  return row?.count ?? 0;
}

export interface SlugRow {
  id: string;
  slug: string;
}

/** What people belong to, by the slugs that the console and files use. */
export async function slugsOf(
  db: Database,
  siteId: string,
): Promise<{ groups: SlugRow[]; departments: SlugRow[] }> {
  const [groups, departments] = (await db.batch([
    db
      .select({ id: t.groups.id, slug: t.groups.slug })
      .from(t.groups)
      .where(eq(t.groups.siteId, siteId)),
    db
      .select({ id: t.departments.id, slug: t.departments.slug })
      .from(t.departments)
      .where(eq(t.departments.siteId, siteId)),
  ])) as [SlugRow[], SlugRow[]];
  return { groups, departments };
}

function conditionsOf(siteId: string, filter: UserFilter): SQL | undefined {
  const { seenFrom } = filter;
  return and(
    eq(t.users.siteId, siteId),
    filter.search ? matches(filter.search) : undefined,
    filter.level && levelIs(filter.level),
    filter.role && eq(t.users.role, filter.role),
    filter.kind && eq(t.users.kind, filter.kind),
    filter.enabled === undefined ? undefined : eq(t.users.enabled, filter.enabled),
    filter.expiry === undefined ? undefined : expiryIs(filter.expiry),
    filter.createdFrom === undefined ? undefined : gte(t.users.createdAt, filter.createdFrom),
    filter.createdTo === undefined ? undefined : lt(t.users.createdAt, filter.createdTo),
    seenFrom === null ? isNull(t.users.lastLoginAt) : undefined,
    typeof seenFrom === "number" ? gte(t.users.lastLoginAt, seenFrom) : undefined,
    filter.seenTo === undefined ? undefined : lt(t.users.lastLoginAt, filter.seenTo),
  );
}

function matches(text: string): SQL | undefined {
  const pattern = `%${text.replace(/[%_\\]/g, "\\$&")}%`;
  return or(
    sql`${t.users.email} LIKE ${pattern} ESCAPE '\\'`,
    sql`${t.users.name} LIKE ${pattern} ESCAPE '\\'`,
  );
}

function levelIs({ id, isDefault }: { id: string; isDefault: boolean }): SQL | undefined {
  const ended = lte(t.users.levelExpiresAt, Date.now());
  const standing = or(isNull(t.users.levelExpiresAt), gt(t.users.levelExpiresAt, Date.now()));
  const own = and(eq(t.users.levelId, id), standing);
  return isDefault ? or(own, and(sql`${t.users.levelId} IS NOT NULL`, ended)) : own;
}

function expiryIs(expiry: NonNullable<UserFilter["expiry"]>): SQL | undefined {
  const end = t.users.levelExpiresAt;
  if (expiry === "none") return isNull(end);
  if (expiry === "ended") return lte(end, Date.now());
  return and(gt(end, Date.now()), lt(end, expiry));
}

interface Cursor {
  value: string | number;
  id: string;
}

/** Names may hold any character: the cursor is JSON, percent-encoded. */
const writeCursor = ({ value, id }: Cursor): string =>
  encodeURIComponent(JSON.stringify([value, id]));

function readCursor(text: string): Cursor | null {
  try {
    const [value, id] = JSON.parse(decodeURIComponent(text)) as unknown[];
    const valid = typeof value === "string" || typeof value === "number";
    return valid && typeof id === "string" ? { value, id } : null;
  } catch {
    // Whoever writes a cursor by hand has none.
    return null;
  }
}

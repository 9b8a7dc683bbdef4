/** The list of a site's users: pages, a file, and changes of many at once. */
import type { z } from "zod";
import type { User, UserFilter, usersChangeSchema } from "../../contract/admin-people.ts";
import type { CsvCell } from "../../contract/csv.ts";
import type { Page } from "../../contract/values.ts";
import { FailureError, refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import {
  countMatching,
  pageUsers,
  type UserFilter as StoreFilter,
  USER_ORDERS,
  type UserPageQuery,
} from "../../store/users-list.ts";
import { csvStream } from "../csv-stream.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { type Actor, changeStored, deleteUser, shownUser } from "./people.ts";
import { namesOf } from "./people-names.ts";

const DAY_MS = 86_400_000;

interface PageQuery extends UserFilter {
  limit: number;
  after?: string | undefined;
}

/** The first page says how many there are in all. */
export async function listUsers(
  services: Services,
  site: SiteSnapshot,
  query: PageQuery,
): Promise<Page<User> & { total: number | null }> {
  const filter = storeFilter(site, query);
  const { departmentSlugs } = await namesOf(services, site);
  const page = await pageUsers(services.db, site.id, {
    ...filter,
    limit: query.limit,
    after: query.after,
    order: orderOf(query.sort),
  });
  const total =
    query.after === undefined ? await countMatching(services.db, site.id, filter) : null;
  return { ...page, total, data: page.data.map((user) => shownUser(site, user, departmentSlugs)) };
}

function orderOf(sort: string | undefined): UserPageQuery["order"] {
  const by = USER_ORDERS.find((name) => name === sort?.replace(/^-/, ""));
  return by && { by, descending: sort?.startsWith("-") === true };
}

function storeFilter(site: SiteSnapshot, query: UserFilter): StoreFilter {
  const level = [...site.levels.values()].find(({ slug }) => slug === query.level);
  if (query.level !== undefined && !level) {
    refuse("invalid_value", `There is no level "${query.level}".`, { param: "level" });
  }
  const time = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  const within = { week: 7 * DAY_MS, month: 30 * DAY_MS };
  const { expiry } = query;
  return {
    search: query.search,
    level,
    role: query.role,
    kind: query.kind,
    enabled: query.enabled && query.enabled === "true",
    expiry: expiry === "week" || expiry === "month" ? Date.now() + within[expiry] : expiry,
    createdFrom: time(query.createdFrom),
    createdTo: time(query.createdTo),
    seenFrom: query.seen === "never" ? null : time(query.seenFrom),
    seenTo: time(query.seenTo),
  };
}

const PER_READ = 200;

/** Named as an import expects them, so that a file goes out and in again. */
export const USER_COLUMNS = [
  "email",
  "name",
  "role",
  "level",
  "level_expires_at",
  "groups",
  "department",
  "kind",
  "note",
  "enabled",
  "created_at",
  "last_login_at",
] as const;

export function usersCsv(
  services: Services,
  site: SiteSnapshot,
  filter: UserFilter,
): ReadableStream<Uint8Array> {
  return csvStream(
    USER_COLUMNS,
    (after) => listUsers(services, site, { ...filter, limit: PER_READ, after }),
    cellsOf,
  );
}

function cellsOf(user: User): CsvCell[] {
  return [
    user.email,
    user.name,
    user.role,
    (user.endedLevel ?? user.level)?.slug,
    user.levelExpiresAt,
    user.groups.join(" "),
    user.department,
    user.kind,
    user.note,
    user.enabled,
    user.createdAt,
    user.lastLoginAt,
  ];
}

type Change = z.output<typeof usersChangeSchema>;

/** Each for himself: one that may not be changed holds up none of the others. */
export async function changeUsers(
  services: Services,
  site: SiteSnapshot,
  actor: Actor,
  { ids, change }: Change,
) {
  const names = await namesOf(services, site);
  const done: string[] = [];
  const refused: { id: string; code: string; message: string }[] = [];
  for (const id of new Set(ids)) {
    try {
      if (change === "delete") await deleteUser(services, site, actor, id);
      else await changeStored(services, site, actor, id, change, names);
      done.push(id);
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      refused.push({ id, code: error.failure.code, message: error.failure.message });
    }
  }
  await deliverProfiles(services, site.id);
  return { done, refused };
}

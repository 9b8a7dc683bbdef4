/** The filter of the list of users, between the address and the API. */
import type { UserFilter } from "@contract";
import { ROLES } from "../../lib/roles.ts";
import type { Search } from "../../lib/search.ts";

export const USER_FILTERS = [
  "search",
  "level",
  "role",
  "kind",
  "enabled",
  "expiry",
  "seen",
  "joined",
] as const;
export type UserSearch = Search<(typeof USER_FILTERS)[number] | "sort">;

export const SEEN = ["7d", "30d", "not30d", "never"] as const;
export const JOINED = ["7d", "30d", "90d"] as const;
export const EXPIRY = ["ended", "week", "month", "none"] as const;
export const ORDERS = ["-created", "created", "email", "name", "-seen", "-expiry"] as const;
const ENABLED = ["true", "false"] as const;
const KINDS = ["external", "internal"] as const;

const DAY_MS = 86_400_000;
const known = <Value extends string>(all: readonly Value[], text: string | undefined) =>
  all.find((one) => one === text);

/** Spans count from the beginning of a minute, so that a list asks the same question for a while. */
export function filterOf(search: UserSearch, now: number): UserFilter {
  const minute = now - (now % 60_000);
  const ago = (span: string) =>
    new Date(minute - Number.parseInt(span.replace(/\D/g, ""), 10) * DAY_MS).toISOString();
  const seen = known(SEEN, search.seen);
  const joined = known(JOINED, search.joined);
  return {
    search: search.search,
    level: search.level,
    role: known(ROLES, search.role),
    kind: known(KINDS, search.kind),
    enabled: known(ENABLED, search.enabled),
    expiry: known(EXPIRY, search.expiry),
    ...(seen === "never" ? { seen } : {}),
    ...(seen === "7d" || seen === "30d" ? { seenFrom: ago(seen) } : {}),
    ...(seen === "not30d" ? { seenTo: ago(seen) } : {}),
    ...(joined ? { createdFrom: ago(joined) } : {}),
    sort: known(ORDERS, search.sort),
  };
}

/** Where the list is to be had as a file. */
export function exportAddress(filter: UserFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) query.set(name, value);
  return `/api/admin/users/export.csv${query.size > 0 ? `?${query}` : ""}`;
}

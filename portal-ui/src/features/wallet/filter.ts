/** The filter of the statement, as it stands in the address and as the server is asked. */

import type { QueryOf } from "@contract/endpoint.ts";
import type { portalEndpoints } from "@contract/portal.ts";
import type { EntryType } from "@contract/wallet.ts";

const DAY_MS = 86_400_000;
export const ENTRY_TYPES = ["charge", "grant", "expiry", "correction"] as const;
export const RANGES = ["today", "7d", "30d", "90d", "own"] as const;
export type Range = (typeof RANGES)[number];
const DAYS: Partial<Record<Range, number>> = { "7d": 7, "30d": 30, "90d": 90 };

export const FILTERS = ["type", "time", "from", "to", "model"] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filter = Partial<Record<FilterName, string>>;

type EntryQuery = NonNullable<QueryOf<(typeof portalEndpoints)["GET /api/portal/wallet/entries"]>>;
export type EntryFilter = Omit<EntryQuery, "limit" | "after">;

export const readFilter = (search: URLSearchParams): Filter =>
  Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = search.get(name);
      return value ? [[name, value]] : [];
    }),
  );

/** The address after a change of the filter; what is empty is left out. */
export function changedSearch(search: URLSearchParams, change: Filter): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  if (next.get("time") !== "own") {
    next.delete("from");
    next.delete("to");
  }
  return next;
}

/** Midnight of a day (`2026-11-30`) where the person is, so many days on; none where it is no day. */
function dayStart(day: string | undefined, daysOn = 0): string | undefined {
  if (!day || !/^\d{4}-\d\d-\d\d$/.test(day)) return undefined;
  const date = new Date(`${day}T00:00:00`);
  if (Number.isNaN(date.getTime())) return undefined;
  date.setDate(date.getDate() + daysOn);
  return date.toISOString();
}

/** From midnight so many days ago: the same question all day long. */
function since(days: number, now: Date): string {
  const date = new Date(now.getTime() - days * DAY_MS);
  date.setHours(0, 0, 0, 0);
  return date.toISOString();
}

/** What the server is asked; parts of an address that mean nothing are left out. */
export function entryFilter(filter: Filter, now = new Date()): EntryFilter {
  const { type, time, model } = filter;
  const range = RANGES.find((one) => one === time);
  const days = range === "today" ? 0 : range && DAYS[range];
  const from =
    range === "own" ? dayStart(filter.from) : days === undefined ? undefined : since(days, now);
  const to = range === "own" ? dayStart(filter.to, 1) : undefined;
  const known: EntryType | undefined = ENTRY_TYPES.find((one) => one === type);
  return {
    ...(known ? { type: known } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(model ? { model } : {}),
  };
}

/** The address of the file with the same lines. */
export function fileAddress(filter: EntryFilter, locale: string): string {
  const query = new URLSearchParams({ ...(filter as Record<string, string>), locale });
  return `/api/portal/wallet/statement.csv?${query}`;
}

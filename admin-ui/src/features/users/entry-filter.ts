/** The filter of a user's statement, as it stands in the address and as the server is asked. */
import type { adminEndpoints, QueryOf } from "@contract";
import type { Search } from "../../lib/search.ts";

export const ENTRY_TYPES = ["charge", "grant", "expiry", "correction"] as const;
const DAY_MS = 86_400_000;
export const ENTRY_DAYS = { "1d": 1, "7d": 7, "30d": 30, "90d": 90 } as const;
export const ENTRY_RANGES = Object.keys(ENTRY_DAYS) as (keyof typeof ENTRY_DAYS)[];
export const ENTRY_FILTERS = ["type", "since", "model", "key", "request"] as const;
export type EntrySearch = (typeof ENTRY_FILTERS)[number];

type EntryQuery = NonNullable<
  QueryOf<(typeof adminEndpoints)["GET /api/admin/users/{id}/entries"]>
>;
export type EntryFilter = Omit<EntryQuery, "limit" | "after">;

/** A range counts from `now`; to the minute, so that the same view is the same question. */
export function entryFilter(search: Search<EntrySearch>, now = Date.now()): EntryFilter {
  const { since, model, key, request } = search;
  const minute = Math.floor(now / 60_000) * 60_000;
  const range = ENTRY_RANGES.find((one) => one === since);
  const days = range ? ENTRY_DAYS[range] : null;
  const type = ENTRY_TYPES.find((one) => one === search.type);
  return {
    ...(type ? { type } : {}),
    ...(days === null ? {} : { from: new Date(minute - days * DAY_MS).toISOString() }),
    ...(model ? { model } : {}),
    ...(key ? { key_id: key } : {}),
    ...(request ? { request_id: request } : {}),
  };
}

/** The address of the file with the same lines. */
export function fileAddress(userId: string, filter: EntryFilter, locale: string): string {
  const query = new URLSearchParams({ ...(filter as Record<string, string>), locale });
  return `/api/admin/users/${encodeURIComponent(userId)}/statement.csv?${query}`;
}

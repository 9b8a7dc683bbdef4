/** The request log's filter, out of the address. */
import type { UsageRecord } from "@contract";
import type { RequestFilter } from "../../lib/queries.ts";
import type { Search } from "../../lib/search.ts";

export const STATUSES = [
  "ok",
  "cancelled",
  "error",
  "expired",
] as const satisfies readonly UsageRecord["status"][];
export const RANGES = {
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
  "30d": 2_592_000_000,
} as const;
export type Range = keyof typeof RANGES;
export const FILTERS = [
  "range",
  "from",
  "to",
  "model",
  "user",
  "connection",
  "status",
  "key",
] as const;
export type RequestSearch = (typeof FILTERS)[number] | "open";

export const isRange = (text: string | undefined): text is Range =>
  text !== undefined && Object.hasOwn(RANGES, text);

const iso = (text: string | undefined): string | undefined => {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
};

/** A range counts from `now`; to the minute, so that the same view is the same question. */
export function requestFilter(search: Search<RequestSearch>, now = Date.now()): RequestFilter {
  const minute = Math.floor(now / 60_000) * 60_000;
  const since = isRange(search.range) ? minute - RANGES[search.range] : undefined;
  return {
    from: since === undefined ? iso(search.from) : new Date(since).toISOString(),
    to: iso(search.to),
    model: search.model,
    user: search.user,
    connection: search.connection,
    key: search.key,
    status: STATUSES.find((status) => status === search.status),
  };
}

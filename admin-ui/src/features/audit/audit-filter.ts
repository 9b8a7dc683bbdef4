/** The audit's filter, out of the address. */
import type { AuditEntry, adminEndpoints, QueryOf } from "@contract";
import type { Locale } from "../../lib/i18n.ts";
import type { Search } from "../../lib/search.ts";
import { RANGES, type Range } from "../requests/request-filter.ts";

export const OUTCOMES = [
  "done",
  "refused",
  "failed",
  "unfinished",
] as const satisfies readonly AuditEntry["outcome"][];
export const FILTERS = ["range", "action", "actor", "target", "outcome"] as const;
export type AuditSearch = (typeof FILTERS)[number] | "open";

type AuditQuery = NonNullable<QueryOf<(typeof adminEndpoints)["GET /api/admin/audit"]>>;
export type AuditFilter = Omit<AuditQuery, "limit" | "after">;

/** A range counts from `now`; to the minute, so that the same view is the same question. */
export function auditFilter(search: Search<AuditSearch>, now = Date.now()): AuditFilter {
  const range = Object.hasOwn(RANGES, search.range ?? "") ? (search.range as Range) : undefined;
  const minute = Math.floor(now / 60_000) * 60_000;
  return {
    from: range === undefined ? undefined : new Date(minute - RANGES[range]).toISOString(),
    action: search.action,
    actor: search.actor,
    target: search.target,
    outcome: OUTCOMES.find((outcome) => outcome === search.outcome),
  };
}

/** Where the filtered audit is as a file. */
export function auditFile(filter: AuditFilter, locale: Locale): string {
  const query = new URLSearchParams({ locale });
  for (const [name, value] of Object.entries(filter)) if (value) query.set(name, value);
  return `/api/admin/audit.csv?${query}`;
}

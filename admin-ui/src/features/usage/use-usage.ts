import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { usageQuery } from "../../lib/queries.ts";
import {
  before,
  byKey,
  daysOf,
  lastDays,
  METRICS,
  type Metric,
  type Span,
  type Step,
  type Sums,
  seriesOf,
  spanOfDates,
  sumOf,
} from "../../lib/usage.ts";
import { useSearchState } from "../../lib/use-search-state.ts";

export const DIMENSIONS = ["model", "user", "connection", "key", "surface", "status"] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type UsageSearch = "range" | "from" | "to" | "by" | "step" | "metric";

/** Hours of more than a fortnight are too many bars to read. */
export const MAX_HOURLY_DAYS = 14;
const DEFAULT_DAYS = 30;

export interface UsageRow {
  key: string;
  sums: Sums;
  before: Sums;
}

/** The page's choices, out of the address. */
export function useUsageChoices() {
  const { search } = useSearchState<UsageSearch>();
  const own = spanOfDates(search.from, search.to);
  const days = Math.min(365, Math.max(1, Number(search.range) || DEFAULT_DAYS));
  const span = useMemo<Span>(
    () => spanOfDates(search.from, search.to) ?? lastDays(days),
    [search.from, search.to, days],
  );
  const hourly = daysOf(span) <= MAX_HOURLY_DAYS;
  const step: Step =
    hourly && (search.step ?? (daysOf(span) <= 2 ? "hour" : "day")) === "hour" ? "hour" : "day";
  const by = DIMENSIONS.find((dimension) => dimension === search.by) ?? null;
  const metric: Metric = METRICS.find((name) => name === search.metric) ?? "calls";
  return { span, step, by, metric, hourly, range: own ? "own" : String(days) };
}

/** The usage of the chosen span and of the one before it. */
export function useUsage() {
  const { span, step, by, metric } = useUsageChoices();
  const dimension = by ? { by } : {};
  const now = useQuery(usageQuery({ ...span, step, ...dimension }));
  const former = useQuery(usageQuery({ ...before(span), step: "day", ...dimension }));
  const series = useMemo(
    () => seriesOf(now.data ?? [], { span, step, metric }),
    [now.data, span, step, metric],
  );
  const rows = useMemo<UsageRow[] | undefined>(() => {
    if (!now.data) return undefined;
    const past = new Map(byKey(former.data ?? [], metric).map((one) => [one.key, one.sums]));
    return byKey(now.data, metric).map(({ key, sums }) => ({
      key,
      sums,
      before: past.get(key) ?? sumOf([]),
    }));
  }, [now.data, former.data, metric]);
  return {
    now,
    series,
    rows,
    sums: sumOf(now.data ?? []),
    formerSums: sumOf(former.data ?? []),
  };
}

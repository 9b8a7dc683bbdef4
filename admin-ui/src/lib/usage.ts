/** Usage buckets into what a chart, a table and a comparison need. Days and hours are UTC. */
import type { UsageBucket } from "@contract";

export type Step = "hour" | "day";
export const STEP_MS: Record<Step, number> = { hour: 3_600_000, day: 86_400_000 };

export const METRICS = ["calls", "credits", "tokens", "errors", "latency"] as const;
export type Metric = (typeof METRICS)[number];

export interface Span {
  /** ISO 8601, inclusive. */
  from: string;
  /** ISO 8601, exclusive. */
  to: string;
}

export interface Sums {
  calls: number;
  errors: number;
  input_tokens: number;
  output_tokens: number;
  charged_micro: number;
  first_byte_ms_sum: number;
  first_byte_count: number;
}

const NOTHING: Sums = {
  calls: 0,
  errors: 0,
  input_tokens: 0,
  output_tokens: 0,
  charged_micro: 0,
  first_byte_ms_sum: 0,
  first_byte_count: 0,
};

export function sumOf(buckets: readonly Sums[]): Sums {
  const sums = { ...NOTHING };
  for (const bucket of buckets) {
    for (const name of Object.keys(NOTHING) as (keyof Sums)[]) sums[name] += bucket[name];
  }
  return sums;
}

/** A metric's value; credits in micro-credits, latency as the mean first byte in milliseconds. */
export function metricValue(sums: Sums, metric: Metric): number {
  switch (metric) {
    case "calls":
      return sums.calls;
    case "errors":
      return sums.errors;
    case "credits":
      return sums.charged_micro;
    case "tokens":
      return sums.input_tokens + sums.output_tokens;
    case "latency":
      return sums.first_byte_count === 0 ? 0 : sums.first_byte_ms_sum / sums.first_byte_count;
  }
}

/** Sums for each value of the dimension, greatest first. */
export function byKey(
  buckets: readonly UsageBucket[],
  metric: Metric,
): { key: string; sums: Sums }[] {
  const groups = new Map<string, UsageBucket[]>();
  for (const bucket of buckets) {
    const group = groups.get(bucket.key);
    if (group) group.push(bucket);
    else groups.set(bucket.key, [bucket]);
  }
  return [...groups]
    .map(([key, group]) => ({ key, sums: sumOf(group) }))
    .sort((a, b) => metricValue(b.sums, metric) - metricValue(a.sums, metric));
}

/** A row of the chart: `at`, and one value for each series (`s0`, `s1`, …). */
export type ChartRow = { at: string } & Record<string, number | string>;

export interface Series {
  rows: ChartRow[];
  /** The keys behind `s0`, `s1`, …; null stands for all the others together. */
  keys: (string | null)[];
}

const MAX_SERIES = 6;

/**
 * A value for every step of the span, zero where nothing happened. Beyond six series the rest is
 * one: more colours than that cannot be told apart. Series are numbered because a chart takes a
 * key such as `gpt-4.1` for a path.
 */
export function seriesOf(
  buckets: readonly UsageBucket[],
  { span, step, metric }: { span: Span; step: Step; metric: Metric },
): Series {
  const ranked = byKey(buckets, metric).map(({ key }) => key);
  const shown = ranked.slice(0, ranked.length > MAX_SERIES ? MAX_SERIES - 1 : MAX_SERIES);
  const keys: (string | null)[] = ranked.length > shown.length ? [...shown, null] : [...shown];
  if (keys.length === 0) keys.push("");
  const place = new Map(shown.map((key, index) => [key, index]));
  const cells = new Map<string, Sums>();
  for (const bucket of buckets) {
    const column = place.get(bucket.key) ?? shown.length;
    const cell = `${Date.parse(bucket.at)}/${column}`;
    cells.set(cell, sumOf([bucket, cells.get(cell) ?? NOTHING]));
  }
  const rows: ChartRow[] = [];
  const first = Math.floor(Date.parse(span.from) / STEP_MS[step]) * STEP_MS[step];
  for (let at = first; at < Date.parse(span.to); at += STEP_MS[step]) {
    const row: ChartRow = { at: new Date(at).toISOString() };
    for (const index of keys.keys()) {
      row[`s${index}`] = metricValue(cells.get(`${at}/${index}`) ?? NOTHING, metric);
    }
    rows.push(row);
  }
  return { rows, keys };
}

/** The span of the same length just before. */
export function before({ from, to }: Span): Span {
  const start = Date.parse(from);
  return {
    from: new Date(start - (Date.parse(to) - start)).toISOString(),
    to: new Date(start).toISOString(),
  };
}

/** The last so many days, today included. */
export function lastDays(days: number, now = Date.now()): Span {
  const tomorrow = Math.floor(now / STEP_MS.day + 1) * STEP_MS.day;
  return {
    from: new Date(tomorrow - days * STEP_MS.day).toISOString(),
    to: new Date(tomorrow).toISOString(),
  };
}

/** A span from two dates (`2026-11-01`), both included; null when they are not dates in order. */
export function spanOfDates(from: string | undefined, to: string | undefined): Span | null {
  const start = Date.parse(`${from}T00:00:00Z`);
  const end = Date.parse(`${to}T00:00:00Z`);
  if (Number.isNaN(start) || Number.isNaN(end) || end < start) return null;
  return { from: new Date(start).toISOString(), to: new Date(end + STEP_MS.day).toISOString() };
}

export const daysOf = ({ from, to }: Span): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / STEP_MS.day);

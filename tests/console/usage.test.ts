import type { UsageBucket } from "@contract";
import { describe, expect, test } from "vitest";
import {
  before,
  byKey,
  daysOf,
  lastDays,
  metricValue,
  seriesOf,
  spanOfDates,
  sumOf,
} from "../../admin-ui/src/lib/usage.ts";

const bucket = (at: string, key: string, part: Partial<UsageBucket> = {}): UsageBucket => ({
  at,
  key,
  calls: 1,
  errors: 0,
  input_tokens: 10,
  output_tokens: 5,
  charged_micro: 1000,
  cost_micro: 0,
  first_byte_ms_sum: 100,
  first_byte_count: 1,
  ...part,
});

const SPAN = { from: "2026-11-01T00:00:00.000Z", to: "2026-11-04T00:00:00.000Z" };

describe("the series of a chart", () => {
  test("has a row for every day, zero where nothing happened", () => {
    const { rows, keys } = seriesOf([bucket("2026-11-02T00:00:00.000Z", "gpt-4.1")], {
      span: SPAN,
      step: "day",
      metric: "calls",
    });
    expect(keys).toEqual(["gpt-4.1"]);
    expect(rows.map((row) => row.s0)).toEqual([0, 1, 0]);
  });

  test("adds up what falls into the same cell", () => {
    const at = "2026-11-01T00:00:00.000Z";
    const { rows } = seriesOf([bucket(at, "a", { calls: 2 }), bucket(at, "a", { calls: 3 })], {
      span: SPAN,
      step: "day",
      metric: "calls",
    });
    expect(rows[0]?.s0).toBe(5);
  });

  test("shows six at most: the greatest five, and the others together", () => {
    const buckets = Array.from({ length: 9 }, (_, index) =>
      bucket("2026-11-01T00:00:00.000Z", `m${index}`, { calls: 10 - index }),
    );
    const { rows, keys } = seriesOf(buckets, { span: SPAN, step: "day", metric: "calls" });
    expect(keys).toEqual(["m0", "m1", "m2", "m3", "m4", null]);
    expect(rows[0]?.s5).toBe(5 + 4 + 3 + 2);
    const total = [0, 1, 2, 3, 4, 5].reduce(
      (sum, index) => sum + Number(rows[0]?.[`s${index}`]),
      0,
    );
    expect(total).toBe(sumOf(buckets).calls);
  });

  test("has one empty series when there is no usage at all", () => {
    const { rows, keys } = seriesOf([], { span: SPAN, step: "day", metric: "credits" });
    expect(keys).toEqual([""]);
    expect(rows).toHaveLength(3);
  });

  test("has 24 rows for the hours of a day", () => {
    const span = { from: SPAN.from, to: "2026-11-02T00:00:00.000Z" };
    expect(seriesOf([], { span, step: "hour", metric: "calls" }).rows).toHaveLength(24);
  });
});

describe("figures", () => {
  test("latency is the mean over requests that had a first byte", () => {
    const sums = sumOf([
      bucket(SPAN.from, "", { first_byte_ms_sum: 300, first_byte_count: 2 }),
      bucket(SPAN.from, "", { first_byte_ms_sum: 0, first_byte_count: 0 }),
    ]);
    expect(metricValue(sums, "latency")).toBe(150);
  });

  test("latency of nothing is zero, not a division by zero", () => {
    expect(metricValue(sumOf([]), "latency")).toBe(0);
  });

  test("rank the values of a dimension, greatest first", () => {
    const ranked = byKey(
      [bucket(SPAN.from, "a"), bucket(SPAN.from, "b", { charged_micro: 9000 })],
      "credits",
    );
    expect(ranked.map(({ key }) => key)).toEqual(["b", "a"]);
  });
});

describe("spans", () => {
  test("the former one has the same length and ends where this one begins", () => {
    expect(before(SPAN)).toEqual({
      from: "2026-10-29T00:00:00.000Z",
      to: "2026-11-01T00:00:00.000Z",
    });
  });

  test("the last seven days include today", () => {
    const span = lastDays(7, Date.parse("2026-11-21T15:00:00Z"));
    expect(span).toEqual({ from: "2026-11-15T00:00:00.000Z", to: "2026-11-22T00:00:00.000Z" });
    expect(daysOf(span)).toBe(7);
  });

  test("two dates include both days", () => {
    expect(spanOfDates("2026-11-01", "2026-11-03")).toEqual(SPAN);
  });

  test.each([
    ["2026-11-03", "2026-11-01"],
    ["yesterday", "2026-11-01"],
    [undefined, "2026-11-01"],
  ])("from %s to %s is no span", (from, to) => {
    expect(spanOfDates(from, to)).toBeNull();
  });
});

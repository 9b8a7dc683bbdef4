import fc from "fast-check";
import { expect, it } from "vitest";
import { monthAround } from "../../src/core/months.ts";

const at = (text: string) => Date.parse(text);
const names = (month: { startsAt: number; endsAt: number }) =>
  [month.startsAt, month.endsAt].map((time) => new Date(time).toISOString().slice(0, 16));

it("a month begins on the day and time of the anchor", () => {
  const anchor = at("2026-03-12T09:30:00Z");
  expect(names(monthAround(anchor, at("2026-11-12T09:29:59Z")))).toEqual([
    "2026-10-12T09:30",
    "2026-11-12T09:30",
  ]);
  expect(names(monthAround(anchor, at("2026-11-12T09:30:00Z")))).toEqual([
    "2026-11-12T09:30",
    "2026-12-12T09:30",
  ]);
});

it("an anchor on the 31st falls on the last day of shorter months, and is not moved by that", () => {
  const anchor = at("2027-01-31T00:00:00Z");
  const starts = ["2027-02-28", "2027-03-31", "2027-04-30", "2028-02-29", "2028-03-31"];
  for (const start of starts) {
    const month = monthAround(anchor, at(`${start}T12:00:00Z`));
    expect(names(month)[0]).toBe(`${start}T00:00`);
  }
});

it("months follow one another without a gap and contain their time, before the anchor too", () => {
  const time = fc.integer({ min: at("1990-01-01"), max: at("2100-01-01") });
  fc.assert(
    fc.property(time, time, (anchor, now) => {
      const month = monthAround(anchor, now);
      expect(month.startsAt).toBeLessThanOrEqual(now);
      expect(month.endsAt).toBeGreaterThan(now);
      expect(monthAround(anchor, month.endsAt).startsAt).toBe(month.endsAt);
      expect(monthAround(anchor, month.startsAt - 1).endsAt).toBe(month.startsAt);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

/** Months that begin on a person's own day: for credits that are given by the month. Pure, UTC. */

/** Milliseconds since 1970; `endsAt` is the start of the next. */
export interface Month {
  startsAt: number;
  endsAt: number;
}

/**
 * The month around `now` that begins on the day and time of `anchor`; where a month has no such
 * day it begins on its last one, and the next is not moved by that.
 */
export function monthAround(anchor: number, now: number): Month {
  const first = new Date(anchor);
  const at = new Date(now);
  let months =
    (at.getUTCFullYear() - first.getUTCFullYear()) * 12 + at.getUTCMonth() - first.getUTCMonth();
  if (monthsAfter(first, months) > now) months--;
  return { startsAt: monthsAfter(first, months), endsAt: monthsAfter(first, months + 1) };
}

function monthsAfter(first: Date, months: number): number {
  const year = first.getUTCFullYear();
  const month = first.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const timeOfDay = first.getTime() - Date.UTC(year, first.getUTCMonth(), first.getUTCDate());
  return Date.UTC(year, month, Math.min(first.getUTCDate(), lastDay)) + timeOfDay;
}

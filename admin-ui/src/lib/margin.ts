/**
 * Prices made of costs or of other prices. Everything is counted in whole 10⁻⁹ credits, as the
 * server keeps them, and rounded up: a margin is never less than what was asked for.
 */
import type { ModelPrice } from "@contract";
import { lineKey, linesOf, PRICE_KINDS, sameImage } from "./price.ts";

export const ROUNDINGS = ["exact", "2", "4", "6", "step"] as const;
export interface Rounding {
  /** To so many significant digits, or to multiples of `step`. */
  to: (typeof ROUNDINGS)[number];
  step: number;
}

const NANO = 1e9;

export function rounded(credits: number, { to, step }: Rounding): number {
  const nano = Math.round(credits * NANO);
  if (to === "exact" || nano === 0) return nano / NANO;
  const unit =
    to === "step" ? Math.round(step * NANO) : 10 ** Math.max(0, String(nano).length - Number(to));
  return unit > 0 ? (Math.ceil(nano / unit) * unit) / NANO : nano / NANO;
}

/** Every number of a price, changed. */
function mapped(price: ModelPrice, change: (credits: number) => number): ModelPrice {
  const result: ModelPrice = {};
  for (const kind of PRICE_KINDS) {
    const credits = price[kind];
    if (credits !== undefined) result[kind] = change(credits);
  }
  if (price.images) {
    result.images = price.images.map((row) => ({ ...row, credits: change(row.credits) }));
  }
  return result;
}

/** Every price that is set, changed by the same percent. */
export const scaledPrice = (price: ModelPrice, percent: number, rounding: Rounding): ModelPrice =>
  mapped(price, (credits) => rounded(credits * (1 + percent / 100), rounding));

/** What has a cost gets a price over it; what has none keeps its price. */
export function priceOverCost(
  price: ModelPrice,
  cost: ModelPrice,
  percent: number,
  rounding: Rounding,
): ModelPrice {
  const over = scaledPrice(cost, percent, rounding);
  const ofImages = over.images ?? [];
  const images = [
    ...(price.images ?? []).map((row) => ofImages.find((one) => sameImage(one, row)) ?? row),
    ...ofImages.filter((one) => !price.images?.some((row) => sameImage(row, one))),
  ];
  return { ...price, ...over, ...(images.length > 0 ? { images } : {}) };
}

/** What is earned on top of the cost: 0.25 for a quarter. Null where the cost is nothing or not known. */
export function marginOf(price: number | "" | undefined, cost: number | "" | undefined) {
  if (typeof price !== "number" || typeof cost !== "number" || !(cost > 0)) return null;
  return Number.isNaN(price) ? null : price / cost - 1;
}

/** The smallest margin over all that has a cost; what has no price is given away. */
export function leastMargin(price: ModelPrice, cost: ModelPrice | undefined): number | null {
  if (!cost) return null;
  const prices = new Map(linesOf(price).map((line) => [lineKey(line), line.credits]));
  const margins = linesOf(cost).flatMap((line) => {
    const margin = marginOf(prices.get(lineKey(line)) ?? fallback(price, line.kind), line.credits);
    return margin === null ? [] : [margin];
  });
  return margins.length > 0 ? Math.min(...margins) : null;
}

/** A part without a price of its own is charged as the whole. */
function fallback(price: ModelPrice, kind: string): number {
  const whole: Record<string, number | undefined> = {
    cachedInputPerMillion: price.inputPerMillion,
    cacheWritePerMillion: price.inputPerMillion,
    audioInputPerMillion: price.inputPerMillion,
    reasoningPerMillion: price.outputPerMillion,
    audioOutputPerMillion: price.outputPerMillion,
    images: price.perImage,
  };
  return whole[kind] ?? 0;
}

export interface PriceDifference {
  key: string;
  line: ReturnType<typeof linesOf>[number];
  /** Null where there was or will be none. */
  before: number | null;
  after: number | null;
}

/** Only what differs. */
export function differences(before: ModelPrice, after: ModelPrice): PriceDifference[] {
  const old = new Map(linesOf(before).map((line) => [lineKey(line), line]));
  const fresh = new Map(linesOf(after).map((line) => [lineKey(line), line]));
  const all = new Map([...old, ...fresh]);
  return [...all].flatMap(([key, line]) => {
    const [was, will] = [old.get(key)?.credits ?? null, fresh.get(key)?.credits ?? null];
    return was === will ? [] : [{ key, line, before: was, after: will }];
  });
}

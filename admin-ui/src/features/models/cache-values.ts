/** The response cache of a model as the form holds it, and back. */
import type { Model } from "@contract";
import type { checks, NumberField } from "../../lib/validation.ts";

type ModelCache = NonNullable<Model["cache"]>;

export interface CacheFields {
  on: boolean;
  ttlSeconds: NumberField;
  /** Percent of the price; 0: free. */
  price: NumberField;
  tools: boolean;
  agents: boolean;
}

/** Models of other kinds make something new each time. */
export const hasCache = (kind: Model["kind"]) => kind === "chat" || kind === "embedding";

const HOUR_SECONDS = 3_600;
const LONGEST_SECONDS = 30 * 24 * HOUR_SECONDS;

export function cacheFields(cache: ModelCache | undefined): CacheFields {
  const { ttlSeconds = HOUR_SECONDS, price = "free", tools = false, agents = false } = cache ?? {};
  const percent = price === "free" ? 0 : Number((price * 100).toFixed(2));
  return { on: cache !== undefined, ttlSeconds, price: percent, tools, agents };
}

/** To be spread into the model. Of checked fields only. */
export function cacheOf({ on, ttlSeconds, price, tools, agents }: CacheFields): {
  cache?: ModelCache;
} {
  if (!on) return {};
  const share = Number((Number(price) / 100).toFixed(4));
  return {
    cache: { ttlSeconds: Number(ttlSeconds), price: share === 0 ? "free" : share, tools, agents },
  };
}

/** Messages by field path; null where it is well. */
export function cacheProblems(
  { on, ttlSeconds, price }: CacheFields,
  check: Pick<ReturnType<typeof checks>, "number">,
): Record<string, string | null> {
  if (!on) return {};
  return {
    "cache.ttlSeconds": check.number(ttlSeconds, 1, LONGEST_SECONDS),
    "cache.price": check.number(price, 0, 100),
  };
}

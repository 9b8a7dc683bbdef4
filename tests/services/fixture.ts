/** A target with routes, made by hand. */
import { EVERYONE } from "../../src/core/access.ts";
import type { Usage } from "../../src/core/run.ts";
import type { SealedSecret, SiteConnection } from "../../src/core/site.ts";
import type { ChatTarget, Route } from "../../src/services/chat/target.ts";

export const secret = (id: string, more: Partial<SealedSecret> = {}): SealedSecret => ({
  id,
  name: id,
  weight: 1,
  sealed: "v1.a.b.c",
  disabledReason: null,
  ...more,
});

export const connection = (
  slug: string,
  secrets: SealedSecret[] = [secret(`sec_${slug}`)],
): SiteConnection => ({
  id: `con_${slug}`,
  slug,
  name: slug,
  connector: "openai-compatible",
  enabled: true,
  settings: {},
  secrets,
});

export const route = (slug: string, more: Partial<Route> = {}): Route => ({
  connection: connection(slug),
  upstreamId: "gpt",
  weight: 1,
  priority: 0,
  ...more,
});

export const PRICE = { inputPerMillion: 1000, outputPerMillion: 2000 };

export const target = (more: Partial<ChatTarget> = {}): ChatTarget => ({
  name: "up/gpt",
  access: EVERYONE,
  tariff: { kind: "byTokens", price: PRICE },
  priceVersion: 3,
  cost: null,
  routes: [route("first"), route("second", { priority: 1 })],
  maxOutputTokens: null,
  vision: false,
  passThrough: true,
  platform: false,
  adapt: (input) => input,
  ...more,
});

export const usage = (more: Partial<Usage>): Usage => ({
  input: 0,
  output: 0,
  cachedInput: 0,
  cacheWrite: 0,
  reasoning: 0,
  ...more,
});

/** The same numbers in [0, 1) for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

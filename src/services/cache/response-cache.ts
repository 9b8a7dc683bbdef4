/**
 * Giving an answer again to whoever asks the same; docs/decisions/0011. Invariants:
 *
 * 1. Only for models that say so, over the API, and once the wallet has let the request in.
 * 2. An outage of the cache is a miss: it fails no request.
 */
import type { ModelCache } from "../../contract/config.ts";
import type { AccessRule } from "../../core/access.ts";
import { loggable } from "../../core/failure.ts";
import { ok } from "../../core/result.ts";
import { responseCacheOf } from "../../durable/cache/client.ts";
import { LIMITS } from "../../durable/cache/protocol.ts";
import type { CallOrder } from "../chat/admit.ts";
import type { CallParts } from "../chat/call-parts.ts";
import type { Candidate } from "../chat/health.ts";
import { authoriseKey, subjectOf } from "../chat/visible.ts";
import type { Services } from "../services.ts";
import { type Sharing, scopeOf } from "./cache-key.ts";

/** A model's cache, and its setting. */
export interface ModelCaching {
  modelId: string;
  settings: ModelCache;
}

/** The place of one request in the cache. */
export interface CachePlace {
  /** The answer that is there; null: none. */
  found: string | null;
  /** Puts an answer there, once the request itself is over. */
  put(answer: object): void;
}

/** Null where the cache has no part in this request. */
export async function placeInCache(
  services: Services,
  order: CallOrder,
  { modelId, settings, access }: ModelCaching & { access: AccessRule },
  keyOf: (sharing: Sharing) => string,
): Promise<CachePlace | null> {
  const { site, caller, startedAt, defer } = order;
  if (order.surface !== "gateway") return null;
  const told = (error: unknown) => console.warn("response cache", loggable(error));
  try {
    const profile = await authoriseKey(services, site, caller);
    const key = keyOf({ siteId: site.id, scope: scopeOf(access, subjectOf(profile)) });
    const kept = responseCacheOf(services.env, site.id, modelId);
    const ttlMs = settings.ttlSeconds * 1_000;
    return {
      found: await kept.find(key, ttlMs),
      put: (answer) => {
        const text = JSON.stringify(answer);
        if (text.length > LIMITS.answerBytes) return;
        defer(kept.put(key, text, { askedAt: startedAt, ttlMs }).catch(told));
      },
    };
  } catch (error) {
    told(error);
    return null;
  }
}

/** What of a call is otherwise whose answer was there: its price, and that the site pays nobody. */
export function hitParts<Target extends CallParts["target"]>(
  target: Target,
  { price }: ModelCache,
): { target: Target; candidates: readonly Candidate[]; share: number } {
  return {
    target: { ...target, cost: target.cost && {} },
    candidates: [FROM_CACHE],
    share: price === "free" ? 0 : price,
  };
}

/** As records and the console name it: no connection of a site can be called so. */
const NAME = "(cache)";
const FROM_CACHE: Candidate = {
  route: {
    connection: {
      id: NAME,
      slug: NAME,
      name: NAME,
      connector: "",
      enabled: true,
      settings: {},
      secrets: [],
    },
    upstreamId: null,
    weight: 1,
    priority: 0,
  },
  secret: null,
};

/** Of an answer that came from no network: all of it is at its end. */
export const NO_FRAMES = {
  next: async () => ok(null),
  cancel: () => undefined,
  release: async () => undefined,
};

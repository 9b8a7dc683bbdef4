/**
 * Giving an answer again to whoever asks the same; docs/decisions/0011. Invariants:
 *
 * 1. Only for models that say so, over the API, and once the wallet has let the request in.
 * 2. An outage of the cache is a miss: it fails no request.
 */
import type { ModelCache } from "../../contract/config.ts";
import { loggable } from "../../core/failure.ts";
import type { ChatInput } from "../../core/run.ts";
import { responseCacheOf } from "../../durable/cache/client.ts";
import { LIMITS } from "../../durable/cache/protocol.ts";
import type { CallOrder } from "../chat/admit.ts";
import type { Candidate } from "../chat/health.ts";
import type { OpenedUpstream, RunParts } from "../chat/run-parts.ts";
import type { ChatTarget } from "../chat/target.ts";
import { authoriseKey, subjectOf } from "../chat/visible.ts";
import type { Services } from "../services.ts";
import { cacheKey, scopeOf } from "./cache-key.ts";
import { recorded, replayed, type StoredAnswer } from "./stored-answer.ts";

export type CacheAnswer =
  /** What of a run's parts is otherwise. */
  | { hit: true; parts: Pick<RunParts, "target" | "candidates" | "share" | "open"> }
  /** Writes the answer of an upstream down. */
  | { hit: false; keep(opened: OpenedUpstream): OpenedUpstream };

/** Null where the cache has no part in this request. `input` is what the target makes of it. */
export async function askCache(
  services: Services,
  order: CallOrder,
  target: ChatTarget,
  input: ChatInput,
): Promise<CacheAnswer | null> {
  const { cache } = target;
  if (!cache || order.surface !== "gateway" || !isRepeatable(input, cache.settings)) return null;
  const { site, caller, startedAt, defer } = order;
  const told = (error: unknown) => console.warn("response cache", loggable(error));
  try {
    const profile = await authoriseKey(services, site, caller);
    const scope = scopeOf(target.access, subjectOf(profile));
    const key = cacheKey({ siteId: site.id, scope }, target, input);
    const kept = responseCacheOf(services.env, site.id, cache.modelId);
    const ttlMs = cache.settings.ttlSeconds * 1_000;
    const found = await kept.find(key, ttlMs);
    if (found !== null)
      return { hit: true, parts: hitParts(target, JSON.parse(found), cache.settings) };
    const store = (answer: StoredAnswer) => {
      const text = JSON.stringify(answer);
      if (text.length > LIMITS.answerBytes) return;
      defer(kept.put(key, text, { askedAt: startedAt, ttlMs }).catch(told));
    };
    return { hit: false, keep: (opened) => recorded(opened, store) };
  } catch (error) {
    told(error);
    return null;
  }
}

function hitParts(target: ChatTarget, answer: StoredAnswer, { price }: ModelCache) {
  // No frames came, so none can pass; and the site pays nobody.
  const aim: ChatTarget = { ...target, passThrough: false, cost: target.cost && {} };
  return {
    target: aim,
    candidates: [FROM_CACHE],
    share: price === "free" ? 0 : price,
    open: async () => ({ ok: true as const, value: replayed(answer) }),
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

/** What a client lets the model do, in one protocol or another. */
const TOOL_FIELDS = ["tools", "functions", "mcp_servers", "plugins", "web_search_options"];
/** Of the answer to these, a run's events do not say all. */
const FIELDS_BEYOND_EVENTS = ["logprobs", "audio", "container"];

/** Whether an answer to it is good for another time. */
function isRepeatable(input: ChatInput, settings: ModelCache): boolean {
  const body = input.raw?.body ?? {};
  const isSet = (name: string) =>
    Boolean(Array.isArray(body[name]) ? body[name].length : body[name]);
  const usesTools = (input.tools?.length ?? 0) > 0 || TOOL_FIELDS.some(isSet);
  if (usesTools && !settings.tools) return false;
  if (input.upstreamConversation !== undefined || Number(body.n ?? 1) > 1) return false;
  return !FIELDS_BEYOND_EVENTS.some(isSet);
}

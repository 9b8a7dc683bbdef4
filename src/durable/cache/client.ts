import type { ResponseCacheRpc } from "./protocol.ts";

/** The cached answers of one model. The site comes first: nothing leads across tenants. */
export function responseCacheOf(
  env: Pick<Env, "RESPONSE_CACHE">,
  siteId: string,
  modelId: string,
): ResponseCacheRpc {
  return env.RESPONSE_CACHE.getByName(`${siteId}:${modelId}`);
}

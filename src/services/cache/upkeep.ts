/** The response cache of a model as the console works with it. */
import type { ModelConfig } from "../../contract/config.ts";
import { refuse } from "../../core/failure.ts";
import { responseCacheOf } from "../../durable/cache/client.ts";
import type { CacheState, ResponseCacheRpc } from "../../durable/cache/protocol.ts";
import { loadParts } from "../../store/parts.ts";
import type { Services } from "../services.ts";

/** What is wrong with the setting; null: nothing. */
export function cacheProblem({ kind, cache }: Pick<ModelConfig, "kind" | "cache">): string | null {
  return cache && kind !== "chat" && kind !== "embedding"
    ? "only models for chats and embeddings have one"
    : null;
}

export async function cacheState(
  services: Services,
  siteId: string,
  modelId: string,
): Promise<CacheState> {
  return (await cacheOf(services, siteId, modelId)).state();
}

export async function purgeCache(
  services: Services,
  siteId: string,
  modelId: string,
): Promise<{ removed: number }> {
  return { removed: await (await cacheOf(services, siteId, modelId)).purge() };
}

async function cacheOf(
  services: Services,
  siteId: string,
  modelId: string,
): Promise<ResponseCacheRpc> {
  const { models } = await loadParts(services.db, siteId);
  if (!models.some(({ id }) => id === modelId))
    refuse("model_not_found", "There is no such model.");
  return responseCacheOf(services.env, siteId, modelId);
}

/** The response cache for embeddings: of what is not chat, they alone are the same each time. */
import type { MediaEvent } from "../../core/media.ts";
import { ok } from "../../core/result.ts";
import type { SiteModel } from "../../core/site.ts";
import type { CallOrder } from "../chat/admit.ts";
import type { ModelTarget } from "../chat/target.ts";
import type { OpenedTask, TaskParts } from "../media/task-run.ts";
import type { Services } from "../services.ts";
import { taskKey } from "./cache-key.ts";
import { hitParts, NO_FRAMES, placeInCache } from "./response-cache.ts";

interface StoredTask<Value> {
  warnings: readonly string[];
  events: readonly MediaEvent<Value>[];
}

export type TaskCacheAnswer<Value> =
  /** What of a task's parts is otherwise. */
  | { hit: true; parts: Pick<TaskParts<Value>, "target" | "candidates" | "share" | "open"> }
  /** Writes the answer of an upstream down. */
  | { hit: false; keep(opened: OpenedTask<Value>): OpenedTask<Value> };

/** Null where the cache has no part in this request. */
export async function askTaskCache<Value>(
  services: Services,
  order: CallOrder,
  { target, model }: { target: ModelTarget; model: SiteModel },
  { kind, input }: { kind: SiteModel["kind"]; input: object },
): Promise<TaskCacheAnswer<Value> | null> {
  if (!model.cache || kind !== "embedding") return null;
  const caching = { modelId: model.id, settings: model.cache, access: target.access };
  const place = await placeInCache(services, order, caching, (sharing) =>
    taskKey(sharing, target, input),
  );
  if (!place) return null;
  if (place.found === null)
    return { hit: false, keep: (opened) => recordedTask(opened, place.put) };
  const answer = JSON.parse(place.found) as StoredTask<Value>;
  const parts = hitParts(target, model.cache);
  return { hit: true, parts: { ...parts, open: async () => ok(replayedTask(answer)) } };
}

/** The answer is told to `store` when it has come to its own end. */
export function recordedTask<Value>(
  opened: OpenedTask<Value>,
  store: (answer: StoredTask<Value>) => void,
): OpenedTask<Value> {
  const { reader, warnings } = opened;
  const events: MediaEvent<Value>[] = [];
  const take = (given: MediaEvent<Value>[]) => {
    events.push(...given);
    if (given.some(({ type }) => type === "done")) store({ warnings, events });
    return given;
  };
  return {
    ...opened,
    reader: { push: (frame) => take(reader.push(frame)), end: () => take(reader.end()) },
  };
}

export function replayedTask<Value>({ warnings, events }: StoredTask<Value>): OpenedTask<Value> {
  const reader = { push: () => [], end: () => [...events] };
  return { reader, frames: NO_FRAMES, headers: {}, warnings };
}

/** How often one address may come back from a provider: each time we ask the provider something. */
import type { SiteSnapshot } from "../../../core/site.ts";
import { throttleOf } from "../../../durable/throttle/client.ts";
import type { Services } from "../../services.ts";

const RULE = { max: 60, windowMs: 15 * 60_000 };

/** Where no address is known there is nothing to count by. */
export async function mayTry(
  { env }: Services,
  site: SiteSnapshot,
  address: string | null,
): Promise<boolean> {
  if (address === null) return true;
  const tries = throttleOf(env, `provider:${site.id}:address:${address}`);
  return (await tries.attempt(RULE)).retryAfterMs === 0;
}

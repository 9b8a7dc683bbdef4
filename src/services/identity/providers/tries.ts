/**
 * How often one address may go to a provider, and come back: each time we may ask the provider
 * something. A whole office may have one address.
 */
import type { SiteSnapshot } from "../../../core/site.ts";
import { throttleOf } from "../../../durable/throttle/client.ts";
import type { Services } from "../../services.ts";

const RULE = { max: 300, windowMs: 15 * 60_000 };

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

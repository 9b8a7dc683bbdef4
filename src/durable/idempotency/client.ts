import type { IdempotencyRpc } from "./protocol.ts";

/** The idempotency keys of one API key. Nothing else leads to them. */
export function idempotencyOf(
  env: Pick<Env, "IDEMPOTENCY">,
  { siteId, userId, keyId }: { siteId: string; userId: string; keyId: string },
): IdempotencyRpc {
  return env.IDEMPOTENCY.getByName(`${siteId}:${userId}:${keyId}`);
}

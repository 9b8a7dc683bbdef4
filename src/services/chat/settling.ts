/**
 * The wallet as a run settles with it. An object that is being moved, or restarted by a new
 * version of the code, refuses for a moment; a settlement lost to that would leave a hold that
 * expires into what was last reported, which for a short answer is nothing.
 */
import { isOutage } from "../../core/failure.ts";
import type { HoldSlip, WalletRpc } from "../../durable/wallet/protocol.ts";
import type { CallParts } from "./call-parts.ts";

const WAITS_MS = [50, 250, 1_000, 4_000];

/** Settlements may be repeated: the wallet knows them by their request id. */
export function settlingWallet(
  open: () => Pick<WalletRpc, "settle" | "release" | "progress">,
  slip: HoldSlip,
  wait: (ms: number) => Promise<void> = sleep,
): CallParts["wallet"] {
  return {
    settle: (request) => insist(() => open().settle({ ...request, slip }), wait),
    release: (requestId, record) => insist(() => open().release(requestId, record, slip), wait),
    // One that is lost is made up for by the next.
    progress: (requestId, costMicro) => open().progress(requestId, costMicro),
  };
}

/** `call` opens the object anew each time: a stub that has failed may stay broken. */
async function insist<Value>(
  call: () => Promise<Value>,
  wait: (ms: number) => Promise<void>,
): Promise<Value> {
  for (const waitMs of WAITS_MS) {
    try {
      return await call();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await wait(waitMs);
    }
  }
  return await call();
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

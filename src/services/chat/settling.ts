/**
 * The wallet as a run settles with it. An object that is being moved, or restarted by a new
 * version of the code, refuses for a moment; a settlement lost to that would leave a hold that
 * expires into what was last reported, which for a short answer is nothing.
 */
import { isOutage } from "../../core/failure.ts";
import type { HoldSlip, WalletRpc } from "../../durable/wallet/protocol.ts";
import type { CallParts } from "./call-parts.ts";

const WAITS_MS = [50, 250, 1_000, 4_000];

type SettlingRpc = Pick<WalletRpc, "settle" | "release" | "progress">;

/** Settlements may be repeated: the wallet knows them by their request id. */
export function settlingWallet(
  opened: SettlingRpc,
  reopen: () => SettlingRpc,
  slip: HoldSlip,
  wait: (ms: number) => Promise<void> = sleep,
): CallParts["wallet"] {
  let wallet = opened;
  const insist = async <Value>(call: (wallet: SettlingRpc) => Promise<Value>): Promise<Value> => {
    for (const waitMs of WAITS_MS) {
      try {
        return await call(wallet);
      } catch (error) {
        if (!isOutage(error)) throw error;
        await wait(waitMs);
        // A stub that has failed may stay broken.
        wallet = reopen();
      }
    }
    return await call(wallet);
  };
  return {
    settle: (request) => insist((own) => own.settle({ ...request, slip })),
    release: (requestId, record) => insist((own) => own.release(requestId, record, slip)),
    // One that is lost is made up for by the next.
    progress: (requestId, costMicro) => wallet.progress(requestId, costMicro),
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

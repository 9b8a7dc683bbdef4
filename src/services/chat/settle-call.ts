/** The end of a call's hold: what it costs, and the record of it. */
import type { Attempt } from "../../contract/usage.ts";
import { shareMicro, tariffMicro } from "../../core/pricing.ts";
import { NO_USAGE } from "../../core/run.ts";
import type { CallParts, Ending, Metered, RunTimings, Settlement } from "./call-parts.ts";
import { usageDraft } from "./usage-draft.ts";

export interface CallResult {
  attempts: Attempt[];
  timings: RunTimings;
  ending: Ending;
  /** Null where the upstream need not be paid. */
  metered: Metered | null;
  delivered: boolean;
}

const NOTHING: Metered = { usage: NO_USAGE, usageSource: "none", units: {} };

export function settleCall(
  parts: CallParts,
  { attempts, timings, ending, metered, delivered }: CallResult,
): Settlement {
  const { wallet, requestId, target, share = 1, defer } = parts;
  const used = metered ?? NOTHING;
  const { usage, usageSource, units } = used;
  const spent = metered !== null;
  const wholeMicro = spent ? tariffMicro(target.tariff, usage, delivered, units) : 0;
  const costMicro = shareMicro(wholeMicro, share);
  const record = usageDraft(parts, attempts, timings, { ...ending, ...used, spent });
  const { priceVersion } = target;
  defer(
    spent
      ? wallet.settle({ requestId, costMicro, usageSource, priceVersion, record })
      : wallet.release(requestId, record),
  );
  return { ...used, costMicro, spent };
}

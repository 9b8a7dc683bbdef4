/** The usage record of a call, but for the figures that only the wallet knows. */
import type { Attempt } from "../../contract/usage.ts";
import { FAILURE_POLICY } from "../../core/policy.ts";
import { chargeMicro } from "../../core/pricing.ts";
import type { UsageDraft } from "../../durable/wallet/protocol.ts";
import type { CallParts, Ending, Metered, RunTimings } from "./call-parts.ts";

export interface CallOutcome extends Ending, Metered {
  /** Whether the upstream has to be paid. */
  spent: boolean;
}

export function usageDraft(
  parts: CallParts,
  attempts: Attempt[],
  timings: RunTimings,
  outcome: CallOutcome,
): UsageDraft {
  const { requestId, surface, keyId, target, stream, startedAt, now } = parts;
  const { usage, units } = outcome;
  const last = attempts.at(-1);
  return {
    request_id: requestId,
    at: new Date(startedAt).toISOString(),
    surface,
    status: outcome.status,
    error: outcome.error ? FAILURE_POLICY[outcome.error.reason].code : null,
    key_id: keyId,
    model: target.name,
    connection: last?.connection ?? null,
    upstream_model: last?.model ?? null,
    stream,
    tokens: usage,
    usage_source: outcome.usageSource,
    cost_micro: target.cost && (outcome.spent ? chargeMicro(target.cost, usage, units) : 0),
    price_version: target.priceVersion,
    finish: outcome.finish,
    attempts,
    timings: {
      gateway: timings.gateway,
      admit: timings.admit,
      first_byte: timings.first,
      total: now() - startedAt,
    },
  };
}

/** The usage record of a run, but for the figures that only the wallet knows. */
import type { Attempt } from "../../contract/usage.ts";
import { FAILURE_POLICY } from "../../core/policy.ts";
import { chargeMicro } from "../../core/pricing.ts";
import type { FinishReason, UpstreamError } from "../../core/run.ts";
import type { UsageDraft } from "../../durable/wallet/protocol.ts";
import type { RunParts, RunTimings } from "./run-parts.ts";
import type { Measured } from "./tally.ts";

export interface RunOutcome extends Measured {
  /** Whether the upstream has to be paid. */
  spent: boolean;
  status: UsageDraft["status"];
  finish: FinishReason | null;
  error: UpstreamError | null;
}

export function usageDraft(
  parts: RunParts,
  attempts: Attempt[],
  timings: RunTimings,
  outcome: RunOutcome,
): UsageDraft {
  const { requestId, surface, keyId, target, input, startedAt, now } = parts;
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
    stream: input.stream,
    tokens: outcome.usage,
    usage_source: outcome.usageSource,
    cost_micro: target.cost && (outcome.spent ? chargeMicro(target.cost, outcome.usage) : 0),
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

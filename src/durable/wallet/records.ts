/** From rows of the wallet to what leaves it: statement lines and usage records. Pure. */
import type { UsageRecord } from "../../contract/usage.ts";
import type { WalletEntry } from "../../contract/wallet.ts";
import type { UserProfile } from "../../core/site.ts";
import type { UsageDraft } from "./protocol.ts";
import type { EntryRow, OpenHold } from "./schema.ts";

export function entryOf(row: EntryRow): WalletEntry {
  return {
    id: `ent_${row.seq}`,
    type: row.type as WalletEntry["type"],
    amount_micro: row.amount_micro,
    balance_micro: row.balance_micro,
    request_id: row.request_id,
    held_micro: row.held_micro,
    usage_source: row.usage_source as WalletEntry["usage_source"],
    model: row.model,
    price_version: row.price_version,
    reason: row.reason,
    at: new Date(row.at).toISOString(),
  };
}

/** The draft of the edge, with the figures that only the wallet knows. */
export function completeRecord(
  draft: UsageDraft,
  profile: UserProfile,
  hold: OpenHold,
  outcome: { chargedMicro: number; uncollectedMicro: number },
): UsageRecord {
  return {
    ...draft,
    request_id: hold.requestId,
    user_id: profile.userId,
    user_email: profile.email,
    held_micro: hold.heldMicro,
    charged_micro: outcome.chargedMicro,
    uncollected_micro: outcome.uncollectedMicro,
  };
}

/** All that is known of a request whose end nobody reported: what its hold says. */
export function expiredDraft(hold: OpenHold, now: number): UsageDraft {
  return {
    request_id: hold.requestId,
    at: new Date(hold.admittedAt).toISOString(),
    surface: hold.surface,
    status: "expired",
    error: null,
    key_id: hold.keyId,
    model: hold.model,
    connection: null,
    upstream_model: null,
    // Only a stream reports progress.
    stream: hold.progressMicro > 0,
    tokens: { input: 0, output: 0, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
    usage_source: hold.progressMicro > 0 ? "estimated" : "none",
    price_version: hold.priceVersion,
    finish: null,
    attempts: [],
    timings: { gateway: 0, admit: 0, first_byte: null, total: now - hold.admittedAt },
  };
}

/** From rows of the wallet to what leaves it: statement lines and usage records. Pure. */
import type { SiteNotice } from "../../contract/notices.ts";
import type { UsageRecord } from "../../contract/usage.ts";
import type { WalletEntry } from "../../contract/wallet.ts";
import type { UserProfile } from "../../core/site.ts";
import { inOrderOfUse } from "./ledger.ts";
import { lowestCrossed } from "./limits.ts";
import type { Memory } from "./memory.ts";
import type {
  EntryFilter,
  EntryPage,
  PeriodTotal,
  UsageDraft,
  WalletBalance,
  WalletState,
} from "./protocol.ts";
import type { EntryRow, LostHold, OpenHold, PeriodRow } from "./schema.ts";
import type { WalletTables } from "./statements.ts";

export function balanceOf(memory: Memory): WalletBalance {
  const { availableMicro, heldMicro, balanceMicro } = memory.book;
  return { availableMicro, heldMicro, balanceMicro };
}

export function stateOf(
  memory: Memory,
  grants: ReturnType<WalletTables["grants"]>,
  byKeyAt?: number | false,
): WalletState {
  const thresholdMicro = lowestCrossed(
    memory.policy?.lowBalanceMicro ?? [],
    memory.book.balanceMicro,
  );
  return {
    ...balanceOf(memory),
    low: thresholdMicro === null ? null : { thresholdMicro },
    grants: grants
      .sort(inOrderOfUse)
      .map(({ amountMicro, remainingMicro, expiresAt, priority, reason }) => ({
        amountMicro,
        remainingMicro,
        expiresAt,
        priority,
        reason,
      })),
    ...(byKeyAt ? { spentByKey: memory.spending.byKey(byKeyAt) } : {}),
  };
}

export function periodOf(row: PeriodRow): PeriodTotal {
  return {
    month: row.month,
    type: row.type as PeriodTotal["type"],
    model: row.model === "" ? null : row.model,
    keyId: row.key_id === "" ? null : row.key_id,
    entries: row.entries,
    amountMicro: row.amount_micro,
    uncollectedMicro: row.uncollected_micro,
  };
}

const ENTRIES_MAX = 200;

/** A page of the statement, newest first. */
export function pageOf(tables: WalletTables, filter: EntryFilter): EntryPage {
  const { limit, after, ...conditions } = filter;
  const size = Math.max(1, Math.min(ENTRIES_MAX, Math.trunc(limit)));
  const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
  // A cursor that is not ours leads nowhere rather than to the start.
  const rows = Number.isSafeInteger(before)
    ? tables.entries({ ...conditions, before, limit: size + 1 })
    : [];
  const shown = rows.slice(0, size);
  const more = rows.length > size;
  const next = more ? String(shown.at(-1)?.seq) : null;
  return { data: shown.map(entryOf), has_more: more, next };
}

function entryOf(row: EntryRow): WalletEntry {
  return {
    id: `ent_${row.seq}`,
    operation_id: row.operation_id,
    type: row.type as WalletEntry["type"],
    amount_micro: row.amount_micro,
    balance_micro: row.balance_micro,
    request_id: row.type === "charge" ? row.operation_id : null,
    held_micro: row.held_micro,
    uncollected_micro: row.uncollected_micro,
    usage_source: row.usage_source as WalletEntry["usage_source"],
    model: row.model,
    key_id: row.key_id,
    price_version: row.price_version,
    reason: row.reason,
    actor: row.actor,
    at: new Date(row.at).toISOString(),
  };
}

/** The draft of the edge, with the figures that only the wallet knows. */
export function completeRecord(
  draft: UsageDraft,
  profile: UserProfile,
  hold: Pick<OpenHold, "requestId" | "heldMicro">,
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
export function expiredDraft(
  hold: Omit<OpenHold, "earmarks" | "tokens" | "expiresAt" | "written">,
  now: number,
): UsageDraft {
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
    cost_micro: null,
    price_version: hold.priceVersion,
    finish: null,
    attempts: [],
    timings: { gateway: 0, admit: 0, first_byte: null, total: now - hold.admittedAt },
  };
}

/** What a crash took and nobody settled: nothing is charged, and it is known how much was at stake. */
export function lostRecord(lost: LostHold, profile: UserProfile, now: number): UsageRecord {
  const hold = {
    requestId: lost.id,
    keyId: null,
    surface: "gateway",
    model: "",
    priceVersion: null,
    heldMicro: lost.micro,
    progressMicro: 0,
    admittedAt: lost.at,
  } as const;
  const outcome = { chargedMicro: 0, uncollectedMicro: 0 };
  return completeRecord(expiredDraft(hold, now), profile, hold, outcome);
}

export function lowNotice(
  profile: UserProfile,
  thresholdMicro: number,
  balanceMicro: number,
  now: number,
): SiteNotice {
  return {
    id: `low:${profile.userId}:${thresholdMicro}:${now}`,
    at: new Date(now).toISOString(),
    kind: "low_balance",
    user_id: profile.userId,
    user_email: profile.email,
    threshold_micro: thresholdMicro,
    available_micro: balanceMicro,
  };
}

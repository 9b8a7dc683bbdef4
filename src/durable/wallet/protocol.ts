/** What may be asked of a Wallet. Every change carries an operation id and is safe to repeat. */
import type { Limits } from "../../contract/config.ts";
import type { UsageRecord } from "../../contract/usage.ts";
import type { UsageSource, WalletEntry } from "../../contract/wallet.ts";
import type { AccessRule } from "../../core/access.ts";
import type { UserProfile } from "../../core/site.ts";

export type Credential =
  | { kind: "key"; keyId: string; keyHash: string }
  | { kind: "session"; sessionId: string; epoch: number };

/** Limits of each level, sent only when the wallet asks for them (`policy_needed`). */
export interface LimitPolicy {
  version: number;
  limitsByLevel: Record<string, Limits>;
}

export interface AdmitRequest {
  requestId: string;
  credential: Credential;
  /** The scope an API key must have; sessions have every scope. */
  scope: "gateway" | "wallet";
  /** `agent/<slug>` or the public model name, for the record of a request that is never settled. */
  model: string;
  /** For the same record; absent: `gateway` for keys, `portal` for sessions. */
  surface?: UsageRecord["surface"];
  /** For the charge of a request that is never settled; absent: not known. */
  priceVersion?: number | null;
  access: AccessRule;
  /** Micro-credits to set aside: the most the request can cost. */
  holdMicro: number;
  /**
   * The least the hold may be (input plus a little output). When `holdMicro` does not fit but
   * this does, what is available is held and the caller lowers the upstream's output limit.
   */
  minimumMicro: number;
  /**
   * Input plus most output tokens, for the tokens-per-minute limit. Counts until the request is
   * resolved; from then on what it used counts. One that is larger than the whole limit is let
   * in when the window is empty, and then fills it.
   */
  tokens: number;
  /** How long the hold may stand before it expires into the last reported progress. */
  ttlMs: number;
  /** Version of the site's configuration under which limits were read. */
  policyVersion: number;
  policy?: LimitPolicy;
  profile?: UserProfile;
}

export interface RateState {
  limit: number;
  remaining: number;
  /** Milliseconds until the window is whole again. */
  resetMs: number;
}

export type AdmitResult =
  | {
      ok: true;
      heldMicro: number;
      availableMicro: number;
      userId: string;
      email: string;
      /** Absent where no limit is set. */
      requests?: RateState;
      tokens?: RateState;
    }
  | {
      ok: false;
      reason: AdmitRefusal;
      retryAfterMs?: number;
      requests?: RateState;
      tokens?: RateState;
    };

/** Closed list. `profile_needed` and `policy_needed` ask the caller to bring them and try again. */
export type AdmitRefusal =
  | "profile_needed"
  | "policy_needed"
  | "unknown_key"
  | "key_expired"
  | "session_expired"
  | "user_disabled"
  | "scope_missing"
  | "access_denied"
  | "rate_limit_rpm"
  | "rate_limit_tpm"
  | "rate_limit_concurrency"
  | "rate_limit_daily"
  | "key_cap_reached"
  | "insufficient_credits"
  /** Would fit once holds in flight are settled. */
  | "holds_in_flight"
  /** The same request id was admitted before with another outcome. */
  | "duplicate";

export interface SettleRequest {
  requestId: string;
  /** What the request cost, by price; the wallet caps it at hold + available. */
  costMicro: number;
  usageSource: UsageSource;
  priceVersion: number | null;
  /** The usage record but for the figures that only the wallet knows. */
  record: UsageDraft;
}
export type UsageDraft = Omit<
  UsageRecord,
  "user_id" | "user_email" | "held_micro" | "charged_micro" | "uncollected_micro"
>;

export type SettleResult =
  /** `repeated`: had been resolved before; nothing changed. */
  | {
      ok: true;
      chargedMicro: number;
      uncollectedMicro: number;
      availableMicro: number;
      repeated: boolean;
    }
  | { ok: false; reason: "unknown_request" };

export interface GrantRequest {
  /** Repeating it changes nothing. */
  operationId: string;
  amountMicro: number;
  /** Why, as the statement shows it. */
  reason: string;
  /** Milliseconds since 1970; null: never. */
  expiresAt: number | null;
  /** Among grants that expire together, lower is used first. */
  priority: number;
}

export interface WalletBalance {
  availableMicro: number;
  heldMicro: number;
  balanceMicro: number;
}

export interface EntryPage {
  data: WalletEntry[];
  has_more: boolean;
  next: string | null;
}

export interface WalletRpc {
  /** One call per request, before anything is sent upstream. */
  admit(request: AdmitRequest): Promise<AdmitResult>;
  /**
   * The high-water mark of a long stream: what it has cost so far. A lower one, or one of a
   * request that is not open, changes nothing.
   */
  progress(requestId: string, costMicro: number): Promise<void>;
  /**
   * Ends the hold with a charge. After the hold has expired into the last reported progress this
   * is `repeated`: what was charged then stands.
   */
  settle(request: SettleRequest): Promise<SettleResult>;
  /** Ends the hold without a charge (nothing was delivered, nothing was spent). */
  release(requestId: string, record: UsageDraft): Promise<SettleResult>;
  grant(request: GrantRequest): Promise<WalletBalance>;
  balance(): Promise<WalletBalance>;
  /** The statement, newest first; `after` is the `next` of the page before. */
  entries(limit: number, after: string | null): Promise<EntryPage>;
  /** Checks a credential without a hold, for reads through the gateway. */
  authorise(
    credential: Credential,
    scope: "gateway" | "wallet",
    profile?: UserProfile,
  ): Promise<{ ok: true; profile: UserProfile } | { ok: false; reason: AdmitRefusal }>;
  putProfile(profile: UserProfile): Promise<void>;
  /** A signed-out session; forgotten when it would have expired anyway. */
  revokeSession(sessionId: string, expiresAt: number): Promise<void>;
}

/** What may be asked of a Wallet. Every change carries an operation id and is safe to repeat. */
import type { Limits } from "../../contract/config.ts";
import type { UsageRecord } from "../../contract/usage.ts";
import type { EntryType, UsageSource, WalletEntry } from "../../contract/wallet.ts";
import type { AccessRule } from "../../core/access.ts";
import type { UserProfile } from "../../core/site.ts";

export type Credential =
  | {
      kind: "key";
      keyId: string;
      keyHash: string;
      /** Of whoever uses it; null or absent: not known. */
      address?: string | null;
      /** Of an app's token: what it may do at most. Absent: all that the key may. */
      scopes?: string[];
    }
  | { kind: "session"; sessionId: string; epoch: number };

/** What a level gives and allows. */
export interface LevelTerms {
  limits: Limits;
  /** Micro-credits granted for each month; 0: none. */
  monthlyMicro: number;
}

/** The terms of a site, sent only when the wallet asks for them (`policy_needed`). */
export interface LimitPolicy {
  version: number;
  levels: Record<string, LevelTerms>;
  /** The level that takes the place of one that has ended; null: none. Absent in older terms. */
  defaultLevelId?: string | null;
  /** Below each of these a person is told that credits run low; highest first. */
  lowBalanceMicro: number[];
  /** Calls that the whole site may make in a month (UTC); null: as many as it likes. */
  callsPerMonth: number | null;
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
      /** When the hold was placed, by the wallet's clock; with the amounts, the `HoldSlip`. */
      admittedAt: number;
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
  | "ip_not_allowed"
  | "access_denied"
  | "rate_limit_rpm"
  | "rate_limit_tpm"
  | "rate_limit_concurrency"
  | "rate_limit_daily"
  | "key_cap_reached"
  | "insufficient_credits"
  /** The site has made all the calls that its edition allows in a month. */
  | "site_calls_used_up"
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
  slip?: HoldSlip;
}
export type UsageDraft = Omit<
  UsageRecord,
  "user_id" | "user_email" | "held_micro" | "charged_micro" | "uncollected_micro"
>;

/**
 * What admission answered, brought back at the end: a hold that was lost in a crash before it was
 * written is made good from it.
 */
export interface HoldSlip {
  heldMicro: number;
  tokens: number;
  /** Milliseconds since 1970. */
  admittedAt: number;
}

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

/** A change by an admin's hand: never without a reason, and never below zero. */
export interface CorrectionRequest {
  /** Repeating it changes nothing. */
  operationId: string;
  /** Signed; not 0. */
  amountMicro: number;
  reason: string;
  /** Who did it, as the statement shows it. */
  actor: string;
}

export type CorrectionResult =
  | { ok: true; balance: WalletBalance }
  | { ok: false; reason: "insufficient"; availableMicro: number };

export interface WalletBalance {
  availableMicro: number;
  heldMicro: number;
  balanceMicro: number;
}

/** What a person is shown: the balance, where it comes from, and whether it runs low. */
export interface WalletState extends WalletBalance {
  low: { thresholdMicro: number } | null;
  /** With something left, in order of use. */
  grants: GrantState[];
  /** Micro-credits spent in the current month (UTC), by id of the key; where it was asked for. */
  spentByKey?: Record<string, number>;
}

export interface GrantState {
  amountMicro: number;
  remainingMicro: number;
  /** Milliseconds since 1970; null: never. */
  expiresAt: number | null;
  priority: number;
  reason: string;
}

/** Which lines of a statement; all conditions together. Times are milliseconds since 1970. */
export interface EntryFilter {
  limit: number;
  /** The `next` of the page before. */
  after?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  types?: readonly EntryType[] | undefined;
  keyId?: string | undefined;
  model?: string | undefined;
  requestId?: string | undefined;
}

/**
 * What a wallet must know of its user and site before it can say what is there: monthly credits
 * and bonuses are granted when somebody looks. Absent where the caller does not know better.
 */
export interface WalletTerms {
  /** Also what each key has spent this month. */
  byKey?: boolean;
  policyVersion?: number;
  policy?: LimitPolicy;
  profile?: UserProfile;
}

export interface EntryPage {
  data: WalletEntry[];
  has_more: boolean;
  next: string | null;
}

/** What entries of a month came to that are older than the statement goes back. */
export interface PeriodTotal {
  /** `2026-11`, UTC. */
  month: string;
  type: EntryType;
  /** Null: of no model. */
  model: string | null;
  keyId: string | null;
  entries: number;
  amountMicro: number;
  uncollectedMicro: number;
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
  release(requestId: string, record: UsageDraft, slip?: HoldSlip): Promise<SettleResult>;
  grant(request: GrantRequest): Promise<WalletBalance>;
  correct(request: CorrectionRequest): Promise<CorrectionResult>;
  /** `policy_needed`, `profile_needed`: bring them and ask again. */
  balance(
    terms?: WalletTerms,
  ): Promise<
    ({ ok: true } & WalletState) | { ok: false; reason: "policy_needed" | "profile_needed" }
  >;
  /** The statement, newest first. */
  entries(filter: EntryFilter): Promise<EntryPage>;
  /** The usage record of a request that may not have reached the Meter yet. */
  pending(requestId: string): Promise<UsageRecord | null>;
  /** What came before the statement, oldest first. */
  periods(): Promise<PeriodTotal[]>;
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

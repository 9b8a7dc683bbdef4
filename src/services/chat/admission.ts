/** Asking the wallet: how much to hold, and bringing what the wallet has not seen yet. */

import { defaultLevelOf, levelAt } from "../../core/access.ts";
import type { Failure } from "../../core/failure.ts";
import { affordableOutputTokens, ceilingMicro } from "../../core/pricing.ts";
import type { SiteSnapshot, UserProfile } from "../../core/site.ts";
import type {
  AdmitRefusal,
  AdmitResult,
  Credential,
  LimitPolicy,
} from "../../durable/wallet/protocol.ts";
import { type ChatTarget, targetNotFound } from "./target.ts";

/** Held for an answer whose length nobody has limited. */
const DEFAULT_OUTPUT_TOKENS = 16_384;
/** An answer shorter than this is not worth starting. */
const MINIMUM_OUTPUT_TOKENS = 16;
/** The estimate of the input is an estimate: hold a tenth more. */
const INPUT_MARGIN = 1.1;

export interface Hold {
  holdMicro: number;
  minimumMicro: number;
  tokens: number;
}

/** The most and the least that the wallet should set aside. */
export function holdFor(
  target: ChatTarget,
  inputTokens: number,
  askedOutputTokens: number | undefined,
): Hold {
  const outputTokens = Math.min(
    askedOutputTokens ?? DEFAULT_OUTPUT_TOKENS,
    target.maxOutputTokens ?? Number.POSITIVE_INFINITY,
  );
  const input = Math.ceil(inputTokens * INPUT_MARGIN);
  return {
    holdMicro: ceilingMicro(target.tariff, input, outputTokens),
    minimumMicro: ceilingMicro(target.tariff, input, Math.min(outputTokens, MINIMUM_OUTPUT_TOKENS)),
    tokens: inputTokens + outputTokens,
  };
}

/** An answer that could be paid this far needs no limit that nobody asked for. */
const PLENTY_OUTPUT_TOKENS = 65_536;

/**
 * The output limit to send upstream: the model's own, or less when the wallet pays for less. Null
 * when the client's own limit (or none) may stand. `spendableMicro` is the hold and what is
 * available beside it: a charge never reaches further.
 */
export function upstreamLimit(
  target: ChatTarget,
  inputTokens: number,
  askedOutputTokens: number | undefined,
  spendableMicro: number,
): number | null {
  let limit = target.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  if (target.tariff.kind === "byTokens") {
    const input = Math.ceil(inputTokens * INPUT_MARGIN);
    const payable = affordableOutputTokens(target.tariff.price, input, spendableMicro);
    const wanted = Math.max(
      PLENTY_OUTPUT_TOKENS,
      askedOutputTokens ?? 0,
      target.maxOutputTokens ?? 0,
    );
    if (payable < wanted) limit = Math.min(limit, payable);
  }
  if (limit === Number.POSITIVE_INFINITY || (askedOutputTokens ?? limit + 1) <= limit) return null;
  return Math.max(1, limit);
}

export function policyOf(site: SiteSnapshot): LimitPolicy {
  const levels: LimitPolicy["levels"] = {};
  for (const { id, limits, monthlyMicro } of site.levels.values()) {
    levels[id] = { limits, monthlyMicro };
  }
  return {
    version: site.version,
    levels,
    defaultLevelId: defaultLevelOf(site.levels.values()),
    lowBalanceMicro: [...site.lowBalanceMicro],
    callsPerMonth: site.limits.callsPerMonth,
  };
}

/** The profile with the level that counts at a time in place of one that has ended. */
export function profileAt(site: SiteSnapshot, profile: UserProfile, now: number): UserProfile {
  const { levelExpiresAt: _, ...rest } = profile;
  return { ...rest, levelId: levelAt(profile, defaultLevelOf(site.levels.values()), now) };
}

/** What a wallet may ask for. */
export interface WalletContext {
  profile?: UserProfile;
  policy?: LimitPolicy;
}

/** What is common to the wallet's answers. */
type WalletAnswer = { ok: true } | { ok: false; reason: AdmitRefusal };

/** Calls the wallet, and once more with what it says it needs. */
export async function askWallet<Answer extends WalletAnswer>(
  call: (more: WalletContext) => Promise<Answer>,
  site: SiteSnapshot,
  loadProfile: () => Promise<UserProfile | null>,
): Promise<Answer> {
  const more: WalletContext = {};
  for (;;) {
    const answer = await call(more);
    if (answer.ok) return answer;
    if (answer.reason === "profile_needed" && !more.profile) {
      const profile = await loadProfile();
      if (!profile) return { ...answer, reason: "unknown_key" };
      more.profile = profile;
    } else if (answer.reason === "policy_needed" && !more.policy) {
      more.policy = policyOf(site);
    } else {
      return answer;
    }
  }
}

export type Refused = Extract<AdmitResult, { ok: false }>;

const SIGN_IN: Failure = { code: "expired_session", message: "Please log in again." };
const BAD_KEY: Failure = {
  code: "invalid_api_key",
  message: "This API key is not valid, has expired or was revoked.",
};

/** What each refusal of the wallet means to the client; the ones that depend on who asks are made below. */
const REFUSALS: Record<
  Exclude<AdmitRefusal, "unknown_key" | "key_expired" | "access_denied">,
  Failure
> = {
  session_expired: SIGN_IN,
  user_disabled: { code: "user_disabled", message: "This account is disabled." },
  scope_missing: { code: "scope_missing", message: "This API key may not do that." },
  ip_not_allowed: {
    code: "ip_not_allowed",
    message: "This API key may not be used from your address.",
  },
  rate_limit_rpm: { code: "rate_limit_rpm", message: "Too many requests this minute." },
  rate_limit_tpm: { code: "rate_limit_tpm", message: "Too many tokens this minute." },
  rate_limit_concurrency: {
    code: "rate_limit_concurrency",
    message: "Too many requests at once.",
    retryAfterMs: 1000,
  },
  rate_limit_daily: {
    code: "rate_limit_daily",
    message: "The credits for this period are used up.",
  },
  key_cap_reached: {
    code: "key_cap_reached",
    message: "This API key has reached its cap of credits.",
  },
  insufficient_credits: {
    code: "insufficient_credits",
    message: "There are not enough credits for this request.",
  },
  site_calls_used_up: {
    code: "calls_per_month",
    message: "This site has made all the calls that its edition allows in a month.",
  },
  holds_in_flight: {
    code: "holds_in_flight",
    message: "The credits are set aside for requests in progress; try again shortly.",
    retryAfterMs: 1000,
  },
  duplicate: { code: "conflict", message: "This request id was used before." },
  profile_needed: {
    code: "unavailable",
    message: "The wallet could not be opened; try again.",
    retryAfterMs: 1000,
  },
  policy_needed: {
    code: "unavailable",
    message: "The wallet could not be opened; try again.",
    retryAfterMs: 1000,
  },
};

/** What the wallet's refusal means to the client. */
export function refusalFailure(
  refused: { reason: AdmitRefusal; retryAfterMs?: number },
  credential: Credential,
  targetName: string,
  topUpLink: string,
): Failure {
  const { reason, retryAfterMs } = refused;
  if (reason === "unknown_key" || reason === "key_expired") {
    return credential.kind === "key" ? BAD_KEY : SIGN_IN;
  }
  // Not visible to the caller is the same as not there.
  if (reason === "access_denied") return targetNotFound(targetName);
  const failure = REFUSALS[reason];
  const buys = failure.code === "insufficient_credits" || failure.code === "holds_in_flight";
  return {
    ...failure,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(buys ? { link: topUpLink } : {}),
  };
}

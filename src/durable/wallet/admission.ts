/** Rates, caps and funds of one request: whether it may begin, and how much is set aside. Pure. */
import type { Limits } from "../../contract/config.ts";
import { assertMicro, invariant } from "./ledger.ts";
import {
  type CapRoom,
  capRoom,
  IN_FLIGHT_RETRY_MS,
  type RateWindow,
  type Scope,
  type Spent,
  tighter,
} from "./limits.ts";
import { levelOf, type Memory } from "./memory.ts";
import type { AdmitRefusal, AdmitRequest, AdmitResult, RateState } from "./protocol.ts";
import type { OpenHold } from "./schema.ts";

/** One set of limits and what counts towards it: the level's, or those of a key. */
export interface LimitScope {
  scope: Scope;
  limits: Limits;
  openHolds: number;
  heldMicro: number;
  spent: Spent;
}

export interface Refusal {
  reason: AdmitRefusal;
  retryAfterMs?: number;
}

/** The limits of the level and of the user, over all requests; and those of the key, over its own. */
export function limitScopes(memory: Memory, keyId: string | null, now: number): LimitScope[] {
  const { profile, policy } = memory;
  const levelId = levelOf(memory, now);
  const level = levelId ? policy?.levels[levelId] : undefined;
  const key = profile?.keys.find((one) => one.id === keyId);
  const scopes: LimitScope[] = [];
  const add = (scope: Scope, limits: Limits | undefined) => {
    if (limits && !isEmpty(limits)) scopes.push(limitScope(memory, scope, limits, now));
  };
  add(null, level?.limits);
  add(null, profile?.limits);
  add(key?.id ?? null, key?.limits);
  return scopes;
}

function isEmpty(limits: Limits): boolean {
  for (const _ in limits) return false;
  return true;
}

function limitScope(memory: Memory, scope: Scope, limits: Limits, now: number): LimitScope {
  const { count, micro: openMicro } = memory.holds.total(scope);
  // Whose holds a crash has taken nobody knows: they count against all that the user has.
  const lostMicro = scope === null ? memory.lost.reduce((sum, lost) => sum + lost.micro, 0) : 0;
  const micro = openMicro + lostMicro;
  const capped = limits.creditsPerDay !== undefined || limits.creditsPerMonth !== undefined;
  const spent = capped ? memory.spending.of(scope, now) : NOTHING_SPENT;
  return { scope, limits, openHolds: count, heldMicro: micro, spent };
}

const NOTHING_SPENT: Spent = { dayMicro: 0, monthMicro: 0 };

/** Requests a minute, tokens a minute, requests at once: the first that says no. */
export function rateRefusal(
  scopes: readonly LimitScope[],
  window: RateWindow,
  tokens: number,
  now: number,
): Refusal | null {
  const longest = (waits: number[]) => Math.max(0, ...waits);
  const requestsWait = longest(
    scopes.map(({ scope, limits }) =>
      limits.rpm === undefined ? 0 : window.wait(scope, "requests", limits.rpm, 1, now),
    ),
  );
  if (requestsWait > 0) return { reason: "rate_limit_rpm", retryAfterMs: requestsWait };
  const tokensWait = longest(
    scopes.map(({ scope, limits }) =>
      limits.tpm === undefined
        ? 0
        : window.wait(scope, "tokens", limits.tpm, Math.min(tokens, limits.tpm), now),
    ),
  );
  if (tokensWait > 0) return { reason: "rate_limit_tpm", retryAfterMs: tokensWait };
  const full = scopes.some(
    ({ limits, openHolds }) => limits.concurrency !== undefined && openHolds >= limits.concurrency,
  );
  return full ? { reason: "rate_limit_concurrency", retryAfterMs: IN_FLIGHT_RETRY_MS } : null;
}

/** What the caller is told in `x-ratelimit-*`: of the level and the key, the tighter. */
export function rateStates(
  scopes: readonly LimitScope[],
  window: RateWindow,
  now: number,
): { requests?: RateState; tokens?: RateState } {
  const requests = tighter(
    scopes.flatMap(({ scope, limits }) =>
      limits.rpm === undefined ? [] : [window.requests(scope, limits.rpm, now)],
    ),
  );
  const tokens = tighter(
    scopes.flatMap(({ scope, limits }) =>
      limits.tpm === undefined ? [] : [window.tokens(scope, limits.tpm, now)],
    ),
  );
  return { ...(requests ? { requests } : {}), ...(tokens ? { tokens } : {}) };
}

/**
 * How much to hold: what was asked, or what caps and balance leave of it when that is no less
 * than the minimum. A free request (nothing asked) always fits.
 */
export function holdAmount(
  asked: Pick<AdmitRequest, "holdMicro" | "minimumMicro">,
  scopes: readonly LimitScope[],
  funds: { availableMicro: number; balanceMicro: number },
  now: number,
): { ok: true; micro: number } | ({ ok: false } & Refusal) {
  // A minimum above the hold is a slip of the caller that must not refuse what can be paid.
  const minimum = Math.min(asked.minimumMicro, asked.holdMicro);
  let micro = asked.holdMicro;
  for (const { scope, limits, spent, heldMicro } of scopes) {
    const room: CapRoom | null = capRoom(limits, spent, heldMicro, now);
    if (room && room.micro < minimum) {
      const reason = scope === null ? "rate_limit_daily" : "key_cap_reached";
      return { ok: false, reason, retryAfterMs: room.retryAfterMs };
    }
    if (room) micro = Math.min(micro, room.micro);
  }
  micro = Math.min(micro, funds.availableMicro);
  if (micro >= minimum) return { ok: true, micro };
  return funds.balanceMicro >= minimum
    ? { ok: false, reason: "holds_in_flight", retryAfterMs: IN_FLIGHT_RETRY_MS }
    : { ok: false, reason: "insufficient_credits" };
}

const HOLD_TTL_MAX_MS = 24 * 3_600_000;

export type NewHold = Omit<OpenHold, "earmarks" | "progressMicro" | "written">;

export function holdOf(
  request: AdmitRequest,
  keyId: string | null,
  heldMicro: number,
  now: number,
): NewHold {
  return {
    requestId: request.requestId,
    keyId,
    surface: request.surface ?? (keyId === null ? "portal" : "gateway"),
    model: request.model,
    priceVersion: request.priceVersion ?? null,
    heldMicro,
    tokens: request.tokens,
    admittedAt: now,
    expiresAt: now + Math.min(request.ttlMs, HOLD_TTL_MAX_MS),
  };
}

/** Operations of other kinds have a colon in their id: no request can take one of theirs. */
export function checkAdmission(request: AdmitRequest): void {
  if (request.requestId === "" || request.requestId.includes(":")) {
    throw new RangeError(`requestId: ${request.requestId}`);
  }
  assertMicro(request.holdMicro, "holdMicro");
  assertMicro(request.minimumMicro, "minimumMicro");
  assertMicro(request.tokens, "tokens");
  assertMicro(request.ttlMs, "ttlMs");
}

export function refused(reason: AdmitRefusal): AdmitResult {
  return { ok: false, reason };
}

export function admitted(memory: Memory, hold: OpenHold, now: number): AdmitResult {
  invariant(memory.profile !== null, "a hold has a user");
  memory.window.trim(now);
  return {
    ok: true,
    heldMicro: hold.heldMicro,
    admittedAt: hold.admittedAt,
    availableMicro: memory.book.availableMicro,
    userId: memory.profile.userId,
    email: memory.profile.email,
    ...rateStates(limitScopes(memory, hold.keyId, now), memory.window, now),
  };
}

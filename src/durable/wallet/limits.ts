/**
 * Rates and caps of one wallet. Pure: no storage, no clock.
 *
 * The rate window is an exact log of the admissions of the last minute. It costs no write of its
 * own: each admission leaves a hold row with its time and tokens, which is kept for a day, and
 * after an eviction the log is read back from there.
 */
import type { Limits } from "../../contract/config.ts";
import { creditsToMicro } from "../../core/credits.ts";
import type { RateState } from "./protocol.ts";

export const WINDOW_MS = 60_000;
export const DAY_MS = 86_400_000;
/** How soon to ask again when only requests in progress stand in the way. */
export const IN_FLIGHT_RETRY_MS = 1_000;

export interface Admission {
  requestId: string;
  /** Null: by a session. */
  keyId: string | null;
  at: number;
  /** Promised at admission, corrected to what was used at the end. */
  tokens: number;
}

/** All of the user's requests (null), or those with one key. */
export type Scope = string | null;

interface Total {
  requests: number;
  tokens: number;
  lastAt: number;
}
const NOTHING: Total = { requests: 0, tokens: 0, lastAt: 0 };

export class RateWindow {
  /** Oldest first; those before `#start` have left the window. */
  #log: Admission[] = [];
  #start = 0;
  readonly #byRequest = new Map<string, Admission>();
  readonly #totals = new Map<Scope, Total>();

  constructor(admissions: readonly Admission[]) {
    for (const admission of admissions) this.add(admission);
  }

  add(admission: Admission): void {
    this.#log.push(admission);
    this.#byRequest.set(admission.requestId, admission);
    this.#count(admission, 1, admission.tokens);
  }

  /** Replaces what was promised by what was used. */
  correct(requestId: string, tokens: number): void {
    const admission = this.#byRequest.get(requestId);
    if (!admission) return;
    this.#count(admission, 0, tokens - admission.tokens);
    admission.tokens = tokens;
  }

  /** Forgets what is older than a minute. To be called before the questions below. */
  trim(now: number): void {
    for (;;) {
      const oldest = this.#log[this.#start];
      if (!oldest || oldest.at > now - WINDOW_MS) break;
      this.#start++;
      this.#byRequest.delete(oldest.requestId);
      this.#count(oldest, -1, -oldest.tokens);
    }
    if (this.#start > 64 && this.#start * 2 > this.#log.length) {
      this.#log = this.#log.slice(this.#start);
      this.#start = 0;
    }
  }

  requests(scope: Scope, limit: number, now: number): RateState {
    const total = this.#totals.get(scope) ?? NOTHING;
    return stateOf(limit, total.requests, total, now);
  }

  tokens(scope: Scope, limit: number, now: number): RateState {
    const total = this.#totals.get(scope) ?? NOTHING;
    return stateOf(limit, total.tokens, total, now);
  }

  /** Milliseconds until `needed` more fit under the limit; 0 when they do now. */
  wait(scope: Scope, what: "requests" | "tokens", limit: number, needed: number, now: number) {
    const used = (this.#totals.get(scope) ?? NOTHING)[what];
    let excess = used + needed - limit;
    for (let at = this.#start; excess > 0; at++) {
      const admission = this.#log[at];
      if (!admission) return WINDOW_MS;
      if (scope !== null && admission.keyId !== scope) continue;
      excess -= what === "requests" ? 1 : admission.tokens;
      if (excess <= 0) return Math.max(1, admission.at + WINDOW_MS - now);
    }
    return 0;
  }

  #count(admission: Admission, requests: number, tokens: number): void {
    const scopes: Scope[] = admission.keyId === null ? [null] : [null, admission.keyId];
    for (const scope of scopes) {
      const total = this.#totals.get(scope) ?? { ...NOTHING };
      total.requests += requests;
      total.tokens += tokens;
      if (requests > 0) total.lastAt = admission.at;
      if (total.requests === 0) this.#totals.delete(scope);
      else this.#totals.set(scope, total);
    }
  }
}

function stateOf(limit: number, used: number, total: Total, now: number): RateState {
  return {
    limit,
    remaining: Math.max(0, limit - used),
    resetMs: total.requests === 0 ? 0 : Math.max(0, total.lastAt + WINDOW_MS - now),
  };
}

/** The state that will stop the caller first. */
export function tighter(states: RateState[]): RateState | undefined {
  return states.reduce<RateState | undefined>(
    (least, state) => (least && least.remaining <= state.remaining ? least : state),
    undefined,
  );
}

/** Credits spent in the current day and month (UTC), by key and in all. */
export interface Spent {
  dayMicro: number;
  monthMicro: number;
}

/** Days since 1970, UTC. */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

export function firstDayOfMonth(now: number): number {
  const date = new Date(now);
  return dayOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
}

/** What caps leave for one more hold; `retryAfterMs` says when they leave more. */
export interface CapRoom {
  micro: number;
  retryAfterMs: number;
}

/** Null where no cap is set. `heldMicro` is what open holds of the same scope may still cost. */
export function capRoom(
  limits: Limits,
  spent: Spent,
  heldMicro: number,
  now: number,
): CapRoom | null {
  const rooms: CapRoom[] = [];
  const add = (credits: number | undefined, spentMicro: number, endsAt: number) => {
    if (credits === undefined) return;
    const left = Math.max(0, creditsToMicro(credits) - spentMicro);
    const micro = Math.max(0, left - heldMicro);
    rooms.push({
      micro,
      retryAfterMs: heldMicro > 0 && left > 0 ? IN_FLIGHT_RETRY_MS : endsAt - now,
    });
  };
  const date = new Date(now);
  add(limits.creditsPerDay, spent.dayMicro, (dayOf(now) + 1) * DAY_MS);
  add(
    limits.creditsPerMonth,
    spent.monthMicro,
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1),
  );
  rooms.sort((a, b) => a.micro - b.micro || b.retryAfterMs - a.retryAfterMs);
  return rooms[0] ?? null;
}

/** The lowest threshold that a balance has fallen below; null: none. */
export function lowestCrossed(thresholds: readonly number[], balanceMicro: number): number | null {
  let lowest: number | null = null;
  for (const threshold of thresholds) {
    if (balanceMicro < threshold && (lowest === null || threshold < lowest)) lowest = threshold;
  }
  return lowest;
}

/**
 * The wallet's share of the calls that a whole site may make in a month. The site's Meter hands
 * them out in leases, so that no shared object is asked on each request. A lease is in memory
 * only: what a crash takes of it is not used again, so the limit is never passed.
 */
import type { Lease, LeaseRequest } from "../meter/protocol.ts";

const WANTED_MAX = 64;
/** Where the month is used up, others may still give back: it is asked for again after this. */
const ASK_AGAIN_MS = 30_000;

export class CallLease {
  readonly #walletId: string;
  readonly #ask: (request: LeaseRequest) => Promise<Lease>;
  #month = "";
  #left = 0;
  #expiresAt = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  /** Doubles while leases are used up before their time. */
  #wanted = 1;
  #asking: Promise<void> | null = null;

  constructor(walletId: string, ask: (request: LeaseRequest) => Promise<Lease>) {
    this.#walletId = walletId;
    this.#ask = ask;
  }

  /** Takes one call; false when the site has none left. Throws when the Meter cannot be asked. */
  async reserve(limit: number, now: number): Promise<boolean> {
    for (;;) {
      const month = monthName(now);
      const stands = this.#month === month && this.#expiresAt > now;
      if (stands && this.#left > 0) {
        this.#left--;
        return true;
      }
      if (this.#month === month && this.#refusedAt + ASK_AGAIN_MS > now) return false;
      this.#asking ??= this.#renew(limit, month, now).finally(() => {
        this.#asking = null;
      });
      await this.#asking;
    }
  }

  /** The call that was taken was not made. */
  giveBack(): void {
    this.#left++;
  }

  async #renew(limit: number, month: string, now: number): Promise<void> {
    const same = this.#month === month;
    const returned = same ? this.#left : 0;
    this.#wanted = same && returned === 0 ? Math.min(this.#wanted * 2, WANTED_MAX) : 1;
    const lease = await this.#ask({
      walletId: this.#walletId,
      operationId: crypto.randomUUID(),
      month,
      limit,
      wanted: this.#wanted,
      returned,
    });
    // What is left of another month is gone with it.
    if (!same) this.#left = 0;
    this.#month = month;
    // What was given back meanwhile is of the lease before, and still ours.
    this.#left += lease.granted - returned;
    this.#expiresAt = lease.expiresAt;
    this.#refusedAt = this.#left > 0 ? Number.NEGATIVE_INFINITY : now;
  }
}

/** Of the calendar, UTC: `2026-11`. */
function monthName(now: number): string {
  return new Date(now).toISOString().slice(0, 7);
}

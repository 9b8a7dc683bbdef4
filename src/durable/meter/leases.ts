/**
 * Calls that a site may make in a month, handed to its wallets in parts, so that no shared object
 * is asked on each request.
 *
 * 1. Σ granted − Σ returned of a month never exceeds its limit, whatever the order or repetition.
 *    After the limit was lowered below that, nothing is granted until enough has come back.
 * 2. A wallet cannot give back more than it was granted of that month, so what it gives back by
 *    mistake, or of another month, makes no room that is not there.
 * 3. A request under a known operation id is answered as it was and changes nothing.
 * 4. A grant is a small share of what remains: wallets that fall asleep over theirs keep little
 *    from the others, and the less remains the less they keep.
 */
import type { Lease, LeaseRequest } from "./protocol.ts";

/** One part in so many of what remains; with many wallets at once, each still gets something. */
const SHARE = 64;
const LEASE_MS = 600_000;
const REMEMBERED_MS = 2 * 86_400_000;
/** What a wallet holds of a month is of no use once the month has been over for this long. */
const HOLDERS_KEPT_MS = 31 * 86_400_000;

export class Leases {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** To be called in a transaction. */
  lease(request: LeaseRequest, now: number): Lease {
    check(request);
    const { walletId, operationId, month, limit, wanted } = request;
    const known = this.#answer(walletId, operationId);
    if (known) return known;
    const held = this.#held(walletId, month);
    const returned = Math.min(request.returned, held);
    const outBefore = this.calls(month).granted - returned;
    const remaining = limit - outBefore;
    const share = remaining > 0 ? Math.max(1, Math.floor(remaining / SHARE)) : 0;
    const granted = Math.min(wanted, share);
    this.#putMonth(month, outBefore + granted, limit);
    this.#putHeld(walletId, month, held - returned + granted);
    const expiresAt = Math.min(now + LEASE_MS, endOf(month));
    const lease = { month, granted, usedUp: remaining <= 0, expiresAt };
    this.#remember(walletId, operationId, lease, now);
    return lease;
  }

  calls(month: string): { granted: number; limit: number | null } {
    const [row] = this.#sql
      .exec<{ granted: number; call_limit: number }>(
        "SELECT granted, call_limit FROM months WHERE month = ?",
        month,
      )
      .toArray();
    return { granted: row?.granted ?? 0, limit: row?.call_limit ?? null };
  }

  /** Forgets what is of no use any more; answers whether more than this batch was due. */
  forget(now: number, batch: number): boolean {
    const operations = this.#sql.exec(
      `DELETE FROM lease_operations WHERE (wallet_id, operation_id) IN (
         SELECT wallet_id, operation_id FROM lease_operations WHERE at < ? ORDER BY at LIMIT ?)
       RETURNING 1`,
      now - REMEMBERED_MS,
      batch,
    );
    const holders = this.#sql.exec(
      `DELETE FROM leases WHERE (month, wallet_id) IN (
         SELECT month, wallet_id FROM leases WHERE month < ? LIMIT ?)
       RETURNING 1`,
      new Date(now - HOLDERS_KEPT_MS).toISOString().slice(0, 7),
      batch,
    );
    return operations.toArray().length === batch || holders.toArray().length === batch;
  }

  /** When there will be something to forget. */
  dueAt(): number | null {
    const { at, month } = this.#sql
      .exec<{ at: number | null; month: string | null }>(
        "SELECT (SELECT min(at) FROM lease_operations) AS at, (SELECT min(month) FROM leases) AS month",
      )
      .one();
    if (at !== null) return at + REMEMBERED_MS + 1;
    return month === null ? null : endOf(month) + HOLDERS_KEPT_MS;
  }

  #answer(walletId: string, operationId: string): Lease | null {
    const [row] = this.#sql
      .exec<{ month: string; granted: number; used_up: number; expires_at: number }>(
        `SELECT month, granted, used_up, expires_at FROM lease_operations
         WHERE wallet_id = ? AND operation_id = ?`,
        walletId,
        operationId,
      )
      .toArray();
    if (!row) return null;
    const { month, granted, used_up, expires_at } = row;
    return { month, granted, usedUp: used_up === 1, expiresAt: expires_at };
  }

  #remember(walletId: string, operationId: string, lease: Lease, now: number): void {
    this.#sql.exec(
      "INSERT INTO lease_operations VALUES (?, ?, ?, ?, ?, ?, ?)",
      walletId,
      operationId,
      now,
      lease.month,
      lease.granted,
      lease.usedUp ? 1 : 0,
      lease.expiresAt,
    );
  }

  #held(walletId: string, month: string): number {
    const [row] = this.#sql
      .exec<{ calls: number }>(
        "SELECT calls FROM leases WHERE month = ? AND wallet_id = ?",
        month,
        walletId,
      )
      .toArray();
    return row?.calls ?? 0;
  }

  #putHeld(walletId: string, month: string, calls: number): void {
    this.#sql.exec(
      "INSERT INTO leases VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET calls = excluded.calls",
      month,
      walletId,
      calls,
    );
  }

  #putMonth(month: string, granted: number, limit: number): void {
    this.#sql.exec(
      `INSERT INTO months VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET
         granted = excluded.granted, call_limit = excluded.call_limit`,
      month,
      granted,
      limit,
    );
  }
}

/** A figure that is none must not be taken for "no limit". */
function check({ month, limit, wanted, returned }: LeaseRequest): void {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new RangeError("a month is like 2026-11");
  for (const figure of [limit, wanted, returned]) {
    if (!(Number.isSafeInteger(figure) && figure >= 0)) {
      throw new RangeError("calls are counted in whole numbers from 0");
    }
  }
}

/** Milliseconds since 1970 of the start of the next month. */
function endOf(month: string): number {
  const [year, number] = month.split("-").map(Number);
  return Date.UTC(year ?? 0, number ?? 0, 1);
}

/** Every statement on the tables of a wallet. */
import type { UsageRecord } from "../../contract/usage.ts";
import type { UserProfile } from "../../core/site.ts";
import type { Grant } from "./ledger.ts";
import type { Admission } from "./limits.ts";
import type { LimitPolicy } from "./protocol.ts";
import {
  chargeOperation,
  type EntryRow,
  type HoldRow,
  type NewEntry,
  type OpenHold,
  type Resolution,
} from "./schema.ts";

export class WalletTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  // --- facts: the profile and the limits, as they were last brought

  profile(): UserProfile | null {
    return this.#fact("profile");
  }

  policy(): LimitPolicy | null {
    return this.#fact("policy");
  }

  putFact(name: "profile" | "policy", value: UserProfile | LimitPolicy): void {
    this.#sql.exec(
      "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      name,
      JSON.stringify(value),
    );
  }

  #fact<Value>(name: "profile" | "policy"): Value | null {
    const row = this.#first<{ value: string }>("SELECT value FROM facts WHERE name = ?", name);
    return row ? JSON.parse(row.value) : null;
  }

  // --- grants

  grants(): Omit<Grant, "reservedMicro">[] {
    return this.#all<{ id: number; remaining: number; expires: number | null; priority: number }>(
      `SELECT id, remaining_micro AS remaining, expires_at AS expires, priority
       FROM grants WHERE remaining_micro > 0`,
    ).map((row) => ({
      id: row.id,
      remainingMicro: row.remaining,
      expiresAt: row.expires,
      priority: row.priority,
    }));
  }

  insertGrant(grant: {
    amountMicro: number;
    expiresAt: number | null;
    priority: number;
    reason: string;
  }): number {
    return this.#sql
      .exec<{ id: number }>(
        `INSERT INTO grants (amount_micro, remaining_micro, expires_at, priority, reason)
         VALUES (?, ?, ?, ?, ?) RETURNING id`,
        grant.amountMicro,
        grant.amountMicro,
        grant.expiresAt,
        grant.priority,
        grant.reason,
      )
      .one().id;
  }

  updateGrant(grant: Grant): void {
    this.#sql.exec(
      "UPDATE grants SET remaining_micro = ? WHERE id = ?",
      grant.remainingMicro,
      grant.id,
    );
  }

  // --- holds

  openHolds(): OpenHold[] {
    return this.#all<HoldRow>("SELECT * FROM holds WHERE state = 'open'").map((row) => ({
      requestId: row.request_id,
      keyId: row.key_id,
      surface: row.surface as OpenHold["surface"],
      model: row.model,
      priceVersion: row.price_version,
      heldMicro: row.held_micro,
      progressMicro: row.progress_micro,
      earmarks: JSON.parse(row.earmarks),
      tokens: row.tokens,
      admittedAt: row.admitted_at,
      expiresAt: row.expires_at,
    }));
  }

  /** The rate window's log, oldest first. */
  admissionsSince(at: number): Admission[] {
    return this.#all<{ request_id: string; key_id: string | null; at: number; tokens: number }>(
      `SELECT request_id, key_id, admitted_at AS at, tokens FROM holds
       WHERE admitted_at > ? ORDER BY admitted_at`,
      at,
    ).map(({ request_id, key_id, at, tokens }) => ({
      requestId: request_id,
      keyId: key_id,
      at,
      tokens,
    }));
  }

  insertHold(hold: OpenHold): void {
    this.#sql.exec(
      `INSERT INTO holds (request_id, state, key_id, surface, model, price_version, held_micro,
         earmarks, tokens, admitted_at, expires_at)
       VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      hold.requestId,
      hold.keyId,
      hold.surface,
      hold.model,
      hold.priceVersion,
      hold.heldMicro,
      JSON.stringify(hold.earmarks),
      hold.tokens,
      hold.admittedAt,
      hold.expiresAt,
    );
  }

  updateProgress(requestId: string, progressMicro: number): void {
    this.#sql.exec(
      "UPDATE holds SET progress_micro = ? WHERE request_id = ?",
      progressMicro,
      requestId,
    );
  }

  /** Exactly once: a hold that is not open any more is a bug here, not a race. */
  resolveHold(requestId: string, resolution: Resolution, tokens: number, at: number): void {
    this.#sql
      .exec(
        `UPDATE holds SET state = ?, charged_micro = ?, uncollected_micro = ?, tokens = ?,
           resolved_at = ?
         WHERE request_id = ? AND state = 'open' RETURNING request_id`,
        resolution.state,
        resolution.chargedMicro,
        resolution.uncollectedMicro,
        tokens,
        at,
        requestId,
      )
      .one();
  }

  /** How a request ended: from its tombstone, or from the ledger when that was pruned. */
  resolution(requestId: string): { chargedMicro: number; uncollectedMicro: number } | null {
    const row =
      this.#first<{ charged: number; uncollected: number }>(
        `SELECT charged_micro AS charged, uncollected_micro AS uncollected FROM holds
         WHERE request_id = ? AND state <> 'open'`,
        requestId,
      ) ??
      this.#first<{ charged: number; uncollected: number }>(
        `SELECT -amount_micro AS charged, uncollected_micro AS uncollected FROM entries
         WHERE operation_id = ?`,
        chargeOperation(requestId),
      );
    return row ? { chargedMicro: row.charged, uncollectedMicro: row.uncollected } : null;
  }

  oldestHold(): number | null {
    const row = this.#first<{ at: number }>(
      "SELECT admitted_at AS at FROM holds ORDER BY admitted_at LIMIT 1",
    );
    return row?.at ?? null;
  }

  /** Answers whether more than this batch was due. */
  pruneHolds(before: number, batch: number): boolean {
    const cursor = this.#sql.exec(
      `DELETE FROM holds WHERE request_id IN (
         SELECT request_id FROM holds
         WHERE admitted_at < ? AND state <> 'open' AND resolved_at < ? LIMIT ?
       ) RETURNING 1`,
      before,
      before,
      batch,
    );
    return cursor.toArray().length === batch;
  }

  // --- entries

  /** The running balance; 0 for a wallet without entries. */
  lastBalance(): number {
    const row = this.#first<{ balance: number }>(
      "SELECT balance_micro AS balance FROM entries ORDER BY seq DESC LIMIT 1",
    );
    return row?.balance ?? 0;
  }

  hasEntry(operationId: string): boolean {
    return this.#first("SELECT 1 FROM entries WHERE operation_id = ?", operationId) !== null;
  }

  insertEntry(entry: NewEntry, balanceMicro: number): void {
    this.#sql.exec(
      `INSERT INTO entries (operation_id, type, amount_micro, balance_micro, request_id, held_micro,
         uncollected_micro, usage_source, model, price_version, reason, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.operationId,
      entry.type,
      entry.amountMicro,
      balanceMicro,
      entry.requestId ?? null,
      entry.heldMicro ?? null,
      entry.uncollectedMicro ?? null,
      entry.usageSource ?? null,
      entry.model ?? null,
      entry.priceVersion ?? null,
      entry.reason ?? null,
      entry.at,
    );
  }

  /** Newest first, from before a number. */
  entries(before: number, limit: number): EntryRow[] {
    return this.#all<EntryRow>(
      "SELECT * FROM entries WHERE seq < ? ORDER BY seq DESC LIMIT ?",
      before,
      limit,
    );
  }

  // --- spending by day and key, for caps

  spendingSince(day: number): { day: number; key_id: string; micro: number }[] {
    return this.#all("SELECT day, key_id, micro FROM spending WHERE day >= ?", day);
  }

  addSpending(day: number, keyId: string | null, micro: number): void {
    this.#sql.exec(
      `INSERT INTO spending (day, key_id, micro) VALUES (?, ?, ?)
       ON CONFLICT (day, key_id) DO UPDATE SET micro = micro + excluded.micro`,
      day,
      keyId ?? "",
      micro,
    );
  }

  pruneSpending(beforeDay: number): void {
    this.#sql.exec("DELETE FROM spending WHERE day < ?", beforeDay);
  }

  // --- sessions that were signed out

  revokedSessions(): { session_id: string; expires_at: number }[] {
    return this.#all("SELECT session_id, expires_at FROM revoked_sessions");
  }

  revokeSession(sessionId: string, expiresAt: number, now: number): void {
    this.#sql.exec("DELETE FROM revoked_sessions WHERE expires_at <= ?", now);
    this.#sql.exec(
      "INSERT INTO revoked_sessions (session_id, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
      sessionId,
      expiresAt,
    );
  }

  // --- outbox: usage records on their way to the Meter

  enqueue(record: UsageRecord): void {
    this.#sql.exec("INSERT INTO outbox (record) VALUES (?)", JSON.stringify(record));
  }

  /** The oldest that wait, in order. */
  waiting(limit: number): { seq: number; record: string }[] {
    return this.#all("SELECT seq, record FROM outbox ORDER BY seq LIMIT ?", limit);
  }

  dequeue(upTo: number): void {
    this.#sql.exec("DELETE FROM outbox WHERE seq <= ?", upTo);
  }

  #all<Row extends Record<string, SqlStorageValue>>(
    statement: string,
    ...values: SqlStorageValue[]
  ): Row[] {
    return this.#sql.exec<Row>(statement, ...values).toArray();
  }

  #first<Row extends Record<string, SqlStorageValue>>(
    statement: string,
    ...values: SqlStorageValue[]
  ): Row | null {
    return this.#sql.exec<Row>(statement, ...values).toArray()[0] ?? null;
  }
}

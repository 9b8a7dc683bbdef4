/** Every statement on the tables of money: grants, holds, entries. */
import type { EntryType } from "../../contract/wallet.ts";
import type { Grant } from "./ledger.ts";
import type { Admission } from "./limits.ts";
import type { EntryRow, HoldRow, NewEntry, OpenHold, PeriodRow } from "./schema.ts";

/** What a page of the statement asks for; `before` is a number of an entry. */
export interface EntryQuery {
  before: number;
  limit: number;
  from?: number | undefined;
  to?: number | undefined;
  types?: readonly EntryType[] | undefined;
  keyId?: string | undefined;
  model?: string | undefined;
  requestId?: string | undefined;
}

export class WalletTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  // --- grants

  grants(): (Omit<Grant, "reservedMicro"> & { amountMicro: number; reason: string })[] {
    return this.#all<{
      id: number;
      amount: number;
      remaining: number;
      expires: number | null;
      priority: number;
      reason: string;
    }>(
      `SELECT id, amount_micro AS amount, remaining_micro AS remaining, expires_at AS expires,
         priority, reason
       FROM grants WHERE remaining_micro > 0`,
    ).map((row) => ({
      id: row.id,
      amountMicro: row.amount,
      remainingMicro: row.remaining,
      expiresAt: row.expires,
      priority: row.priority,
      reason: row.reason,
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
    return this.#all<HoldRow>("SELECT * FROM holds").map((row) => ({
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
      written: true,
    }));
  }

  insertHold(hold: OpenHold): void {
    this.#sql.exec(
      "INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      hold.requestId,
      hold.keyId,
      hold.surface,
      hold.model,
      hold.priceVersion,
      hold.heldMicro,
      hold.progressMicro,
      JSON.stringify(hold.earmarks),
      hold.tokens,
      hold.admittedAt,
      hold.expiresAt,
    );
  }

  updateProgress(requestId: string, progressMicro: number): void {
    this.#sql
      .exec(
        "UPDATE holds SET progress_micro = ? WHERE request_id = ? RETURNING 1",
        progressMicro,
        requestId,
      )
      .one();
  }

  /** Exactly once: a hold that has no row any more is a bug here, not a race. */
  deleteHold(requestId: string): void {
    this.#sql.exec("DELETE FROM holds WHERE request_id = ? RETURNING 1", requestId).one();
  }

  insertRelease(hold: Pick<OpenHold, "requestId" | "keyId" | "tokens" | "admittedAt">, at: number) {
    this.#sql.exec(
      "INSERT INTO releases VALUES (?, ?, ?, ?, ?)",
      hold.requestId,
      hold.keyId,
      hold.tokens,
      hold.admittedAt,
      at,
    );
  }

  /** How a request ended; null when it has not, or was never here. */
  resolution(requestId: string): { chargedMicro: number; uncollectedMicro: number } | null {
    const charge = this.#first<{ charged: number; uncollected: number }>(
      `SELECT -amount_micro AS charged, uncollected_micro AS uncollected FROM entries
       WHERE operation_id = ? AND type = 'charge'`,
      requestId,
    );
    if (charge) return { chargedMicro: charge.charged, uncollectedMicro: charge.uncollected };
    const released = this.#first("SELECT 1 FROM releases WHERE request_id = ?", requestId);
    return released ? { chargedMicro: 0, uncollectedMicro: 0 } : null;
  }

  /** Charged or released before. */
  hasEnded(requestId: string): boolean {
    const row = this.#first(
      `SELECT 1 FROM entries WHERE operation_id = ?
       UNION ALL SELECT 1 FROM releases WHERE request_id = ?`,
      requestId,
      requestId,
    );
    return row !== null;
  }

  oldestRelease(): number | null {
    return this.#first<{ at: number | null }>("SELECT min(at) AS at FROM releases")?.at ?? null;
  }

  /** Answers whether more than this batch was due. */
  pruneReleases(before: number, batch: number): boolean {
    const cursor = this.#sql.exec(
      `DELETE FROM releases WHERE request_id IN (
         SELECT request_id FROM releases WHERE at < ? LIMIT ?
       ) RETURNING 1`,
      before,
      batch,
    );
    return cursor.toArray().length === batch;
  }

  /**
   * The log of the rate window: what was admitted since then and has ended, or stands in a row.
   * Entries lie in the order of their end, which is never before their admission.
   */
  admissionsSince(at: number): Admission[] {
    const admissions = this.#all<AdmissionRow>(
      `SELECT request_id, key_id, admitted_at, tokens FROM holds WHERE admitted_at > ?
       UNION ALL SELECT request_id, key_id, admitted_at, tokens FROM releases
         WHERE admitted_at > ?`,
      at,
      at,
    );
    const newest = this.#sql.exec<AdmissionRow & { at: number }>(
      `SELECT operation_id AS request_id, key_id, admitted_at, tokens, at FROM entries
       WHERE type = 'charge' ORDER BY seq DESC`,
    );
    for (const row of newest) {
      if (row.at <= at) break;
      if (row.admitted_at !== null && row.admitted_at > at) admissions.push(row);
    }
    return admissions
      .map(({ request_id, key_id, admitted_at, tokens }) => ({
        requestId: request_id,
        keyId: key_id,
        at: admitted_at ?? 0,
        tokens: tokens ?? 0,
      }))
      .sort((a, b) => a.at - b.at);
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
      `INSERT INTO entries (operation_id, type, amount_micro, balance_micro, held_micro,
         uncollected_micro, usage_source, model, key_id, price_version, tokens, admitted_at,
         reason, actor, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.operationId,
      entry.type,
      entry.amountMicro,
      balanceMicro,
      entry.heldMicro ?? null,
      entry.uncollectedMicro ?? null,
      entry.usageSource ?? null,
      entry.model ?? null,
      entry.keyId ?? null,
      entry.priceVersion ?? null,
      entry.tokens ?? null,
      entry.admittedAt ?? null,
      entry.reason ?? null,
      entry.actor ?? null,
      entry.at,
    );
  }

  /** Newest first, from before a number. */
  entries(query: EntryQuery): EntryRow[] {
    const conditions = ["seq < ?"];
    const values: SqlStorageValue[] = [query.before];
    const add = (condition: string, value: SqlStorageValue | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    add("seq >= ?", query.from === undefined ? undefined : this.#firstSince(query.from));
    add("seq < ?", query.to === undefined ? undefined : this.#firstSince(query.to));
    add("key_id = ?", query.keyId);
    add("model = ?", query.model);
    add("operation_id = ?", query.requestId);
    if (query.types) {
      conditions.push(`type IN (${query.types.map(() => "?").join(", ")})`);
      values.push(...query.types);
    }
    return this.#all<EntryRow>(
      `SELECT * FROM entries WHERE ${conditions.join(" AND ")} ORDER BY seq DESC LIMIT ?`,
      ...values,
      query.limit,
    );
  }

  /** Totals of the months whose entries were folded together, oldest first. */
  periods(): PeriodRow[] {
    return this.#all<PeriodRow>("SELECT * FROM periods ORDER BY month, type, model, key_id");
  }

  /** The last entry stays, since it has the running balance. */
  oldestFoldable(): number | null {
    const row = this.#first<{ at: number }>(
      `SELECT at FROM entries WHERE seq < (SELECT max(seq) FROM entries) ORDER BY seq LIMIT 1`,
    );
    return row?.at ?? null;
  }

  /**
   * Folds the oldest entries from before a time into totals of their months. Answers whether more
   * than this batch was due.
   */
  compact(before: number, batch: number): boolean {
    const due = this.#all<{ seq: number; at: number }>(
      `SELECT seq, at FROM entries WHERE seq < (SELECT max(seq) FROM entries)
       ORDER BY seq LIMIT ?`,
      batch,
    );
    const end = due.findIndex((row) => row.at >= before);
    const last = end < 0 ? due.at(-1) : due[end - 1];
    if (!last) return false;
    this.#sql.exec(
      `INSERT INTO periods
       SELECT strftime('%Y-%m', at / 1000, 'unixepoch'), type, coalesce(model, ''),
         coalesce(key_id, ''), count(*), sum(amount_micro), coalesce(sum(uncollected_micro), 0)
       FROM entries WHERE seq <= ? GROUP BY 1, 2, 3, 4
       ON CONFLICT DO UPDATE SET
         entries = entries + excluded.entries,
         amount_micro = amount_micro + excluded.amount_micro,
         uncollected_micro = uncollected_micro + excluded.uncollected_micro`,
      last.seq,
    );
    // The trigger that keeps entries lets go of these.
    this.#sql.exec("INSERT OR REPLACE INTO facts VALUES ('compacted', ?)", String(last.seq));
    this.#sql.exec("DELETE FROM entries WHERE seq <= ?", last.seq);
    return end < 0 && due.length === batch;
  }

  /** What was charged since a time, by key, for caps. */
  chargedSince(at: number): { keyId: string | null; micro: number }[] {
    return this.#all<{ keyId: string | null; micro: number }>(
      `SELECT key_id AS keyId, -sum(amount_micro) AS micro FROM entries
       WHERE seq >= ? AND type = 'charge' GROUP BY key_id`,
      this.#firstSince(at),
    );
  }

  /**
   * The number of the first entry from a time on. Found by halving: entries lie in the order of
   * time, and an index would cost every one of them more than this costs the few who ask.
   */
  #firstSince(at: number): number {
    const ends = this.#first<{ low: number; high: number }>(
      "SELECT coalesce(min(seq), 0) AS low, coalesce(max(seq), -1) AS high FROM entries",
    );
    let { low, high } = ends ?? { low: 0, high: -1 };
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const entry = this.#first<{ seq: number; at: number }>(
        "SELECT seq, at FROM entries WHERE seq >= ? ORDER BY seq LIMIT 1",
        middle,
      );
      if (entry && entry.at < at) low = entry.seq + 1;
      else high = middle - 1;
    }
    return low;
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

type AdmissionRow = {
  request_id: string;
  key_id: string | null;
  admitted_at: number | null;
  tokens: number | null;
};

/**
 * Every statement on the tables that hold no money: what was brought to the wallet (profile,
 * terms), what it has to remember, and the outbox.
 */
import type { UsageRecord } from "../../contract/usage.ts";
import type { UserProfile } from "../../core/site.ts";
import type { LimitPolicy } from "./protocol.ts";
import type { LostHold } from "./schema.ts";

/** What a wallet remembers in one row each, as JSON. */
export interface Facts {
  /** As it was last brought. */
  profile: UserProfile;
  policy: LimitPolicy;
  /** The month of the user for which credits were granted last, and how many in all. */
  monthly: { startsAt: number; endsAt: number; micro: number };
  /** The lowest threshold that the user has been told of since the balance was above all. */
  low: { thresholdMicro: number };
  /** The bound of holds without a row. */
  escrow: { boundMicro: number; ttlMs: number };
  lost: LostHold[];
  /** Sessions that were signed out → when they would have expired anyway. */
  revoked: Record<string, number>;
}

/** `usage`: a usage record; `notice`: something the site should know of. */
export type OutboxKind = "usage" | "notice";
export interface OutboxRow {
  seq: number;
  kind: OutboxKind;
  record: string;
}

export class WalletNotes {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  facts(): Partial<Facts> {
    const rows = this.#sql
      .exec<{ name: string; value: string }>("SELECT name, value FROM facts")
      .toArray();
    return Object.fromEntries(rows.map((row) => [row.name, JSON.parse(row.value)]));
  }

  putFact<Name extends keyof Facts>(name: Name, value: Facts[Name]): void {
    this.#sql.exec(
      "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      name,
      JSON.stringify(value),
    );
  }

  dropFact(name: keyof Facts): void {
    this.#sql.exec("DELETE FROM facts WHERE name = ?", name);
  }

  // --- outbox: what is on its way to the Meter

  enqueue(kind: OutboxKind, record: object): void {
    this.#sql.exec("INSERT INTO outbox (kind, record) VALUES (?, ?)", kind, JSON.stringify(record));
  }

  /** The oldest that wait behind a number, in order. */
  waiting(after: number, limit: number): OutboxRow[] {
    return this.#sql
      .exec<OutboxRow & Record<string, SqlStorageValue>>(
        "SELECT seq, kind, record FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?",
        after,
        limit,
      )
      .toArray();
  }

  /** The usage record of a request that is still here. */
  pending(requestId: string): UsageRecord | null {
    const [row] = this.#sql
      .exec<{ record: string }>(
        "SELECT record FROM outbox WHERE kind = 'usage' AND record ->> 'request_id' = ?",
        requestId,
      )
      .toArray();
    return row ? JSON.parse(row.record) : null;
  }

  dequeue(upTo: number): void {
    this.#sql.exec("DELETE FROM outbox WHERE seq <= ?", upTo);
  }
}

/** The tables of an Idempotency object, and every statement on them. Times are milliseconds since 1970. */
import type { ClaimRequest, Holder, KeptAnswer } from "./protocol.ts";

/** A row holds at most 2 MB. */
const PART_BYTES = 1024 * 1024;

export const STEPS = [
  `
  CREATE TABLE claims (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    request_id TEXT NOT NULL,
    claimed_at INTEGER NOT NULL,
    runs_until INTEGER,
    status INTEGER,
    headers TEXT,
    bytes INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX claims_by_time ON claims (claimed_at);
  CREATE INDEX claims_with_answer ON claims (claimed_at) WHERE bytes > 0;

  CREATE TABLE answer_parts (
    key TEXT NOT NULL,
    part INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (key, part)
  );

  CREATE TABLE answer_total (only INTEGER PRIMARY KEY CHECK (only = 1), bytes INTEGER NOT NULL);
  INSERT INTO answer_total VALUES (1, 0);
  CREATE TRIGGER answer_kept AFTER UPDATE OF bytes ON claims BEGIN
    UPDATE answer_total SET bytes = bytes + new.bytes - old.bytes;
  END;
  CREATE TRIGGER answer_gone AFTER DELETE ON claims WHEN old.bytes > 0 BEGIN
    UPDATE answer_total SET bytes = bytes - old.bytes;
  END;
  `,
];

type Row = {
  key: string;
  fingerprint: string;
  request_id: string;
  /** Null once the request has ended. */
  runs_until: number | null;
  /** Null where no answer is kept. */
  status: number | null;
  headers: string | null;
  bytes: number;
};

export class ClaimTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(key: string): Row | null {
    return this.#sql.exec<Row>("SELECT * FROM claims WHERE key = ?", key).toArray()[0] ?? null;
  }

  insert({ key, fingerprint, requestId, ttlMs }: ClaimRequest, now: number): void {
    const query =
      "INSERT INTO claims (key, fingerprint, request_id, claimed_at, runs_until) VALUES (?, ?, ?, ?, ?)";
    this.#sql.exec(query, key, fingerprint, requestId, now, now + ttlMs);
  }

  /** Whether the claim is the holder's and has no answer yet. */
  isOpen({ key, requestId }: Holder): boolean {
    const row = this.find(key);
    return row?.request_id === requestId && row.status === null;
  }

  end({ key }: Holder): void {
    this.#sql.exec("UPDATE claims SET runs_until = NULL WHERE key = ?", key);
  }

  putAnswer({ key }: Holder, { status, headers, body }: KeptAnswer): void {
    const query = "UPDATE claims SET status = ?, headers = ?, bytes = ? WHERE key = ?";
    this.#sql.exec(query, status, JSON.stringify(headers), body.byteLength, key);
    for (let at = 0; at < body.byteLength; at += PART_BYTES) {
      const data = body.slice(at, at + PART_BYTES).buffer;
      const insert = "INSERT INTO answer_parts (key, part, data) VALUES (?, ?, ?)";
      this.#sql.exec(insert, key, at / PART_BYTES, data);
    }
  }

  answerOf({ key, status, headers, bytes }: Row): KeptAnswer | null {
    if (status === null || headers === null) return null;
    const body = new Uint8Array(bytes);
    const query = "SELECT data FROM answer_parts WHERE key = ? ORDER BY part";
    let at = 0;
    for (const { data } of this.#sql.exec<{ data: ArrayBuffer }>(query, key)) {
      body.set(new Uint8Array(data), at);
      at += data.byteLength;
    }
    return { status, headers: JSON.parse(headers) as Record<string, string>, body };
  }

  /** The sum of all answers' sizes. */
  answerBytes(): number {
    return this.#sql.exec<{ bytes: number }>("SELECT bytes FROM answer_total").one().bytes;
  }

  /** Gives up the answer that was asked for first. */
  dropOldestAnswer(): void {
    const query = "SELECT key FROM claims WHERE bytes > 0 ORDER BY claimed_at LIMIT 1";
    const { key } = this.#sql.exec<{ key: string }>(query).one();
    this.#sql.exec("DELETE FROM answer_parts WHERE key = ?", key);
    const empty = "UPDATE claims SET status = NULL, headers = NULL, bytes = 0 WHERE key = ?";
    this.#sql.exec(empty, key);
  }

  delete(key: string): void {
    this.#sql.exec("DELETE FROM answer_parts WHERE key = ?", key);
    this.#sql.exec("DELETE FROM claims WHERE key = ?", key);
  }

  /** Forgets claims that were made until then. */
  forget(until: number): void {
    const parts =
      "DELETE FROM answer_parts WHERE key IN (SELECT key FROM claims WHERE claimed_at <= ?)";
    this.#sql.exec(parts, until);
    this.#sql.exec("DELETE FROM claims WHERE claimed_at <= ?", until);
  }

  /** When the oldest claim was made; null when there is none. */
  oldestAt(): number | null {
    const query = "SELECT min(claimed_at) AS oldest FROM claims";
    return this.#sql.exec<{ oldest: number | null }>(query).one().oldest;
  }
}

/** The table of a ResponseCache, and every statement on it. Times are milliseconds since 1970. */
import type { CacheState } from "./protocol.ts";

export const STEPS = [
  `
  CREATE TABLE cached_answers (
    key TEXT PRIMARY KEY,
    stored_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    answer TEXT NOT NULL
  );
  CREATE INDEX cached_answers_by_end ON cached_answers (expires_at);

  CREATE TABLE cached_total (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    answers INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    purged_at INTEGER NOT NULL
  );
  INSERT INTO cached_total VALUES (1, 0, 0, 0);
  CREATE TRIGGER answer_stored AFTER INSERT ON cached_answers BEGIN
    UPDATE cached_total SET answers = answers + 1, bytes = bytes + new.bytes;
  END;
  CREATE TRIGGER answer_dropped AFTER DELETE ON cached_answers BEGIN
    UPDATE cached_total SET answers = answers - 1, bytes = bytes - old.bytes;
  END;
  `,
];

export interface Entry {
  key: string;
  answer: string;
  bytes: number;
  storedAt: number;
  expiresAt: number;
}

export class CacheTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Stored after `since`, and not over. */
  find(key: string, since: number, now: number): string | null {
    const query =
      "SELECT answer FROM cached_answers WHERE key = ? AND stored_at > ? AND expires_at > ?";
    return this.#sql.exec<{ answer: string }>(query, key, since, now).toArray()[0]?.answer ?? null;
  }

  put({ key, answer, bytes, storedAt, expiresAt }: Entry): void {
    // Not replaced: that would delete without the trigger.
    this.#sql.exec("DELETE FROM cached_answers WHERE key = ?", key);
    const query =
      "INSERT INTO cached_answers (key, stored_at, expires_at, bytes, answer) VALUES (?, ?, ?, ?, ?)";
    this.#sql.exec(query, key, storedAt, expiresAt, bytes, answer);
  }

  state(): CacheState {
    const query = "SELECT answers, bytes FROM cached_total";
    return this.#sql.exec<{ answers: number; bytes: number }>(query).one();
  }

  purge(now: number): void {
    this.#sql.exec("DELETE FROM cached_answers");
    this.#sql.exec("UPDATE cached_total SET purged_at = ?", now);
  }

  purgedAt(): number {
    return this.#sql.exec<{ at: number }>("SELECT purged_at AS at FROM cached_total").one().at;
  }

  forget(now: number): void {
    this.#sql.exec("DELETE FROM cached_answers WHERE expires_at <= ?", now);
  }

  dropFirst(): void {
    this.#sql.exec(
      "DELETE FROM cached_answers WHERE key = (SELECT key FROM cached_answers ORDER BY expires_at LIMIT 1)",
    );
  }
}

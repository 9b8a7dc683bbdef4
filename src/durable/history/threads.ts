/**
 * Conversations that clients of the API name, and what the platforms call them. The names are
 * hashes that the API makes; see services/chat/thread.ts.
 */
import { THREADS as LIMITS } from "./limits.ts";

export class ThreadTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(name: string, nowMs: number): string | null {
    const query = "SELECT upstream FROM threads WHERE name = ? AND used_at > ?";
    const [row] = this.#sql.exec<{ upstream: string }>(query, name, nowMs - LIMITS.keptMs);
    return row?.upstream ?? null;
  }

  /** To be called in a transaction. One that the platform names too long for us is not kept. */
  keep(name: string, upstream: string, nowMs: number): void {
    if (upstream.length > LIMITS.characters) return;
    const insert = `INSERT INTO threads (name, upstream, used_at) VALUES (?1, ?2, ?3)
      ON CONFLICT (name) DO UPDATE SET upstream = ?2, used_at = ?3`;
    this.#sql.exec(insert, name, upstream, nowMs);
    const surplus = `DELETE FROM threads WHERE name IN
      (SELECT name FROM threads ORDER BY used_at DESC, name LIMIT 20 OFFSET ?)`;
    this.#sql.exec(surplus, LIMITS.threads);
  }

  /** Takes away at most `limit` of those that nobody has gone on with for long enough. */
  purge(nowMs: number, limit: number): void {
    const query = `DELETE FROM threads WHERE name IN
      (SELECT name FROM threads WHERE used_at <= ? ORDER BY used_at LIMIT ?)`;
    this.#sql.exec(query, nowMs - LIMITS.keptMs, limit);
  }

  deleteAll(): void {
    this.#sql.exec("DELETE FROM threads");
  }

  /** When the next one is to be taken away; null where there is none. */
  nextPurgeAt(): number | null {
    const query = "SELECT MIN(used_at) AS first FROM threads";
    const { first } = this.#sql.exec<{ first: number | null }>(query).one();
    return first === null ? null : first + LIMITS.keptMs;
  }
}

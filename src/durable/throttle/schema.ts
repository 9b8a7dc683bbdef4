/** The table of a Throttle, and every statement on it. Times are milliseconds since 1970. */
export const STEPS = [
  `
  CREATE TABLE attempts (at INTEGER NOT NULL, until INTEGER NOT NULL);
  CREATE INDEX attempts_by_time ON attempts (at);
  `,
];

export class ThrottleTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Attempts after a time, oldest first. */
  since(at: number): number[] {
    return this.#sql
      .exec<{ at: number }>("SELECT at FROM attempts WHERE at > ? ORDER BY at", at)
      .toArray()
      .map((row) => row.at);
  }

  insert(at: number, until: number): void {
    this.#sql.exec("INSERT INTO attempts (at, until) VALUES (?, ?)", at, until);
  }

  forget(now: number): void {
    this.#sql.exec("DELETE FROM attempts WHERE until <= ?", now);
  }

  clear(): void {
    this.#sql.exec("DELETE FROM attempts");
  }

  /** When the last attempt stops counting; null when none is left. */
  lastUntil(): number | null {
    return this.#sql
      .exec<{ until: number | null }>("SELECT max(until) AS until FROM attempts")
      .one().until;
  }
}

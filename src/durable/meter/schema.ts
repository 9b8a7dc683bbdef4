/**
 * The tables of a Meter, and every statement on them.
 *
 * `records` lies in the order of time, so that a page of the request log and a span of it are one
 * walk; `rollups` has one row for each hour and combination of dimensions. Times are milliseconds
 * since 1970, an absent dimension is an empty text.
 */
import type { UsageRecord } from "../../contract/usage.ts";
import type { RequestFilter, UsageQuery } from "./protocol.ts";

export const STEPS = [
  `
  CREATE TABLE records (
    at INTEGER NOT NULL,
    request_id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_email TEXT NOT NULL,
    key_id TEXT NOT NULL,
    model TEXT NOT NULL,
    connection TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (at, request_id)
  ) WITHOUT ROWID;
  CREATE TABLE rollups (
    hour INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    model TEXT NOT NULL,
    connection TEXT NOT NULL,
    key_id TEXT NOT NULL,
    surface TEXT NOT NULL,
    status TEXT NOT NULL,
    calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    charged_micro INTEGER NOT NULL,
    uncollected_micro INTEGER NOT NULL,
    first_byte_ms_sum REAL NOT NULL,
    first_byte_count INTEGER NOT NULL,
    PRIMARY KEY (hour, user_id, model, connection, key_id, surface, status)
  ) WITHOUT ROWID;
  CREATE TABLE users (user_id TEXT PRIMARY KEY, email TEXT NOT NULL) WITHOUT ROWID;
  `,
];

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Where a page of the request log begins: before this record. */
export interface Cursor {
  at: number;
  requestId: string;
}

export interface Totals {
  at: number;
  key: string;
  calls: number;
  errors: number;
  input_tokens: number;
  output_tokens: number;
  charged_micro: number;
  first_byte_ms_sum: number;
  first_byte_count: number;
  [column: string]: SqlStorageValue;
}

/** Column by which each dimension is grouped; people are shown by e-mail. */
const DIMENSION_COLUMNS: Record<NonNullable<UsageQuery["by"]>, string> = {
  model: "model",
  user: "coalesce(email, rollups.user_id)",
  connection: "connection",
  key: "key_id",
  surface: "surface",
  status: "status",
};

export class MeterTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** False when the record was known already. */
  insertRecord(record: UsageRecord, at: number): boolean {
    const inserted = this.#sql.exec(
      `INSERT INTO records (at, request_id, status, user_id, user_email, key_id, model, connection,
         record)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1`,
      at,
      record.request_id,
      record.status,
      record.user_id,
      record.user_email,
      record.key_id ?? "",
      record.model,
      record.connection ?? "",
      JSON.stringify(record),
    );
    return inserted.toArray().length === 1;
  }

  addToRollup(record: UsageRecord, at: number): void {
    const firstByte = record.timings.first_byte;
    this.#sql.exec(
      `INSERT INTO rollups VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         calls = calls + 1,
         input_tokens = input_tokens + excluded.input_tokens,
         output_tokens = output_tokens + excluded.output_tokens,
         charged_micro = charged_micro + excluded.charged_micro,
         uncollected_micro = uncollected_micro + excluded.uncollected_micro,
         first_byte_ms_sum = first_byte_ms_sum + excluded.first_byte_ms_sum,
         first_byte_count = first_byte_count + excluded.first_byte_count`,
      Math.floor(at / HOUR_MS) * HOUR_MS,
      record.user_id,
      record.model,
      record.connection ?? "",
      record.key_id ?? "",
      record.surface,
      record.status,
      figure(record.tokens.input),
      figure(record.tokens.output),
      figure(record.charged_micro),
      figure(record.uncollected_micro),
      figure(firstByte),
      Number.isFinite(firstByte) ? 1 : 0,
    );
  }

  rememberUser(userId: string, email: string): void {
    this.#sql.exec(
      `INSERT INTO users (user_id, email) VALUES (?, ?)
       ON CONFLICT (user_id) DO UPDATE SET email = excluded.email WHERE email <> excluded.email`,
      userId,
      email,
    );
  }

  record(requestId: string): UsageRecord | null {
    const [row] = this.#sql
      .exec<{ record: string }>("SELECT record FROM records WHERE request_id = ?", requestId)
      .toArray();
    return row ? JSON.parse(row.record) : null;
  }

  /** Newest first. */
  records(
    filter: RequestFilter,
    before: Cursor | null,
    limit: number,
  ): { at: number; requestId: string; record: UsageRecord }[] {
    const conditions: string[] = [];
    const values: SqlStorageValue[] = [];
    const add = (condition: string, ...bound: SqlStorageValue[]) => {
      conditions.push(condition);
      values.push(...bound);
    };
    if (before) add("(at, request_id) < (?, ?)", before.at, before.requestId);
    if (filter.from !== undefined) add("at >= ?", filter.from);
    if (filter.to !== undefined) add("at < ?", filter.to);
    if (filter.model !== undefined) add("model = ?", filter.model);
    if (filter.connection !== undefined) add("connection = ?", filter.connection);
    if (filter.key !== undefined) add("key_id = ?", filter.key);
    if (filter.status !== undefined) add("status = ?", filter.status);
    if (filter.user !== undefined) {
      // instr, not LIKE: what a person types is text, not a pattern.
      add("(user_id = ? OR instr(user_email, ?) > 0)", filter.user, filter.user.toLowerCase());
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
    return this.#sql
      .exec<{ at: number; request_id: string; record: string }>(
        `SELECT at, request_id, record FROM records ${where}
         ORDER BY at DESC, request_id DESC LIMIT ?`,
        ...values,
        limit,
      )
      .toArray()
      .map((row) => ({
        at: row.at,
        requestId: row.request_id,
        record: JSON.parse(row.record),
      }));
  }

  /** Roll-ups of whole hours, summed by step and dimension, oldest first. */
  totals(query: UsageQuery): Totals[] {
    const stepMs = query.step === "day" ? DAY_MS : HOUR_MS;
    const key = query.by === undefined ? "''" : DIMENSION_COLUMNS[query.by];
    return this.#sql
      .exec<Totals>(
        `SELECT hour - hour % ${stepMs} AS at, ${key} AS key,
           sum(calls) AS calls,
           sum(CASE WHEN status IN ('error', 'expired') THEN calls ELSE 0 END) AS errors,
           sum(input_tokens) AS input_tokens,
           sum(output_tokens) AS output_tokens,
           sum(charged_micro) AS charged_micro,
           sum(first_byte_ms_sum) AS first_byte_ms_sum,
           sum(first_byte_count) AS first_byte_count
         FROM rollups LEFT JOIN users ON users.user_id = rollups.user_id
         WHERE hour >= ? AND hour < ?
         GROUP BY 1, 2 ORDER BY 1, 2`,
        Math.floor(query.from / HOUR_MS) * HOUR_MS,
        query.to,
      )
      .toArray();
  }

  countUsers(from: number, to: number): number {
    return this.#sql
      .exec<{ users: number }>(
        "SELECT count(DISTINCT user_id) AS users FROM rollups WHERE hour >= ? AND hour < ?",
        Math.floor(from / HOUR_MS) * HOUR_MS,
        to,
      )
      .one().users;
  }
}

/** A figure that is not one (a NaN crosses the outbox as null) counts nothing. */
function figure(value: number | null): number {
  return value !== null && Number.isFinite(value) ? value : 0;
}

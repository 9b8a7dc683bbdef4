/**
 * Sums over the records, by hour and every dimension; after two months by day (UTC), for ever. A
 * day is a row of its first hour, so hours and days are asked for in one way.
 */
import type { RecordRow } from "./packing.ts";
import type { UsageQuery } from "./protocol.ts";
import { EMPTY } from "./words.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
const DAY_HOURS = 24;

/** Dimensions are numbers of words, 0 for none. */
const DIMENSIONS = ["user", "model", "connection", "key_id", "surface", "status"] as const;
const FIGURES = [
  "calls",
  "input_tokens",
  "output_tokens",
  "charged_micro",
  "uncollected_micro",
  "cost_micro",
  "first_byte_ms_sum",
  "first_byte_count",
] as const;
const KEY = ["hour", ...DIMENSIONS].join(", ");
const ADD = `ON CONFLICT DO UPDATE SET ${FIGURES.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}`;
const INSERT = `INSERT INTO rollups (${KEY}, ${FIGURES.join(", ")})
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ${ADD}`;

interface Sums {
  key: number[];
  figures: number[];
}

export interface Totals {
  at: number;
  key: string;
  calls: number;
  errors: number;
  input_tokens: number;
  output_tokens: number;
  charged_micro: number;
  cost_micro: number;
  first_byte_ms_sum: number;
  first_byte_count: number;
  [column: string]: SqlStorageValue;
}

/** Number of the word by which each dimension is grouped; people are shown by e-mail. */
const DIMENSION_WORDS: Record<NonNullable<UsageQuery["by"]>, string> = {
  model: "model",
  user: "coalesce(users.email, rollups.user)",
  connection: "connection",
  key: "key_id",
  surface: "surface",
  status: "status",
};

export class Rollups {
  readonly #sql: SqlStorage;
  /** Hours before this one (a day's first) are summed up to days. */
  #hourlyFrom: number;
  /** The latest e-mail of users who were met: most records have nothing new to say of it. */
  readonly #emails = new Map<number, number>();

  constructor(sql: SqlStorage, hourlyFrom: number) {
    this.#sql = sql;
    this.#hourlyFrom = hourlyFrom;
  }

  /** Counts records that are new; those of one batch are mostly alike, and one row for many. */
  add(rows: readonly RecordRow[]): void {
    const batch = new Map<string, Sums>();
    for (const row of rows) {
      this.#rememberUser(row.user, row.email);
      const key = [this.#hourOf(row.at), ...DIMENSIONS.map((name) => row[name] ?? EMPTY)];
      const sums = batch.get(key.join());
      const figures = figuresOf(row);
      if (sums) sums.figures = sums.figures.map((figure, at) => figure + (figures[at] ?? 0));
      else batch.set(key.join(), { key, figures });
    }
    for (const { key, figures } of batch.values()) this.#sql.exec(INSERT, ...key, ...figures);
  }

  /** Summed by step and dimension, oldest first. */
  totals(query: UsageQuery): Totals[] {
    const hours = query.step === "day" ? DAY_HOURS : 1;
    const word = query.by === undefined ? EMPTY : DIMENSION_WORDS[query.by];
    return this.#sql
      .exec<Totals>(
        `SELECT (hour - hour % ${hours}) * ${HOUR_MS} AS at, words.text AS key,
           sum(calls) AS calls,
           sum(CASE WHEN status IN (SELECT id FROM words WHERE text IN ('error', 'expired'))
             THEN calls ELSE 0 END) AS errors,
           sum(input_tokens) AS input_tokens,
           sum(output_tokens) AS output_tokens,
           sum(charged_micro) AS charged_micro,
           sum(cost_micro) AS cost_micro,
           sum(first_byte_ms_sum) AS first_byte_ms_sum,
           sum(first_byte_count) AS first_byte_count
         FROM rollups LEFT JOIN users ON users.user = rollups.user JOIN words ON words.id = ${word}
         WHERE hour >= ? AND hour < ?
         GROUP BY 1, 2 ORDER BY 1, 2`,
        ...hoursOf(query),
      )
      .toArray();
  }

  countUsers(from: number, to: number): number {
    return this.#sql
      .exec<{ users: number }>(
        "SELECT count(DISTINCT user) AS users FROM rollups WHERE hour >= ? AND hour < ?",
        ...hoursOf({ from, to }),
      )
      .one().users;
  }

  /**
   * Adds hours to their day, up to the day of a time. Answers from which hour on there are still
   * hours, or null when more than this batch was due.
   */
  fold(before: number, batch: number): number | null {
    const boundary = Math.floor(before / DAY_MS) * DAY_HOURS;
    if (boundary <= this.#hourlyFrom) return this.#hourlyFrom;
    const due = `FROM rollups WHERE hour >= ? AND hour < ? AND hour % ${DAY_HOURS} <> 0
      ORDER BY ${KEY} LIMIT ?`;
    const bound = [this.#hourlyFrom, boundary, batch];
    this.#sql.exec(
      `INSERT INTO rollups (${KEY}, ${FIGURES.join(", ")})
       SELECT hour - hour % ${DAY_HOURS}, ${DIMENSIONS.join(", ")}, ${FIGURES.join(", ")}
       FROM (SELECT * ${due}) WHERE true ${ADD}`,
      ...bound,
    );
    const folded = this.#sql
      .exec(`DELETE FROM rollups WHERE (${KEY}) IN (SELECT ${KEY} ${due}) RETURNING 1`, ...bound)
      .toArray().length;
    if (folded === batch) return null;
    this.#hourlyFrom = boundary;
    return boundary;
  }

  /** The oldest day that is still in hours, as milliseconds since 1970. */
  oldestHourly(): number | null {
    const { hour } = this.#sql
      .exec<{ hour: number | null }>(
        "SELECT min(hour) AS hour FROM rollups WHERE hour >= ?",
        this.#hourlyFrom,
      )
      .one();
    return hour === null ? null : (hour - (hour % DAY_HOURS)) * HOUR_MS;
  }

  /** Answers the number of the e-mail that was known of the user. */
  forgetEmail(user: number): number[] {
    this.#emails.delete(user);
    return this.#sql
      .exec<{ email: number }>("DELETE FROM users WHERE user = ? RETURNING email", user)
      .toArray()
      .map(({ email }) => email);
  }

  /** A record that comes when its day is summed up already is counted there. */
  #hourOf(at: number): number {
    const hour = Math.floor(at / HOUR_MS);
    return hour < this.#hourlyFrom ? hour - (hour % DAY_HOURS) : hour;
  }

  #rememberUser(user: number, email: number): void {
    if (this.#emails.get(user) === email) return;
    this.#sql.exec(
      `INSERT INTO users (user, email) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET email = excluded.email WHERE email <> excluded.email`,
      user,
      email,
    );
    this.#emails.set(user, email);
  }
}

/** The hours that a span touches at its start, as it is rounded. */
function hoursOf({ from, to }: { from: number; to: number }): [number, number] {
  return [Math.floor(from / HOUR_MS), Math.ceil(to / HOUR_MS)];
}

/** In the order of `FIGURES`. A figure that is none (a NaN crosses the outbox as null) is 0. */
function figuresOf(row: RecordRow): number[] {
  const firstByte = row.first_byte_ms;
  return [
    1,
    figure(row.input_tokens),
    figure(row.output_tokens),
    figure(row.charged_micro),
    figure(row.uncollected_micro),
    figure(row.cost_micro),
    figure(firstByte),
    Number.isFinite(firstByte) ? 1 : 0,
  ];
}

function figure(value: number | null): number {
  return value !== null && Number.isFinite(value) ? value : 0;
}

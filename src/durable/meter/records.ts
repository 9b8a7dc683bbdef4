/** Every statement on the request log. It lies in the order of arrival, with an index by time. */
import type { UsageRecord } from "../../contract/usage.ts";
import { COLUMNS, packRequestId, type RecordRow, unpackRecord } from "./packing.ts";
import { Conditions, type Cursor, type Listed } from "./paging.ts";
import type { RequestFilter } from "./protocol.ts";
import type { Words } from "./words.ts";

const INSERT = `INSERT INTO records (${COLUMNS.join(", ")})
  VALUES (${COLUMNS.map(() => "?").join(", ")}) ON CONFLICT (request_id) DO NOTHING`;
const SELECT = `SELECT seq, ${COLUMNS.join(", ")} FROM records`;
const WORD = "(SELECT id FROM words WHERE text = ?)";

export class Records {
  readonly #sql: SqlStorage;
  readonly #words: Words;

  constructor(sql: SqlStorage, words: Words) {
    this.#sql = sql;
    this.#words = words;
  }

  /** False when the request was known already. */
  insert(row: RecordRow): boolean {
    return this.#sql.exec(INSERT, ...COLUMNS.map((column) => row[column])).rowsWritten > 0;
  }

  find(requestId: string): UsageRecord | null {
    const [row] = this.#sql
      .exec<RecordRow>(`${SELECT} WHERE request_id = ?`, packRequestId(requestId))
      .toArray();
    return row ? unpackRecord(row, this.#words) : null;
  }

  /** Newest first. */
  list(filter: RequestFilter, before: Cursor | null, limit: number): Listed<UsageRecord>[] {
    const where = new Conditions();
    if (before) where.add("(at, seq) < (?, ?)", before.at, before.seq);
    if (filter.from !== undefined) where.add("at >= ?", filter.from);
    if (filter.to !== undefined) where.add("at < ?", filter.to);
    if (filter.model !== undefined) where.add(`model = ${WORD}`, filter.model);
    // The empty text asks for those that have none.
    if (filter.connection !== undefined) {
      where.add(`ifnull(connection, 0) = ${WORD}`, filter.connection);
    }
    if (filter.key !== undefined) where.add(`ifnull(key_id, 0) = ${WORD}`, filter.key);
    if (filter.status !== undefined) where.add(`status = ${WORD}`, filter.status);
    if (filter.user !== undefined) {
      // instr, not LIKE: what a person types is text, not a pattern.
      where.add(
        `(user = ${WORD} OR email IN (SELECT id FROM words WHERE instr(text, ?) > 0))`,
        filter.user,
        filter.user.toLowerCase(),
      );
    }
    return this.#sql
      .exec<RecordRow & Cursor>(
        `${SELECT} ${where.text} ORDER BY at DESC, seq DESC LIMIT ?`,
        ...where.values,
        limit,
      )
      .toArray()
      .map((row) => ({ at: row.at, seq: row.seq, item: unpackRecord(row, this.#words) }));
  }

  /** Answers how many went. */
  deleteBefore(at: number, batch: number): number {
    return this.#sql
      .exec(
        `DELETE FROM records WHERE seq IN (
           SELECT seq FROM records WHERE at < ? ORDER BY at LIMIT ?) RETURNING 1`,
        at,
        batch,
      )
      .toArray().length;
  }

  /** Takes a user's e-mails from his records; answers their numbers. Reads every record there is. */
  forgetEmails(user: number): number[] {
    const emails = this.#sql
      .exec<{ email: number }>("SELECT DISTINCT email FROM records WHERE user = ?", user)
      .toArray()
      .map(({ email }) => email);
    this.#sql.exec("UPDATE records SET email = 0 WHERE user = ? AND email <> 0", user);
    return emails;
  }

  knowsEmail(email: number): boolean {
    const query = "SELECT 1 FROM records WHERE email = ? LIMIT 1";
    return this.#sql.exec(query, email).toArray().length > 0;
  }

  oldest(): number | null {
    return this.#sql.exec<{ at: number | null }>("SELECT min(at) AS at FROM records").one().at;
  }
}

/** What a site should know of, each kept once under its id. */
import type { SiteNotice } from "../../contract/notices.ts";
import { Conditions, type Cursor, type Listed } from "./paging.ts";
import type { NoticeFilter } from "./protocol.ts";

export class Notices {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  insert(notice: SiteNotice, at: number): void {
    this.#sql.exec(
      "INSERT INTO notices (id, at, kind, notice) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
      notice.id,
      at,
      notice.kind,
      JSON.stringify(notice),
    );
  }

  forgetUser(userId: string): void {
    this.#sql.exec(
      `UPDATE notices SET notice = json_replace(notice, '$.user_email', '')
       WHERE json_extract(notice, '$.user_id') = ?`,
      userId,
    );
  }

  /** Newest first. */
  list(filter: NoticeFilter, before: Cursor | null, limit: number): Listed<SiteNotice>[] {
    const where = new Conditions();
    if (before) where.add("(at, seq) < (?, ?)", before.at, before.seq);
    if (filter.kind !== undefined) where.add("kind = ?", filter.kind);
    return this.#sql
      .exec<{ at: number; seq: number; notice: string }>(
        `SELECT at, seq, notice FROM notices ${where.text} ORDER BY at DESC, seq DESC LIMIT ?`,
        ...where.values,
        limit,
      )
      .toArray()
      .map(({ at, seq, notice }) => ({ at, seq, item: JSON.parse(notice) }));
  }

  /** Answers how many went. */
  deleteBefore(at: number, batch: number): number {
    return this.#sql
      .exec(
        `DELETE FROM notices WHERE seq IN (
           SELECT seq FROM notices WHERE at < ? ORDER BY at LIMIT ?) RETURNING 1`,
        at,
        batch,
      )
      .toArray().length;
  }

  oldest(): number | null {
    return this.#sql.exec<{ at: number | null }>("SELECT min(at) AS at FROM notices").one().at;
  }
}

/**
 * Every statement on the audit of a site.
 *
 * 1. An entry is written before what it tells of is done, its outcome after; each once under the
 *    entry's id, and neither is ever changed: triggers refuse it.
 * 2. An entry goes when it is older than what is kept, and no trigger lets it go before. Its
 *    outcome goes with it.
 * 3. An outcome may come before its entry: the two may have taken different ways.
 * 4. Whoever has not logged in cannot fill the meter: of an hour's entries of strangers the first
 *    are kept, and one more that says that there were others.
 */
import type { AuditEntry } from "../../contract/audit.ts";
import { Conditions, type Cursor, type Listed } from "./paging.ts";
import type { AuditBegun, AuditEnded, AuditFilter } from "./protocol.ts";

const HOUR_MS = 3_600_000;
/** Entries of those who have not logged in, an hour. */
const STRANGERS_MAX = 300;

type Row = { at: number; seq: number; entry: string; ended: string | null };

export class Audit {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** False where it is one of too many by strangers, which is said once an hour. */
  begin(entry: AuditBegun, at: number): boolean {
    if (entry.actor.kind !== "nobody" || this.#strangersAround(at) < STRANGERS_MAX) {
      this.#insert(entry, at);
      return true;
    }
    const said = leftOutFrom(at);
    this.#insert(said, at);
    this.end({ id: said.id, outcome: "done", code: null, changes: [] });
    return false;
  }

  #strangersAround(at: number): number {
    const from = at - (at % HOUR_MS);
    return this.#sql
      .exec<{ entries: number }>(
        "SELECT count(*) AS entries FROM audit_entries WHERE at >= ? AND at < ? AND actor_id = ''",
        from,
        from + HOUR_MS,
      )
      .one().entries;
  }

  #insert(entry: AuditBegun, at: number): void {
    this.#sql.exec(
      `INSERT INTO audit_entries
         (id, at, action, actor_id, actor_name, target_id, target_name, address, entry)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      entry.id,
      at,
      entry.action,
      entry.actor.id,
      entry.actor.name.toLowerCase(),
      entry.target?.id ?? "",
      entry.target?.name.toLowerCase() ?? "",
      entry.address,
      JSON.stringify(entry),
    );
  }

  end(ended: AuditEnded): void {
    this.#sql.exec(
      `INSERT INTO audit_outcomes (id, outcome, target_id, target_name, ended)
       VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      ended.id,
      ended.outcome,
      ended.target?.id ?? null,
      ended.target?.name.toLowerCase() ?? null,
      JSON.stringify(ended),
    );
  }

  /** Newest first. */
  list(filter: AuditFilter, before: Cursor | null, limit: number): Listed<AuditEntry>[] {
    const where = conditionsOf(filter);
    if (before) where.add("(at, seq) < (?, ?)", before.at, before.seq);
    return this.#sql
      .exec<Row>(
        `SELECT at, seq, entry, ended
         FROM audit_entries LEFT JOIN audit_outcomes USING (id)
         ${where.text} ORDER BY at DESC, seq DESC LIMIT ?`,
        ...where.values,
        limit,
      )
      .toArray()
      .map(({ at, seq, entry, ended }) => ({ at, seq, item: joined(entry, ended) }));
  }

  /** Answers how many went. */
  deleteBefore(at: number, batch: number): number {
    this.#sql.exec("UPDATE retention SET audit_from = max(audit_from, ?)", at);
    const gone = this.#sql
      .exec<{ id: string }>(
        `DELETE FROM audit_entries WHERE seq IN (
           SELECT seq FROM audit_entries WHERE at < ? ORDER BY at LIMIT ?) RETURNING id`,
        at,
        batch,
      )
      .toArray();
    for (const { id } of gone) this.#sql.exec("DELETE FROM audit_outcomes WHERE id = ?", id);
    return gone.length;
  }

  oldest(): number | null {
    return this.#sql.exec<{ at: number | null }>("SELECT min(at) AS at FROM audit_entries").one()
      .at;
  }
}

/** Stands for all of an hour that are not kept. */
function leftOutFrom(at: number): AuditBegun {
  return {
    id: `aud_left_out_${Math.floor(at / HOUR_MS)}`,
    at: new Date(at).toISOString(),
    action: "audit.left_out",
    actor: { kind: "system", id: "", name: "" },
    target: null,
    address: null,
    agent: "",
    requestId: null,
    asked: { kept: STRANGERS_MAX },
  };
}

function conditionsOf(filter: AuditFilter): Conditions {
  const where = new Conditions();
  if (filter.id !== undefined) where.add("id = ?", filter.id);
  if (filter.from !== undefined) where.add("at >= ?", filter.from);
  if (filter.to !== undefined) where.add("at < ?", filter.to);
  if (filter.action !== undefined) {
    where.add("(action = ? OR instr(action, ? || '.') = 1)", filter.action, filter.action);
  }
  // instr, not LIKE: what a person types is text, not a pattern.
  if (filter.actor !== undefined) {
    where.add(
      "(actor_id = ? OR instr(actor_name, ?) > 0)",
      filter.actor,
      filter.actor.toLowerCase(),
    );
  }
  if (filter.target !== undefined) {
    where.add(
      `(ifnull(audit_outcomes.target_id, audit_entries.target_id) = ?
        OR instr(ifnull(audit_outcomes.target_name, audit_entries.target_name), ?) > 0)`,
      filter.target,
      filter.target.toLowerCase(),
    );
  }
  if (filter.address !== undefined) where.add("address = ?", filter.address);
  if (filter.outcome === "unfinished") where.add("outcome IS NULL");
  else if (filter.outcome !== undefined) where.add("outcome = ?", filter.outcome);
  return where;
}

function joined(entryText: string, endedText: string | null): AuditEntry {
  const begun = JSON.parse(entryText) as AuditBegun;
  if (endedText === null) return { ...begun, outcome: "unfinished", code: null, changes: [] };
  const ended = JSON.parse(endedText) as AuditEnded;
  return { ...begun, ...ended, target: ended.target ?? begun.target };
}

/** Conversations: their rows and every statement about them. */
import type { Conversation } from "../../contract/portal.ts";
import { LIMITS } from "./limits.ts";

export type ConversationRow = {
  id: string;
  title: string;
  target: string;
  pinned: number;
  size: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  running_run_id: string | null;
};

const COLUMNS = `c.id, c.title, c.target, c.pinned, c.size, c.created_at, c.updated_at, c.deleted_at,
  (SELECT r.id FROM runs r WHERE r.conversation_id = c.id AND r.ended_at IS NULL) AS running_run_id`;

/**
 * `instr` and not LIKE: patterns are limited to 50 bytes on this platform, which is sixteen
 * Chinese characters, and a search text needs no escaping here. `lower` folds ASCII only.
 */
const MATCHES = `(instr(lower(c.title), lower(?1)) > 0 OR (
  c.id IN (SELECT id FROM conversations WHERE deleted_at IS NULL
           ORDER BY updated_at DESC LIMIT ${LIMITS.searchedConversations})
  AND EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id
              AND instr(lower(m.text), lower(?1)) > 0)))`;

export class ConversationTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null when it is unknown or deleted. */
  find(id: string): ConversationRow | null {
    const row = this.findEvenDeleted(id);
    return row && row.deleted_at === null ? row : null;
  }

  findEvenDeleted(id: string): ConversationRow | null {
    const query = `SELECT ${COLUMNS} FROM conversations c WHERE c.id = ?`;
    return this.#sql.exec<ConversationRow>(query, id).toArray()[0] ?? null;
  }

  /** One that must be there, deleted or not. */
  get(id: string): ConversationRow {
    const row = this.findEvenDeleted(id);
    if (!row) throw new Error(`conversation ${id} is gone`);
    return row;
  }

  count(): number {
    return this.#sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM conversations").one()
      .count;
  }

  insert(row: { id: string; title: string; target: string; atMs: number }): void {
    this.#sql.exec(
      "INSERT INTO conversations (id, title, target, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
      row.id,
      row.title,
      row.target,
      row.atMs,
    );
  }

  /** A message was sent or an answer ended. */
  touch(id: string, change: { target: string; addedSize: number; atMs: number }): void {
    this.#sql.exec(
      "UPDATE conversations SET target = ?, size = size + ?, updated_at = ? WHERE id = ?",
      change.target,
      change.addedSize,
      change.atMs,
      id,
    );
  }

  setTitle(id: string, title: string): void {
    this.#sql.exec("UPDATE conversations SET title = ? WHERE id = ?", title, id);
  }

  setPinned(id: string, pinned: boolean): void {
    this.#sql.exec("UPDATE conversations SET pinned = ? WHERE id = ?", pinned ? 1 : 0, id);
  }

  setDeleted(id: string, atMs: number | null): void {
    this.#sql.exec("UPDATE conversations SET deleted_at = ? WHERE id = ?", atMs, id);
  }

  /** Pinned first, then newest first; `limit` rows after the cursor. */
  list(query: { limit: number; after: Cursor | null; search: string | null }): ConversationRow[] {
    const { limit, after, search } = query;
    const conditions = ["c.deleted_at IS NULL"];
    if (search !== null) conditions.push(MATCHES);
    if (after) conditions.push("(c.pinned, c.updated_at, c.id) < (?2, ?3, ?4)");
    const statement = `SELECT ${COLUMNS} FROM conversations c
      WHERE ${conditions.join(" AND ")}
      ORDER BY c.pinned DESC, c.updated_at DESC, c.id DESC LIMIT ?5`;
    return this.#sql
      .exec<ConversationRow>(
        statement,
        search,
        after?.pinned ?? null,
        after?.updatedAt ?? null,
        after?.id ?? null,
        limit,
      )
      .toArray();
  }

  /** Deleted at or before `atMs`, oldest first. */
  deletedBefore(atMs: number, limit: number): string[] {
    return this.#sql
      .exec<{ id: string }>(
        "SELECT id FROM conversations WHERE deleted_at <= ? ORDER BY deleted_at LIMIT ?",
        atMs,
        limit,
      )
      .toArray()
      .map((row) => row.id);
  }

  /** When the oldest of the deleted ones was deleted; null when none is. */
  firstDeletedAt(): number | null {
    return this.#sql
      .exec<{ at: number | null }>(
        "SELECT MIN(deleted_at) AS at FROM conversations WHERE deleted_at IS NOT NULL",
      )
      .one().at;
  }

  /** Removes it with all that belongs to it. */
  purge(id: string): void {
    this.#sql.exec(
      "DELETE FROM images WHERE message_id IN (SELECT id FROM messages WHERE conversation_id = ?)",
      id,
    );
    // Children point at parents: the constraint is met again only when all are gone.
    this.#sql.exec("PRAGMA defer_foreign_keys = on");
    this.#sql.exec("DELETE FROM messages WHERE conversation_id = ?", id);
    this.#sql.exec("DELETE FROM runs WHERE conversation_id = ?", id);
    this.#sql.exec("DELETE FROM conversations WHERE id = ?", id);
  }

  /** Removes every conversation with all that belongs to it. */
  purgeAll(): void {
    this.#sql.exec("PRAGMA defer_foreign_keys = on");
    for (const table of ["images", "messages", "runs", "conversations"]) {
      this.#sql.exec(`DELETE FROM ${table}`);
    }
  }
}

/** Where a page of the list ended. */
export interface Cursor {
  pinned: number;
  updatedAt: number;
  id: string;
}

export function cursorOf(row: ConversationRow): string {
  return `${row.pinned}.${row.updated_at}.${row.id}`;
}

/** Null when the text is not a cursor of ours. */
export function parseCursor(text: string): Cursor | null {
  const match = /^([01])\.(\d{1,15})\.([a-z0-9_]{1,64})$/.exec(text);
  if (!match) return null;
  const [, pinned = "", updatedAt = "", id = ""] = match;
  return { pinned: Number(pinned), updatedAt: Number(updatedAt), id };
}

export function conversationOf(row: ConversationRow): Conversation {
  return {
    id: row.id,
    title: row.title,
    target: row.target,
    pinned: row.pinned === 1,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
    runningRunId: row.running_run_id,
  };
}

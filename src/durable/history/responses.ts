/**
 * Responses that clients of the API have Portico keep, to refer to them in later requests. Each row
 * names the one before it; what a response is made of is the API's business and opaque here.
 */
import { KEPT_RESPONSES as LIMITS } from "./limits.ts";
import type { KeptResponse } from "./protocol.ts";

type Row = { id: string; previous_id: string | null; created_at: number };

export class ResponseTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** To be called in a transaction. False where it is larger than one may be. */
  insert(kept: KeptResponse): boolean {
    const { id, previousId, atMs, document } = kept;
    if (document.length > LIMITS.characters) return false;
    const query = "INSERT INTO responses (id, previous_id, created_at) VALUES (?, ?, ?)";
    this.#sql.exec(query, id, previousId, atMs);
    for (const [part, piece] of partsOf(document).entries()) {
      const insert = "INSERT INTO response_parts (response_id, part, data) VALUES (?, ?, ?)";
      this.#sql.exec(insert, id, part, piece);
    }
    const surplus = "SELECT id FROM responses ORDER BY created_at DESC, id LIMIT 20 OFFSET ?";
    for (const row of this.#sql.exec<{ id: string }>(surplus, LIMITS.responses).toArray()) {
      this.delete(row.id);
    }
    return true;
  }

  find(id: string, nowMs: number): KeptResponse | null {
    const row = this.#row(id, nowMs);
    return row ? this.#whole(row) : null;
  }

  /**
   * A response and all before it, the first one first. Null where one of them is not there any
   * more, or together they are more than one request can be.
   */
  chain(id: string, nowMs: number): KeptResponse[] | null {
    const chain: KeptResponse[] = [];
    let size = 0;
    for (let next: string | null = id; next !== null; ) {
      const kept = this.find(next, nowMs);
      size += kept?.document.length ?? 0;
      if (!kept || chain.length >= LIMITS.chain || size > LIMITS.chainCharacters) return null;
      chain.push(kept);
      next = kept.previousId;
    }
    return chain.reverse();
  }

  /** Whether it was there. */
  delete(id: string): boolean {
    this.#sql.exec("DELETE FROM response_parts WHERE response_id = ?", id);
    return this.#sql.exec("DELETE FROM responses WHERE id = ?", id).rowsWritten > 0;
  }

  deleteAll(): void {
    this.#sql.exec("DELETE FROM response_parts");
    this.#sql.exec("DELETE FROM responses");
  }

  /** Takes away at most `limit` of those that were kept long enough. */
  purge(nowMs: number, limit: number): void {
    const query = "SELECT id FROM responses WHERE created_at <= ? ORDER BY created_at LIMIT ?";
    const due = this.#sql.exec<{ id: string }>(query, nowMs - LIMITS.keptMs, limit);
    for (const row of due.toArray()) this.delete(row.id);
  }

  /** When the next one is to be taken away; null where there is none. */
  nextPurgeAt(): number | null {
    const query = "SELECT MIN(created_at) AS first FROM responses";
    const { first } = this.#sql.exec<{ first: number | null }>(query).one();
    return first === null ? null : first + LIMITS.keptMs;
  }

  #row(id: string, nowMs: number): Row | null {
    const query = "SELECT * FROM responses WHERE id = ? AND created_at > ?";
    return this.#sql.exec<Row>(query, id, nowMs - LIMITS.keptMs).toArray()[0] ?? null;
  }

  #whole({ id, previous_id: previousId, created_at: atMs }: Row): KeptResponse {
    const query = "SELECT data FROM response_parts WHERE response_id = ? ORDER BY part";
    const parts = this.#sql.exec<{ data: string }>(query, id).toArray();
    return { id, previousId, atMs, document: parts.map(({ data }) => data).join("") };
  }
}

/** Never between the two halves of a character: alone, neither could be stored. */
function partsOf(document: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < document.length; ) {
    let end = at + LIMITS.partCharacters;
    if (/[\ud800-\udbff]/.test(document.charAt(end - 1))) end--;
    parts.push(document.slice(at, end));
    at = end;
  }
  return parts;
}

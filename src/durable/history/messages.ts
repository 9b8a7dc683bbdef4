/** Messages, their images and the runs that write them: rows and every statement about them. */
import type { Message } from "../../contract/portal.ts";
import { microToText } from "../../core/credits.ts";
import type { Draft } from "./draft.ts";
import { LIMITS } from "./limits.ts";

export type MessageRow = {
  id: string;
  conversation_id: string;
  parent_id: string | null;
  role: Message["role"];
  text: string;
  reasoning: string;
  citations: string;
  suggestions: string;
  status: Message["status"];
  error: string | null;
  target: string;
  created_at: number;
  run_id: string | null;
  request_id: string | null;
  charged_micro: number | null;
  output_tokens: number | null;
  first_token_ms: number | null;
  total_ms: number | null;
  feedback: Message["feedback"];
  upstream_conversation: string | null;
};

export type RunRow = {
  id: string;
  conversation_id: string;
  started_at: number;
  ended_at: number | null;
};

/** How a run ended, as the answer's row keeps it. */
export interface Ending {
  status: "done" | "stopped" | "failed";
  error: Message["error"];
  /** Null when the settlement did not reach us (stopped, interrupted). */
  chargedMicro: number | null;
  outputTokens: number | null;
  totalMs: number | null;
}

export class MessageTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Of a conversation that is not deleted; null otherwise. */
  find(id: string): MessageRow | null {
    return this.#one(
      `SELECT m.* FROM messages m JOIN conversations c ON c.id = m.conversation_id
       WHERE m.id = ? AND c.deleted_at IS NULL`,
      id,
    );
  }

  /** One that must be there, its conversation deleted or not. */
  get(id: string): MessageRow {
    const row = this.#one("SELECT * FROM messages WHERE id = ?", id);
    if (!row) throw new Error(`message ${id} is gone`);
    return row;
  }

  /** The answer that a run writes. */
  ofRun(runId: string): MessageRow | null {
    return this.#one("SELECT * FROM messages WHERE run_id = ?", runId);
  }

  /** In order of writing. */
  ofConversation(conversationId: string): MessageRow[] {
    const query = "SELECT * FROM messages WHERE conversation_id = ? ORDER BY seq";
    return this.#sql.exec<MessageRow>(query, conversationId).toArray();
  }

  count(conversationId: string): number {
    const query = "SELECT COUNT(*) AS count FROM messages WHERE conversation_id = ?";
    return this.#sql.exec<{ count: number }>(query, conversationId).one().count;
  }

  /** From the leaf towards the root, at most `limit`, the leaf first. */
  branch(leafId: string, limit: number): MessageRow[] {
    return this.#sql
      .exec<MessageRow>(
        `WITH RECURSIVE branch (id, depth) AS (
           SELECT ?1, 0
           UNION ALL
           SELECT m.parent_id, depth + 1 FROM branch b JOIN messages m ON m.id = b.id
           WHERE m.parent_id IS NOT NULL AND depth + 1 < ?2)
         SELECT m.* FROM branch b JOIN messages m ON m.id = b.id ORDER BY b.depth`,
        leafId,
        limit,
      )
      .toArray();
  }

  insertUser(row: {
    id: string;
    conversationId: string;
    parentId: string | null;
    text: string;
    target: string;
    atMs: number;
  }): void {
    this.#sql.exec(
      `INSERT INTO messages (id, conversation_id, parent_id, role, text, status, target, created_at)
       VALUES (?, ?, ?, 'user', ?, 'done', ?, ?)`,
      row.id,
      row.conversationId,
      row.parentId,
      row.text,
      row.target,
      row.atMs,
    );
  }

  /** The empty answer that a run fills. */
  insertAnswer(row: {
    id: string;
    conversationId: string;
    parentId: string;
    target: string;
    runId: string;
    requestId: string;
    atMs: number;
  }): void {
    this.#sql.exec(
      `INSERT INTO messages (id, conversation_id, parent_id, role, text, status, target, created_at,
         run_id, request_id) VALUES (?, ?, ?, 'assistant', '', 'running', ?, ?, ?, ?)`,
      row.id,
      row.conversationId,
      row.parentId,
      row.target,
      row.atMs,
      row.runId,
      row.requestId,
    );
  }

  /** What has been written so far. */
  saveDraft(id: string, draft: Draft, firstTokenMs: number | null): void {
    this.#sql.exec(
      `UPDATE messages SET text = ?, reasoning = ?, citations = ?, suggestions = ?,
         upstream_conversation = ?, first_token_ms = ? WHERE id = ?`,
      draft.text,
      draft.reasoning,
      JSON.stringify(draft.citations),
      JSON.stringify(draft.suggestions),
      draft.upstreamConversation,
      firstTokenMs,
      id,
    );
  }

  saveEnding(id: string, ending: Ending): void {
    this.#sql.exec(
      `UPDATE messages SET status = ?, error = ?, charged_micro = ?, output_tokens = ?, total_ms = ?
       WHERE id = ?`,
      ending.status,
      ending.error ? JSON.stringify(ending.error) : null,
      ending.chargedMicro,
      ending.outputTokens,
      ending.totalMs,
      id,
    );
  }

  setFeedback(id: string, feedback: Message["feedback"]): void {
    this.#sql.exec("UPDATE messages SET feedback = ? WHERE id = ?", feedback, id);
  }

  /** The newest answer that this conversation of the platform knows. */
  newestOfUpstream(conversationId: string, upstreamConversation: string): string | null {
    const query = `SELECT id FROM messages WHERE conversation_id = ? AND upstream_conversation = ?
      ORDER BY seq DESC LIMIT 1`;
    const found = this.#sql.exec<{ id: string }>(query, conversationId, upstreamConversation);
    return found.toArray()[0]?.id ?? null;
  }

  /** The platform no longer has it. */
  forgetUpstream(conversationId: string, upstreamConversation: string): void {
    this.#sql.exec(
      `UPDATE messages SET upstream_conversation = NULL
       WHERE conversation_id = ? AND upstream_conversation = ?`,
      conversationId,
      upstreamConversation,
    );
  }

  insertImages(messageId: string, images: readonly string[]): void {
    for (const [position, image] of images.entries()) {
      const size = LIMITS.imagePartCharacters;
      for (let part = 0; part * size < image.length; part += 1) {
        this.#sql.exec(
          "INSERT INTO images (message_id, position, part, data) VALUES (?, ?, ?, ?)",
          messageId,
          position,
          part,
          image.slice(part * size, (part + 1) * size),
        );
      }
    }
  }

  imagesOf(messageId: string): string[] {
    return (
      this.#joined(
        "SELECT * FROM images WHERE message_id = ? ORDER BY position, part",
        messageId,
      ).get(messageId) ?? []
    );
  }

  /** By message, for a whole conversation. */
  imagesOfConversation(conversationId: string): Map<string, string[]> {
    return this.#joined(
      `SELECT i.* FROM messages m JOIN images i ON i.message_id = m.id
       WHERE m.conversation_id = ? ORDER BY m.seq, i.position, i.part`,
      conversationId,
    );
  }

  insertRun(run: { id: string; clientId: string; conversationId: string; atMs: number }): void {
    this.#sql.exec(
      "INSERT INTO runs (id, client_id, conversation_id, started_at) VALUES (?, ?, ?, ?)",
      run.id,
      run.clientId,
      run.conversationId,
      run.atMs,
    );
  }

  endRun(id: string, atMs: number): void {
    this.#sql.exec("UPDATE runs SET ended_at = ? WHERE id = ?", atMs, id);
  }

  runOfClient(clientId: string): string | null {
    const found = this.#sql.exec<{ id: string }>(
      "SELECT id FROM runs WHERE client_id = ?",
      clientId,
    );
    return found.toArray()[0]?.id ?? null;
  }

  /** Runs that have not ended. */
  openRuns(): RunRow[] {
    const query =
      "SELECT id, conversation_id, started_at, ended_at FROM runs WHERE ended_at IS NULL";
    return this.#sql.exec<RunRow>(query).toArray();
  }

  #one(query: string, id: string): MessageRow | null {
    return this.#sql.exec<MessageRow>(query, id).toArray()[0] ?? null;
  }

  #joined(query: string, id: string): Map<string, string[]> {
    const images = new Map<string, string[]>();
    type Part = { message_id: string; position: number; part: number; data: string };
    for (const row of this.#sql.exec<Part>(query, id)) {
      const list = images.get(row.message_id) ?? [];
      list[row.position] = (list[row.position] ?? "") + row.data;
      images.set(row.message_id, list);
    }
    return images;
  }
}

export function messageOf(row: MessageRow, images: string[]): Message {
  return {
    id: row.id,
    parentId: row.parent_id,
    role: row.role,
    text: row.text,
    images,
    reasoning: row.reasoning,
    citations: JSON.parse(row.citations) as Message["citations"],
    suggestions: JSON.parse(row.suggestions) as string[],
    status: row.status,
    error: row.error === null ? null : (JSON.parse(row.error) as Message["error"]),
    target: row.target,
    createdAt: new Date(row.created_at).toISOString(),
    runId: row.run_id,
    requestId: row.request_id,
    credits: row.charged_micro === null ? null : microToText(row.charged_micro),
    outputTokens: row.output_tokens,
    firstTokenMs: row.first_token_ms,
    totalMs: row.total_ms,
    feedback: row.feedback,
  };
}

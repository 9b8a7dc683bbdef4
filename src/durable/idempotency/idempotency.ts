/**
 * The idempotency keys of one API key: which request each stands for, and its answer. An object,
 * because two calls with one key through two isolates must meet, and only one may go on.
 *
 * 1. A key is given to one request; until that is freed, or LIMITS.keptMs are over, nobody else is
 *    told `yours`. A request of which nothing is heard any more is lost, never free: it may have
 *    been paid for.
 * 2. Only the request that holds a key ends its claim, and an answer, once kept, is never another.
 * 3. Answers are bounded, one by one and together; where one is given up its claim stays.
 * 4. Everything is stored before it is said, so an eviction changes nothing; the alarm forgets
 *    what is old, and at last empties the object.
 */
import { DurableObject } from "cloudflare:workers";
import { migrate } from "../migrate.ts";
import {
  type Claim,
  type ClaimRequest,
  type Holder,
  type IdempotencyRpc,
  type KeptAnswer,
  LIMITS,
} from "./protocol.ts";
import { ClaimTables, STEPS } from "./schema.ts";

/** Claims are forgotten in batches: an alarm for each would be one for each request. */
const FORGETTING_EVERY_MS = 3_600_000;

export class Idempotency extends DurableObject<Env> implements IdempotencyRpc {
  /** Null while the storage is empty, without even a schema. */
  #tables: ClaimTables | null = null;

  async claim(request: ClaimRequest): Promise<Claim> {
    const { key, fingerprint } = request;
    const tables = this.#open();
    const now = Date.now();
    tables.forget(now - LIMITS.keptMs);
    const row = tables.find(key);
    if (!row) {
      tables.insert(request, now);
      if ((await this.ctx.storage.getAlarm()) === null) {
        await this.ctx.storage.setAlarm(now + LIMITS.keptMs);
      }
      return { state: "yours" };
    }
    const requestId = row.request_id;
    if (row.fingerprint !== fingerprint) return { state: "different", requestId };
    const answer = tables.answerOf(row);
    if (answer) return { state: "answered", requestId, answer };
    const runs = row.runs_until !== null && row.runs_until > now;
    return { state: runs ? "running" : "lost", requestId };
  }

  async keep(holder: Holder, answer: KeptAnswer): Promise<void> {
    const tables = this.#open();
    if (!tables.isOpen(holder)) return;
    this.ctx.storage.transactionSync(() => {
      tables.end(holder);
      if (answer.body.byteLength > LIMITS.answerBytes) return;
      tables.putAnswer(holder, answer);
      while (tables.answerBytes() > LIMITS.allBytes) tables.dropOldestAnswer();
    });
  }

  async lose(holder: Holder): Promise<void> {
    const tables = this.#open();
    if (tables.isOpen(holder)) tables.end(holder);
  }

  async free(holder: Holder): Promise<void> {
    const tables = this.#open();
    if (tables.isOpen(holder)) tables.delete(holder.key);
  }

  override async alarm(): Promise<void> {
    const now = Date.now();
    const tables = this.#open();
    tables.forget(now - LIMITS.keptMs);
    const oldestAt = tables.oldestAt();
    if (oldestAt !== null) {
      const dueAt = oldestAt + LIMITS.keptMs;
      await this.ctx.storage.setAlarm(Math.max(dueAt, now + FORGETTING_EVERY_MS));
      return;
    }
    this.#tables = null;
    await this.ctx.storage.deleteAll();
  }

  #open(): ClaimTables {
    if (!this.#tables) {
      migrate(this.ctx.storage, STEPS);
      this.#tables = new ClaimTables(this.ctx.storage.sql);
    }
    return this.#tables;
  }
}

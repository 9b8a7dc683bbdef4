/**
 * Answers of one model of one site that may be given again. An object, because a purge must be
 * over when it says so, in every place at once; what a key is made of is the Worker's business.
 *
 * 1. An answer is given at most as long as was allowed when it was stored, and as is allowed now.
 * 2. Nothing that was asked for before a purge is given after it.
 * 3. Together the answers stay under LIMITS.allBytes: those that end first go first.
 * 4. What is over is deleted by an alarm, and at last the storage itself.
 */
import { DurableObject } from "cloudflare:workers";
import { migrate } from "../migrate.ts";
import { type CacheState, LIMITS, type ResponseCacheRpc } from "./protocol.ts";
import { CacheTables, STEPS } from "./schema.ts";

/** Answers are deleted in batches: an alarm for each would be one for each request. */
const FORGETTING_EVERY_MS = 3_600_000;

export class ResponseCache extends DurableObject<Env> implements ResponseCacheRpc {
  /** Null while the storage is empty, without even a schema. */
  #tables: CacheTables | null = null;

  async find(key: string, ttlMs: number): Promise<string | null> {
    const now = Date.now();
    return this.#open().find(key, now - ttlMs, now);
  }

  async put(
    key: string,
    answer: string,
    { askedAt, ttlMs }: { askedAt: number; ttlMs: number },
  ): Promise<void> {
    const bytes = Buffer.byteLength(answer);
    const tables = this.#open();
    if (bytes > LIMITS.answerBytes || askedAt <= tables.purgedAt()) return;
    const now = Date.now();
    this.ctx.storage.transactionSync(() => {
      tables.put({ key, answer, bytes, storedAt: now, expiresAt: now + ttlMs });
      while (tables.state().bytes > LIMITS.allBytes) tables.dropFirst();
    });
    await this.#wake(now + FORGETTING_EVERY_MS);
  }

  async state(): Promise<CacheState> {
    const tables = this.#open();
    tables.forget(Date.now());
    return tables.state();
  }

  async purge(): Promise<number> {
    const { answers } = await this.state();
    const now = Date.now();
    this.ctx.storage.transactionSync(() => this.#open().purge(now));
    await this.#wake(now + FORGETTING_EVERY_MS);
    return answers;
  }

  override async alarm(): Promise<void> {
    if ((await this.state()).answers > 0) {
      await this.ctx.storage.setAlarm(Date.now() + FORGETTING_EVERY_MS);
      return;
    }
    this.#tables = null;
    await this.ctx.storage.deleteAll();
  }

  async #wake(at: number): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(at);
  }

  #open(): CacheTables {
    if (!this.#tables) {
      migrate(this.ctx.storage, STEPS);
      this.#tables = new CacheTables(this.ctx.storage.sql);
    }
    return this.#tables;
  }
}

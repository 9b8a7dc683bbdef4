/**
 * Counts attempts of one kind by one address or for one e-mail (the name says which). An object,
 * because attempts in parallel through many isolates must meet one counter.
 *
 * 1. In any span of `windowMs` at most `max` attempts are let through; those that are refused do
 *    not count, so waiting as long as told always helps.
 * 2. Attempts outlive an eviction; when the last one has stopped counting, an alarm deletes all
 *    storage, so that an object for each address that ever came costs nothing.
 */
import { DurableObject } from "cloudflare:workers";
import { migrate } from "../migrate.ts";
import type { ThrottleRpc } from "./protocol.ts";
import { STEPS, ThrottleTables } from "./schema.ts";

export class Throttle extends DurableObject<Env> implements ThrottleRpc {
  /** Null while the storage is empty, without even a schema. */
  #tables: ThrottleTables | null = null;

  async attempt(rule: { max: number; windowMs: number }): Promise<{ retryAfterMs: number }> {
    const { max, windowMs } = rule;
    if (!(max >= 1 && windowMs >= 1)) throw new RangeError("a throttle lets something through");
    const now = Date.now();
    const tables = this.#open();
    const counted = tables.since(now - windowMs);
    const oldest = counted.at(-max);
    if (oldest !== undefined) return { retryAfterMs: Math.max(1, oldest + windowMs - now) };
    tables.forget(now);
    tables.insert(now, now + windowMs);
    // Once per burst: the alarm looks again for itself.
    if (counted.length === 0) await this.ctx.storage.setAlarm(now + windowMs);
    return { retryAfterMs: 0 };
  }

  async clear(): Promise<void> {
    this.#open().clear();
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now());
  }

  override async alarm(): Promise<void> {
    const now = Date.now();
    const lastUntil = this.#open().lastUntil();
    if (lastUntil !== null && lastUntil > now) {
      await this.ctx.storage.setAlarm(lastUntil);
      return;
    }
    this.#tables = null;
    await this.ctx.storage.deleteAll();
  }

  #open(): ThrottleTables {
    if (!this.#tables) {
      migrate(this.ctx.storage, STEPS);
      this.#tables = new ThrottleTables(this.ctx.storage.sql);
    }
    return this.#tables;
  }
}

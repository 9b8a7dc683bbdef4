/**
 * Usage records on their way to the Meter. They were stored with the change they tell of, leave in
 * that order, and are deleted only when the Meter has acknowledged them; a record that was
 * acknowledged without our knowing is sent again, and the Meter knows it by its request id.
 */
import type { UsageRecord } from "../../contract/usage.ts";
import type { WalletTables } from "./statements.ts";

const COALESCE_MS = 500;
const BATCH = 100;
/** Batches of one alarm; the rest goes with the next, so that one run stays short. */
const BATCHES_MAX = 20;
const BACKOFF_MAX_MS = 60_000;

export class Outbox {
  readonly #tables: WalletTables;
  /** Known only in memory: after an eviction a failing Meter is asked again a little early. */
  #dueAt = 0;
  #failures = 0;
  #flushing = false;

  constructor(tables: WalletTables) {
    this.#tables = tables;
  }

  /** A record was added. Answers when it is to leave: together with those of the moment. */
  added(now: number): number {
    if (this.#dueAt < now) this.#dueAt = now + COALESCE_MS;
    return this.#dueAt;
  }

  /** When the next attempt is due; infinity when nothing waits. */
  nextDue(): number {
    return this.#tables.waiting(1).length > 0 ? this.#dueAt : Number.POSITIVE_INFINITY;
  }

  /** Never throws: a Meter that is down delays records, and nothing else. */
  async flush(
    deliver: (records: UsageRecord[]) => Promise<void>,
    now: () => number,
  ): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      for (let batch = 0; batch < BATCHES_MAX; batch++) {
        const rows = this.#tables.waiting(BATCH);
        const last = rows.at(-1);
        if (!last) return;
        await deliver(rows.map((row) => JSON.parse(row.record)));
        this.#tables.dequeue(last.seq);
        this.#failures = 0;
        this.#dueAt = now();
      }
    } catch (error) {
      const waitMs = Math.min(COALESCE_MS * 2 ** ++this.#failures, BACKOFF_MAX_MS);
      this.#dueAt = now() + waitMs;
      console.error({ message: "usage records wait for the meter", waitMs, error: String(error) });
    } finally {
      this.#flushing = false;
    }
  }
}

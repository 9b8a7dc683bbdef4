/**
 * What is on its way to the Meter: usage records and notices. They were stored with the change
 * they tell of, leave in that order, and count as delivered only when the Meter has acknowledged
 * them; one that was acknowledged without our knowing is sent again, and the Meter knows it by its
 * id. Delivered rows go with the next change, so that a delivery costs no write of its own.
 */
import type { SiteNotice } from "../../contract/notices.ts";
import type { UsageRecord } from "../../contract/usage.ts";
import type { OutboxRow, WalletNotes } from "./notes.ts";

/** What comes after a quiet time leaves together with what comes in this moment. */
const COALESCE_MS = 1_000;
/** From one delivery to the next: twice as long with each of a busy time, up to this. */
const APART_MAX_MS = 10_000;
/** After so long without a delivery the busy time is over. */
const QUIET_MS = 30_000;
const BATCH = 100;
/** Batches of one delivery; the rest goes with the next, so that one run stays short. */
const BATCHES_MAX = 20;
const BACKOFF_MAX_MS = 60_000;
const TIMER_LOST_MS = 120_000;

/** How what waits is handed to the Meter. */
export interface Delivery {
  records(records: UsageRecord[]): Promise<void>;
  notices(notices: SiteNotice[]): Promise<void>;
}

export class Outbox {
  readonly #notes: WalletNotes;
  /** Rows up to this one are delivered. In memory: after a crash they are sent again. */
  #delivered = 0;
  #isEmpty: boolean;
  /** Known only in memory: after an eviction a failing Meter is asked again a little early. */
  #dueAt = 0;
  #failures = 0;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #apartMs = COALESCE_MS;
  #flushing = false;

  constructor(notes: WalletNotes) {
    this.#notes = notes;
    this.#isEmpty = notes.waiting(0, 1).length === 0;
  }

  /** A row was added. Answers when it is to leave: together with those of the moment. */
  added(now: number): number {
    if (this.#isEmpty && this.#failures === 0) {
      if (now - this.#flushedAt > QUIET_MS) this.#apartMs = COALESCE_MS;
      this.#dueAt = Math.max(now + COALESCE_MS, this.#flushedAt + this.#apartMs);
    }
    this.#isEmpty = false;
    return this.#dueAt;
  }

  /** When the next attempt is due; infinity when nothing waits. */
  nextDue(): number {
    return this.#isEmpty ? Number.POSITIVE_INFINITY : this.#dueAt;
  }

  /** Within a change that is written anyway. */
  sweep(): void {
    if (this.#delivered === 0) return;
    this.#notes.dequeue(this.#delivered);
    this.#delivered = 0;
  }

  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** When the alarm must see to it, in case the timer in memory is lost. */
  alarmDue(now: number): number {
    if (this.#isEmpty && this.#delivered === 0) return Number.POSITIVE_INFINITY;
    return this.isFailing ? this.#dueAt : now + TIMER_LOST_MS;
  }

  /** A change was undone: what it swept is there again, what it added is not. */
  reread(): void {
    this.#delivered = 0;
    this.#isEmpty = this.#notes.waiting(0, 1).length === 0;
  }

  /** Never throws: a Meter that is down delays what waits, and nothing else. */
  async flush(delivery: Delivery, now: () => number): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      for (let batch = 0; batch < BATCHES_MAX; batch++) {
        const rows = this.#notes.waiting(this.#delivered, BATCH);
        const last = rows.at(-1);
        this.#isEmpty = last === undefined;
        if (!last) break;
        await deliver(rows, delivery);
        this.#delivered = last.seq;
        this.#failures = 0;
      }
      this.#flushedAt = now();
      this.#apartMs = Math.min(this.#apartMs * 2, APART_MAX_MS);
      this.#dueAt = this.#flushedAt + COALESCE_MS;
    } catch (error) {
      const waitMs = Math.min(COALESCE_MS * 2 ** this.#failures++, BACKOFF_MAX_MS);
      this.#dueAt = now() + waitMs;
      console.error({ message: "usage records wait for the meter", waitMs, error: String(error) });
    } finally {
      this.#flushing = false;
    }
  }
}

/** In order: a run of rows of one kind is one call. */
async function deliver(rows: OutboxRow[], delivery: Delivery): Promise<void> {
  for (let start = 0; start < rows.length; ) {
    const kind = rows[start]?.kind;
    let end = start;
    while (rows[end]?.kind === kind) end++;
    const records = rows.slice(start, end).map((row) => JSON.parse(row.record));
    if (kind === "notice") await delivery.notices(records);
    else await delivery.records(records);
    start = end;
  }
}

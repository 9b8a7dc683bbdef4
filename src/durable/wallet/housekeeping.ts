/** What a wallet forgets in time: tombstones, and entries that are folded into months. */
import type { WalletTables } from "./statements.ts";

/** Who comes later than this for a request that was not charged is told that it is unknown. */
const TOMBSTONE_MS = 25 * 3_600_000;
const EVERY_MS = 3_600_000;
const BATCH = 1_000;
/** The statement of the last thirteen months stays whole, whatever their length. */
export const STATEMENT_MS = 13 * 31 * 86_400_000;

export class Housekeeping {
  readonly #tables: WalletTables;
  #doneAt = 0;

  constructor(tables: WalletTables) {
    this.#tables = tables;
  }

  /** Bounded: what is left over is due again at once. */
  run(now: number): void {
    if (this.nextDue(now) > now) return;
    const moreReleases = this.#tables.pruneReleases(now - TOMBSTONE_MS, BATCH);
    const moreEntries = this.#tables.compact(now - STATEMENT_MS, BATCH);
    this.#doneAt = moreReleases || moreEntries ? now - EVERY_MS : now;
  }

  /** Milliseconds since 1970; infinity when there is nothing to forget. */
  nextDue(now: number): number {
    const release = this.#tables.oldestRelease();
    const entry = this.#tables.oldestFoldable();
    const due = Math.min(
      release === null ? Number.POSITIVE_INFINITY : release + TOMBSTONE_MS + 1,
      entry === null ? Number.POSITIVE_INFINITY : entry + STATEMENT_MS + 1,
    );
    if (due === Number.POSITIVE_INFINITY) return due;
    // Not at once again: the oldest may be one that still cannot go.
    return Math.max(due, this.#doneAt + EVERY_MS, now);
  }
}

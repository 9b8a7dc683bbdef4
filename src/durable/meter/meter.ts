/**
 * The Meter of one site: what every request used and cost, and the sums of it. It never decides
 * anything about money: it is told, after the fact, by the outboxes of the wallets.
 *
 * 1. A record is taken in once: the request id is its key, a repetition changes nothing.
 * 2. A roll-up grows in the same transaction as the record that it counts, so at any time each
 *    sum equals the sum over the records.
 * 3. The answer to `record` means stored: the wallet deletes what it sent.
 * 4. A record is never refused for its content: a time that cannot be read is the time of arrival,
 *    a figure that is none counts nothing. A refused one would hold up all that wait behind it.
 *
 * Spans are rounded to whole hours, since that is what roll-ups know.
 */
import { DurableObject } from "cloudflare:workers";
import type { UsageBucket, UsageRecord } from "../../contract/usage.ts";
import { migrate } from "../migrate.ts";
import type { MeterRpc, RequestFilter, UsageQuery } from "./protocol.ts";
import { type Cursor, MeterTables, STEPS } from "./schema.ts";

const PAGE_MAX = 1_000;

export class Meter extends DurableObject<Env> implements MeterRpc {
  readonly #tables: MeterTables;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, STEPS);
    this.#tables = new MeterTables(ctx.storage.sql);
  }

  async record(records: UsageRecord[]): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      for (const record of records) this.#take(record);
    });
  }

  async requests(filter: RequestFilter): ReturnType<MeterRpc["requests"]> {
    const size = Math.max(1, Math.min(PAGE_MAX, Math.trunc(filter.limit)));
    const before = filter.after === undefined ? null : readCursor(filter.after);
    // A cursor that is not ours leads nowhere rather than to the start.
    if (before === "unreadable") return { data: [], has_more: false, next: null };
    const rows = this.#tables.records(filter, before, size + 1);
    const shown = rows.slice(0, size);
    const last = shown.at(-1);
    const more = rows.length > size;
    return {
      data: shown.map((row) => row.record),
      has_more: more,
      next: more && last ? `${last.at}:${last.requestId}` : null,
    };
  }

  async request(requestId: string): Promise<UsageRecord | null> {
    return this.#tables.record(requestId);
  }

  async usage(query: UsageQuery): Promise<UsageBucket[]> {
    return this.#tables
      .totals(query)
      .map((totals) => ({ ...totals, at: new Date(totals.at).toISOString() }));
  }

  async activeUsers(from: number, to: number): Promise<number> {
    return this.#tables.countUsers(from, to);
  }

  #take(record: UsageRecord): void {
    const parsed = Date.parse(record.at);
    const at = Number.isNaN(parsed) ? Date.now() : parsed;
    if (!this.#tables.insertRecord(record, at)) return;
    this.#tables.addToRollup(record, at);
    this.#tables.rememberUser(record.user_id, record.user_email);
  }
}

function readCursor(text: string): Cursor | "unreadable" {
  const [, at, requestId] = text.match(/^(\d{1,15}):(.+)$/) ?? [];
  return at !== undefined && requestId !== undefined ? { at: Number(at), requestId } : "unreadable";
}

/**
 * The Meter of one site: what every request used and cost, and the sums of it; the calls that the
 * site has left in a month; what the site should know of; the audit. It never decides anything
 * about money: it is told, after the fact, by the outboxes of the wallets.
 *
 * 1. A record is taken in once: the request id is its key, a repetition changes nothing.
 * 2. A roll-up grows in the same transaction as the record that it counts, so at any time each
 *    sum equals the sum over the records.
 * 3. The answer to `record` means stored: the wallet deletes what it sent.
 * 4. A record is never refused for its content: a time that cannot be read is the time of arrival,
 *    a figure that is none counts nothing. A refused one would hold up all that wait behind it.
 * 5. After 13 months records, notices and audit entries go; the sums stay, by the day. What is
 *    older than the last that went is taken for known: nobody could tell any more that it was
 *    counted.
 * 6. The alarm does what is due in bounded pieces; late or twice does no harm.
 * 7. Memory holds nothing that storage does not: after a change that was undone it is made anew.
 */
import { DurableObject } from "cloudflare:workers";
import type { AuditEntry } from "../../contract/audit.ts";
import type { SiteNotice } from "../../contract/notices.ts";
import type { UsageBucket, UsageRecord } from "../../contract/usage.ts";
import { migrate } from "../migrate.ts";
import { packRecord, type RecordRow } from "./packing.ts";
import { pageOf } from "./paging.ts";
import type {
  AuditFilter,
  AuditNotes,
  Lease,
  LeaseRequest,
  MeterRpc,
  NoticeFilter,
  Page,
  RequestFilter,
  UsageQuery,
} from "./protocol.ts";
import { DAY_MS } from "./rollups.ts";
import { STEPS } from "./schema.ts";
import { Tables } from "./tables.ts";

/** Of the alarm, for each kind of row. */
const BATCH = 1_000;
/** Between two pieces of what is due. */
const PIECE_MS = 1_000;
/** An alarm that is this late has been given up by the platform and must be set again. */
const ALARM_LOST_MS = 3_600_000;

export class Meter extends DurableObject<Env> implements MeterRpc {
  #tables: Tables;
  /** When the alarm will ring; null when that is not known in memory. */
  #alarmAt: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, STEPS);
    this.#tables = new Tables(ctx.storage.sql);
  }

  async record(records: UsageRecord[]): Promise<void> {
    const now = Date.now();
    this.#change((tables) => {
      const added: RecordRow[] = [];
      for (const record of records) {
        const at = timeOf(record.at, now);
        if (tables.isForgotten(at)) continue;
        const row = packRecord(record, at, tables.words);
        if (tables.log.insert(row)) added.push(row);
      }
      tables.rollups.add(added);
    });
    await this.#wake(now);
  }

  async requests(filter: RequestFilter): Promise<Page<UsageRecord>> {
    return pageOf(filter, (before, limit) => this.#tables.log.list(filter, before, limit));
  }

  async request(requestId: string): Promise<UsageRecord | null> {
    return this.#tables.log.find(requestId);
  }

  async usage(query: UsageQuery): Promise<UsageBucket[]> {
    return this.#tables.rollups
      .totals(query)
      .map((totals) => ({ ...totals, at: new Date(totals.at).toISOString() }));
  }

  async activeUsers(from: number, to: number): Promise<number> {
    return this.#tables.rollups.countUsers(from, to);
  }

  async lease(request: LeaseRequest): Promise<Lease> {
    const now = Date.now();
    const lease = this.#change(({ leases }) => leases.lease(request, now));
    await this.#wake(now);
    return lease;
  }

  async calls(month: string): Promise<{ granted: number; limit: number | null }> {
    return this.#tables.leases.calls(month);
  }

  async notice(notices: SiteNotice[]): Promise<void> {
    const now = Date.now();
    this.#change((tables) => {
      for (const notice of notices) {
        const at = timeOf(notice.at, now);
        if (!tables.isForgotten(at)) tables.notices.insert(notice, at);
      }
    });
    await this.#wake(now);
  }

  async notices(filter: NoticeFilter): Promise<Page<SiteNotice>> {
    return pageOf(filter, (before, limit) => this.#tables.notices.list(filter, before, limit));
  }

  async forgetUser(userId: string): Promise<void> {
    this.#change((tables) => tables.forgetUser(userId));
    // What was remembered of words is not so any more.
    this.#tables = new Tables(this.ctx.storage.sql);
  }

  async audit({ begun, ended }: AuditNotes): Promise<string[]> {
    const now = Date.now();
    const leftOut = this.#change(({ audit }) => {
      const tooMany = begun.filter((entry) => !audit.begin(entry, timeOf(entry.at, now)));
      const ids = tooMany.map(({ id }) => id);
      for (const outcome of ended) if (!ids.includes(outcome.id)) audit.end(outcome);
      return ids;
    });
    await this.#wake(now);
    return leftOut;
  }

  async auditEntries(filter: AuditFilter): Promise<Page<AuditEntry>> {
    return pageOf(filter, (before, limit) => this.#tables.audit.list(filter, before, limit));
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    const now = Date.now();
    const more = this.#change((tables) => tables.tidy(now, BATCH));
    const due = more ? now + PIECE_MS : this.#tables.nextDue();
    if (due !== null) await this.#setAlarm(more ? due : Math.max(due, now + DAY_MS));
  }

  /** Something was stored, and will be due for folding or forgetting one day. */
  async #wake(now: number): Promise<void> {
    this.#alarmAt ??= await this.ctx.storage.getAlarm();
    const at = this.#alarmAt;
    const soonMs = 3 * DAY_MS;
    if (at === null || at > now + soonMs || at < now - ALARM_LOST_MS) {
      await this.#setAlarm(now + soonMs);
    }
  }

  async #setAlarm(at: number): Promise<void> {
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }

  /** Runs one call as one transaction. */
  #change<Value>(work: (tables: Tables) => Value): Value {
    try {
      return this.ctx.storage.transactionSync(() => work(this.#tables));
    } catch (error) {
      this.#tables = new Tables(this.ctx.storage.sql);
      throw error;
    }
  }
}

/** Milliseconds since 1970; now when it is not a time that a request can have. */
function timeOf(text: string, now: number): number {
  const at = Date.parse(text);
  return at >= 0 ? at : now;
}

/**
 * Everything that a Meter keeps, for how long, and what it remembers of it in memory.
 *
 * 1. Hours older than two months are summed up to days; days stay for ever.
 * 2. Records, notices and audit entries older than 13 months go. From then on, nothing older is taken in: whether
 *    it had been counted before could not be told any more.
 */
import { Audit } from "./audit.ts";
import { Leases } from "./leases.ts";
import { Notices } from "./notices.ts";
import { Records } from "./records.ts";
import { DAY_MS, Rollups } from "./rollups.ts";
import { Words } from "./words.ts";

const HOURS_KEPT_MS = 62 * DAY_MS;
/** Of 31 days. */
const RECORDS_KEPT_MS = 13 * 31 * DAY_MS;

export class Tables {
  readonly words: Words;
  readonly log: Records;
  readonly rollups: Rollups;
  readonly leases: Leases;
  readonly notices: Notices;
  readonly audit: Audit;
  readonly #sql: SqlStorage;
  #recordsFrom: number;

  constructor(sql: SqlStorage) {
    const retention = sql
      .exec<{ hourly_from: number; records_from: number }>(
        "SELECT hourly_from, records_from FROM retention",
      )
      .one();
    this.#sql = sql;
    this.#recordsFrom = retention.records_from;
    this.words = new Words(sql);
    this.log = new Records(sql, this.words);
    this.rollups = new Rollups(sql, retention.hourly_from);
    this.leases = new Leases(sql);
    this.notices = new Notices(sql);
    this.audit = new Audit(sql);
  }

  /** Of this time nothing is left, so what arrives late cannot be told from what was counted. */
  isForgotten(at: number): boolean {
    return at < this.#recordsFrom;
  }

  /** Does a part of what is due, in a transaction; answers whether more is. */
  tidy(now: number, batch: number): boolean {
    const recordsFrom = now - RECORDS_KEPT_MS;
    const gone = [this.log, this.notices].map((part) => part.deleteBefore(recordsFrom, batch));
    if (gone.some((rows) => rows > 0)) this.#recordsFrom = Math.max(this.#recordsFrom, recordsFrom);
    gone.push(this.audit.deleteBefore(recordsFrom, batch));
    const hourlyFrom = this.rollups.fold(now - HOURS_KEPT_MS, batch);
    this.#sql.exec(
      "UPDATE retention SET records_from = ?, hourly_from = coalesce(?, hourly_from)",
      this.#recordsFrom,
      hourlyFrom,
    );
    const leasesLeft = this.leases.forget(now, batch);
    return gone.includes(batch) || hourlyFrom === null || leasesLeft;
  }

  /** Takes the e-mails of a user from all that is kept but the audit; his id stays. */
  forgetUser(userId: string): void {
    const user = this.words.idOf(userId);
    const emails = new Set([...this.log.forgetEmails(user), ...this.rollups.forgetEmail(user)]);
    for (const email of emails) if (!this.log.knowsEmail(email)) this.words.forget(email);
    this.notices.forgetUser(userId);
  }

  /** When something will be due; null when nothing is kept that ever is. */
  nextDue(): number | null {
    const dues = [
      after(this.log.oldest(), RECORDS_KEPT_MS),
      after(this.notices.oldest(), RECORDS_KEPT_MS),
      after(this.audit.oldest(), RECORDS_KEPT_MS),
      after(this.rollups.oldestHourly(), HOURS_KEPT_MS + DAY_MS),
      this.leases.dueAt(),
    ].filter((due) => due !== null);
    return dues.length > 0 ? Math.min(...dues) : null;
  }
}

function after(at: number | null, keptMs: number): number | null {
  return at === null ? null : at + keptMs + 1;
}

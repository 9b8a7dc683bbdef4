/** What may be asked of a site's Meter. */
import type { AuditChange, AuditEntry, AuditTarget } from "../../contract/audit.ts";
import type { NoticeKind, SiteNotice } from "../../contract/notices.ts";
import type {
  USAGE_DIMENSIONS,
  USAGE_STATUSES,
  UsageBucket,
  UsageRecord,
} from "../../contract/usage.ts";

export interface RequestFilter {
  /** Milliseconds since 1970. */
  from?: number;
  to?: number;
  model?: string;
  /** User id or a part of the e-mail. */
  user?: string;
  connection?: string;
  key?: string;
  status?: (typeof USAGE_STATUSES)[number];
  limit: number;
  after?: string;
}

export interface NoticeFilter {
  kind?: NoticeKind;
  limit: number;
  after?: string;
}

/** What is about to be done. */
export type AuditBegun = Omit<AuditEntry, "outcome" | "code" | "changes">;

/** How it ended. */
export interface AuditEnded {
  /** Of what was begun. */
  id: string;
  outcome: "done" | "refused" | "failed";
  code: string | null;
  changes: AuditChange[];
  /** Where it is known only now: of what was made. */
  target?: AuditTarget;
}

export interface AuditNotes {
  begun: AuditBegun[];
  ended: AuditEnded[];
}

export interface AuditFilter {
  id?: string;
  /** Milliseconds since 1970. */
  from?: number;
  to?: number;
  /** An action, or what several begin with. */
  action?: string;
  /** An id, or a part of the name. */
  actor?: string;
  target?: string;
  address?: string;
  outcome?: AuditEntry["outcome"];
  limit: number;
  after?: string;
}

/** Newest first; `next` is the `after` of the next page. */
export interface Page<Item> {
  data: Item[];
  has_more: boolean;
  next: string | null;
}

export interface UsageQuery {
  from: number;
  to: number;
  step: "hour" | "day";
  by?: (typeof USAGE_DIMENSIONS)[number];
}

/** A wallet asks for a part of the calls that the site may make in a month. */
export interface LeaseRequest {
  walletId: string;
  /** Made by the wallet: repeating it gives the same answer, for two days. */
  operationId: string;
  /** `2026-11`, UTC. */
  month: string;
  /** Calls per month that the site may make. */
  limit: number;
  wanted: number;
  /** Calls of what was granted for this same month that the wallet will not use. */
  returned: number;
}

export interface Lease {
  month: string;
  /** 0 means that the month is used up, unless nothing was wanted. */
  granted: number;
  usedUp: boolean;
  /** Milliseconds since 1970; what is not used by then is given back by whoever holds it. */
  expiresAt: number;
}

export interface MeterRpc {
  /** Takes records in; one that is known already (by request id) changes nothing. */
  record(records: UsageRecord[]): Promise<void>;
  requests(filter: RequestFilter): Promise<Page<UsageRecord>>;
  request(requestId: string): Promise<UsageRecord | null>;
  /**
   * Sums by step and dimension, oldest first. Spans are rounded to whole hours; after two months
   * only the sums of whole days (UTC) are left, which count where their day begins in the span.
   */
  usage(query: UsageQuery): Promise<UsageBucket[]>;
  /** Distinct users with a request in the span. */
  activeUsers(from: number, to: number): Promise<number>;
  /** All the wallets together never have more calls of a month than its limit. */
  lease(request: LeaseRequest): Promise<Lease>;
  /** Calls of a month that wallets have or have made; the limit as it was told last. */
  calls(month: string): Promise<{ granted: number; limit: number | null }>;
  /** Keeps notices; one that is known already (by id) changes nothing. */
  notice(notices: SiteNotice[]): Promise<void>;
  notices(filter: NoticeFilter): Promise<Page<SiteNotice>>;
  /** Records and sums of this user stay, and know him by his id alone. */
  forgetUser(userId: string): Promise<void>;
  /**
   * Keeps what is begun and how it ended; what is known already (by id) changes nothing. Answers the
   * ids of what was not kept: strangers may fill so much of an hour and no more.
   */
  audit(notes: AuditNotes): Promise<string[]>;
  auditEntries(filter: AuditFilter): Promise<Page<AuditEntry>>;
}

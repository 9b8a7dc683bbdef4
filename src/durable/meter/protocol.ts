/** What may be asked of a site's Meter. */
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

export interface UsageQuery {
  from: number;
  to: number;
  step: "hour" | "day";
  by?: (typeof USAGE_DIMENSIONS)[number];
}

export interface MeterRpc {
  /** Takes records in; one that is known already (by request id) changes nothing. */
  record(records: UsageRecord[]): Promise<void>;
  requests(
    filter: RequestFilter,
  ): Promise<{ data: UsageRecord[]; has_more: boolean; next: string | null }>;
  request(requestId: string): Promise<UsageRecord | null>;
  usage(query: UsageQuery): Promise<UsageBucket[]>;
  /** Distinct users with a request in the span. */
  activeUsers(from: number, to: number): Promise<number>;
}

/** The filtered log as CSV, page after page up to a bound that a spreadsheet still opens. */
import type { UsageRecord } from "@contract";
import type { CsvCell } from "@contract/csv.ts";
import { call } from "../../lib/api.ts";

import type { RequestFilter } from "../../lib/queries.ts";

export const EXPORT_MAX = 10_000;
const PAGE = 200;

export const CSV_HEADER = [
  "request_id",
  "at",
  "surface",
  "status",
  "error",
  "user",
  "key_id",
  "model",
  "connection",
  "upstream_model",
  "input_tokens",
  "output_tokens",
  "cached_input_tokens",
  "reasoning_tokens",
  "usage_source",
  "credits",
  "price_version",
  "first_byte_ms",
  "total_ms",
  "attempts",
] as const;

export const csvRow = (record: UsageRecord): CsvCell[] => [
  record.request_id,
  record.at,
  record.surface,
  record.status,
  record.error,
  record.user_email,
  record.key_id,
  record.model,
  record.connection,
  record.upstream_model,
  record.tokens.input,
  record.tokens.output,
  record.tokens.cachedInput,
  record.tokens.reasoning,
  record.usage_source,
  record.charged_micro / 1_000_000,
  record.price_version,
  record.timings.first_byte,
  record.timings.total,
  record.attempts.length,
];

/** `onProgress` is told how many are here; `cut` says that older ones were left out. */
export async function fetchAll(
  filter: RequestFilter,
  onProgress: (count: number) => void,
): Promise<{ records: UsageRecord[]; cut: boolean }> {
  const records: UsageRecord[] = [];
  let after: string | undefined;
  do {
    const page = await call("GET /api/admin/requests", {
      query: { ...filter, limit: PAGE, after },
    });
    records.push(...page.data);
    onProgress(records.length);
    after = page.has_more ? (page.next ?? undefined) : undefined;
  } while (after !== undefined && records.length < EXPORT_MAX);
  return { records, cut: after !== undefined };
}

/** The audit as the console reads it. */
import type { z } from "zod";
import type { AuditEntry, auditFilterSchema, auditQuerySchema } from "../contract/audit.ts";
import type { CsvCell } from "../contract/csv.ts";
import type { Locale, Page } from "../contract/values.ts";
import { meterOf } from "../durable/meter/client.ts";
import type { AuditFilter } from "../durable/meter/protocol.ts";
import { csvStream } from "./csv-stream.ts";
import type { Services } from "./services.ts";

export async function auditPage(
  services: Services,
  siteId: string,
  { from, to, ...rest }: z.output<typeof auditQuerySchema>,
): Promise<Page<AuditEntry>> {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined && value !== "");
  const filter: AuditFilter = {
    ...(Object.fromEntries(given) as Omit<AuditFilter, "from" | "to">),
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
  return await meterOf(services.env, siteId).auditEntries(filter);
}

const FILE_PAGE = 200;

const HEADER: Record<Locale, readonly string[]> = {
  en: [
    "Time (UTC)",
    "Action",
    "Outcome",
    "Error",
    "Who",
    "Kind of who",
    "Id of who",
    "What",
    "Kind of what",
    "Id of what",
    "Address",
    "Program",
    "Request",
    "Asked",
    "Changed",
    "Entry",
  ],
  "zh-CN": [
    "时间 (UTC)",
    "操作",
    "结果",
    "错误",
    "操作者",
    "操作者类型",
    "操作者 ID",
    "对象",
    "对象类型",
    "对象 ID",
    "地址",
    "程序",
    "请求",
    "提交内容",
    "变更",
    "记录",
  ],
};

export function auditCsv(
  services: Services,
  siteId: string,
  filter: z.output<typeof auditFilterSchema>,
  locale: Locale,
): ReadableStream<Uint8Array> {
  return csvStream(
    HEADER[locale],
    (after) => auditPage(services, siteId, { ...filter, limit: FILE_PAGE, after }),
    cellsOf,
  );
}

const json = (value: unknown): CsvCell => (value === null ? null : JSON.stringify(value));

function cellsOf(entry: AuditEntry): CsvCell[] {
  const { actor, target } = entry;
  return [
    entry.at,
    entry.action,
    entry.outcome,
    entry.code,
    actor.name,
    actor.kind,
    actor.id,
    target?.name,
    target?.kind,
    target?.id,
    entry.address,
    entry.agent,
    entry.requestId,
    json(entry.asked),
    json(entry.changes.length > 0 ? entry.changes : null),
    entry.id,
  ];
}

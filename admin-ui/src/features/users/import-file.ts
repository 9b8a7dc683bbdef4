/** A file of users in the browser: its text, its columns, its rows. Pure but for the reading. */
import { IMPORT_FIELDS, IMPORT_ROWS_MAX, type ImportField } from "@contract/import-fields.ts";
import type { ImportRow } from "@contract/people-import.ts";
import Papa from "papaparse";

export interface ReadFile {
  header: string[];
  rows: string[][];
}
export type Unreadable = "empty" | "too_many";

/** UTF-8 where it is; else as Chinese spreadsheets write it. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // What is no UTF-8 is what Excel saves in China; every byte is something in that.
    return new TextDecoder("gb18030").decode(bytes);
  }
}

export function readCsv(text: string): ReadFile | Unreadable {
  const { data } = Papa.parse<string[]>(text.replace(/^\ufeff/, ""), { skipEmptyLines: "greedy" });
  const [header, ...rows] = data;
  if (!header || rows.length === 0) return "empty";
  return rows.length > IMPORT_ROWS_MAX ? "too_many" : { header, rows };
}

/** Words by which people call the columns, lower case. */
const NAMES: Record<ImportField, readonly string[]> = {
  email: ["email", "e-mail", "mail", "邮箱", "电子邮箱"],
  name: ["name", "姓名", "名字", "昵称"],
  role: ["role", "角色"],
  level: ["level", "plan", "等级", "订阅等级"],
  level_expires_at: [
    "level_expires_at",
    "level ends",
    "expires",
    "到期时间",
    "等级到期",
    "等级到期日",
  ],
  groups: ["groups", "group", "用户组", "分组"],
  department: ["department", "部门"],
  kind: ["kind", "type", "类型"],
  note: ["note", "notes", "备注"],
  enabled: ["enabled", "state", "status", "状态"],
};

/** For each column what it seems to mean; each meaning once. */
export function guessMapping(header: readonly string[]): (ImportField | null)[] {
  const taken = new Set<ImportField>();
  return header.map((title) => {
    const word = title.trim().toLowerCase();
    const field = IMPORT_FIELDS.find((one) => NAMES[one].includes(word) && !taken.has(one));
    if (field) taken.add(field);
    return field ?? null;
  });
}

/** Rows as the server wants them; the first one after the header is line 2. */
export function rowsOf({ rows }: ReadFile, mapping: readonly (ImportField | null)[]): ImportRow[] {
  return rows.map((cells, index) => {
    const row: ImportRow = { line: index + 2 };
    mapping.forEach((field, column) => {
      const cell = cells[column];
      if (field && cell) row[field] = unguarded(cell);
    });
    return row;
  });
}

/** Our own files guard cells that a spreadsheet would run; taken in again they are what they were. */
const unguarded = (cell: string): string => cell.replace(/^'(?=[=+\-@\t\r])/, "");

/** Lines whose e-mail stands in an earlier line too: batches do not know of each other. */
export function repeatedLines(rows: readonly ImportRow[]): Set<number> {
  const seen = new Set<string>();
  const repeated = new Set<number>();
  for (const { line, email } of rows) {
    const key = (email ?? "").trim().toLowerCase();
    if (key === "") continue;
    if (seen.has(key)) repeated.add(line);
    seen.add(key);
  }
  return repeated;
}

/** A list as a file for a spreadsheet. */
import { CSV_MARK, type CsvCell, csvLine } from "@contract/csv.ts";

export function csvOf(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return `${CSV_MARK}${[header, ...rows].map(csvLine).join("")}`;
}

/** Hands a text to the browser as a file. */
export function downloadText(name: string, text: string, type = "text/csv;charset=utf-8"): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the blob after this task; a minute is plenty and leaks nothing for long.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** CSV that spreadsheets open rightly: BOM for UTF-8, CRLF, and no cell that they would run. */

export type CsvCell = string | number | boolean | null | undefined;

/** Spreadsheets take a cell that starts with one of these for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const PLAIN_NUMBER = /^[+-]?\d+(\.\d+)?$/;

export function csvCell(value: CsvCell): string {
  if (value === null || value === undefined) return "";
  let text = String(value);
  // A negative number is a number; text from outside that merely looks like a formula is not run.
  if (FORMULA.test(text) && !(typeof value === "number" && PLAIN_NUMBER.test(text))) {
    text = `'${text}`;
  }
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvOf(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const lines = [header, ...rows].map((row) => row.map(csvCell).join(","));
  return `\ufeff${lines.join("\r\n")}\r\n`;
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

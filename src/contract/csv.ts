/** CSV that spreadsheets open rightly: UTF-8 with its mark, CRLF, and no cell that they would run. */

export type CsvCell = string | number | boolean | null | undefined;

/** Goes before the first line, or a spreadsheet takes the text for another encoding. */
export const CSV_MARK = "\ufeff";

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

export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(csvCell).join(",")}\r\n`;

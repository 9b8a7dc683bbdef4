/**
 * The README's tables of what works, as the matrix has found it. `PORTICO_WRITE_TABLE=1` beside the
 * matrix's run writes them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/paths.ts";

/** Works · is left out, and told in a header · is refused, and costs nothing. */
export type Mark = "✓" | "⚠" | "✗";

const README = join(ROOT, "README.md");

interface Shape<Column extends string> {
  /** Of its marks in the README: `<!-- <name>: written by the tests -->` … `<!-- end -->`. */
  name: string;
  /** Row → how it is called there. */
  rows: Record<string, string>;
  fronts: readonly string[];
  columns: readonly Column[];
}

export class Compatibility<Column extends string> {
  readonly #marks = new Map<string, Mark>();
  readonly #shape: Shape<Column>;

  constructor(shape: Shape<Column>) {
    this.#shape = shape;
  }

  mark(row: string, front: string, column: Column, how: Mark): void {
    this.#marks.set(`${row}/${front}/${column}`, how);
  }

  /** What is between its marks in the README; written first, where that is asked. */
  inReadme(): string {
    const between = new RegExp(
      `(<!-- ${this.#shape.name}: written by the tests -->\\n)([\\s\\S]*?)(<!-- end -->)`,
    );
    const text = readFileSync(README, "utf8");
    if (!process.env.PORTICO_WRITE_TABLE) return between.exec(text)?.[2] ?? "";
    const table = this.table();
    writeFileSync(
      README,
      text.replace(between, (_all, begin, _old, end) => begin + table + end),
    );
    return table;
  }

  table(): string {
    const { rows, columns } = this.#shape;
    const lines = Object.entries(rows).map(([row, label]) => [
      label,
      ...columns.map((column) => this.#cell(row, column)),
    ]);
    return [["upstream", ...columns], ["---", ...columns.map(() => ":-:")], ...lines]
      .map((line) => `| ${line.join(" | ")} |\n`)
      .join("");
  }

  /** One mark where all fronts are alike, else one each; what was not found out is a question. */
  #cell(row: string, column: Column): string {
    const marks = this.#shape.fronts.map(
      (front) => this.#marks.get(`${row}/${front}/${column}`) ?? "?",
    );
    return new Set(marks).size === 1 ? (marks[0] ?? "?") : marks.join(" ");
  }
}

/**
 * The README's table of what works, as the matrix has found it. `PORTICO_WRITE_TABLE=1` beside the
 * matrix's run writes it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/paths.ts";

export const COLUMNS = [
  "text",
  "stream",
  "tools",
  "pictures",
  "JSON schema",
  "refusals",
  "broken streams",
  "leaving",
] as const;
export type Column = (typeof COLUMNS)[number];
/** Works · is left out, and told in a header · is refused, and costs nothing. */
export type Mark = "✓" | "⚠" | "✗";

const LABELS: Record<string, string> = {
  openai: "OpenAI and look-alikes",
  anthropic: "Anthropic",
  gemini: "Google Gemini",
  bedrock: "Amazon Bedrock",
  ollama: "Ollama",
  dify: "Dify (agents)",
};

const README = join(ROOT, "README.md");
const BETWEEN = /(<!-- compatibility: written by the tests -->\n)([\s\S]*?)(<!-- end -->)/;

export class Compatibility {
  readonly #marks = new Map<string, Mark>();
  readonly #families: readonly string[];
  readonly #fronts: readonly string[];

  constructor(families: readonly string[], fronts: readonly string[]) {
    this.#families = families;
    this.#fronts = fronts;
  }

  mark(family: string, front: string, column: Column, how: Mark): void {
    this.#marks.set(`${family}/${front}/${column}`, how);
  }

  /** What is between its marks in the README; written first, where that is asked. */
  inReadme(): string {
    const text = readFileSync(README, "utf8");
    if (!process.env.PORTICO_WRITE_TABLE) return BETWEEN.exec(text)?.[2] ?? "";
    const table = this.table();
    writeFileSync(
      README,
      text.replace(BETWEEN, (_all, begin, _old, end) => begin + table + end),
    );
    return table;
  }

  table(): string {
    const rows = this.#families.map((family) => [
      LABELS[family] ?? family,
      ...COLUMNS.map((column) => this.#cell(family, column)),
    ]);
    const lines = [["upstream", ...COLUMNS], ["---", ...COLUMNS.map(() => ":-:")], ...rows];
    return lines.map((line) => `| ${line.join(" | ")} |\n`).join("");
  }

  /** One mark where all fronts are alike, else one each; what was not found out is a question. */
  #cell(family: string, column: Column): string {
    const marks = this.#fronts.map(
      (front) => this.#marks.get(`${family}/${front}/${column}`) ?? "?",
    );
    return new Set(marks).size === 1 ? (marks[0] ?? "?") : marks.join(" ");
  }
}

/** The files that the tidy tests read, parsed once, and the shape in which they complain. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "rolldown/utils";
import { expect } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** A node of the ESTree that the parser answers; the rules look at few of its fields. */
export interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

export interface ImportOf {
  specifier: string;
  line: number;
  /** Nothing of it is left after the types are gone. */
  typeOnly: boolean;
}

export interface Source {
  /** From the root of the checkout, with slashes. */
  path: string;
  text: string;
  lineCount: number;
  program: SyntaxNode;
  comments: { text: string; line: number }[];
  imports: ImportOf[];
  lineAt(offset: number): number;
}

export interface Violation {
  path: string;
  line: number;
  rule: string;
}

/** Tracked and new files, without what git ignores and what was deleted but not yet committed. */
export function listedFiles(): string[] {
  const answer = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64_000_000,
  });
  return answer
    .split("\0")
    .filter((path) => path !== "" && existsSync(join(ROOT, path)))
    .sort();
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

export function exists(path: string): boolean {
  return existsSync(join(ROOT, path));
}

/** Written by programs: nobody reads them top to bottom. */
function isGenerated(path: string): boolean {
  return path === "worker-configuration.d.ts" || path.startsWith("migrations/");
}

export function isCode(path: string): boolean {
  return /\.(ts|tsx|mjs|js)$/.test(path) && !isGenerated(path) && !path.includes("/fixtures/");
}

let parsed: Source[] | undefined;

/** Every file of code in the checkout. */
export function allSources(): Source[] {
  parsed ??= listedFiles()
    .filter(isCode)
    .map((path) => sourceOf(path, readText(path)));
  return parsed;
}

/** One file, or a sample that stands for one. Throws on a syntax error: nothing could be checked. */
export function sourceOf(path: string, text: string): Source {
  const answer = parseSync(path, text);
  const problem = answer.errors[0];
  if (problem) throw new Error(`${path} cannot be parsed: ${problem.message}`);
  const lineAt = lineFinder(text);
  const program = answer.program as unknown as SyntaxNode;
  return {
    path,
    text,
    lineCount: text === "" ? 0 : text.replace(/\n$/, "").split("\n").length,
    program,
    comments: answer.comments.map(({ value, start }) => ({ text: value, line: lineAt(start) })),
    imports: importsOf(program, lineAt),
    lineAt,
  };
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** Static and dynamic imports, re-exports and `import("…")` types. */
function importsOf(program: SyntaxNode, lineAt: (offset: number) => number): ImportOf[] {
  const found: ImportOf[] = [];
  const add = (node: SyntaxNode, source: unknown, typeOnly: boolean) => {
    const specifier = (source as { value?: unknown } | null)?.value;
    if (typeof specifier === "string") {
      found.push({ specifier, line: lineAt(node.start), typeOnly });
    }
  };
  for (const { node } of walk(program)) {
    if (node.type === "ImportDeclaration") add(node, node.source, node.importKind === "type");
    if (/^Export(Named|All)Declaration$/.test(node.type)) {
      add(node, node.source, node.exportKind === "type");
    }
    if (node.type === "ImportExpression") add(node, node.source, false);
    if (node.type === "TSImportType") add(node, node.source ?? node.argument, true);
  }
  return found;
}

export interface Visit {
  node: SyntaxNode;
  parent: SyntaxNode | null;
}

/** Every node, parents first. */
export function* walk(node: SyntaxNode, parent: SyntaxNode | null = null): Generator<Visit> {
  yield { node, parent };
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* walk(child, node);
    }
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** Fails with one `file:line rule` per line, so that a person can act on each. */
export function expectTidy(violations: Violation[]): void {
  const lines = violations.map(({ path, line, rule }) => `${path}:${line} ${rule}`).sort();
  expect(lines.length, `\n${lines.join("\n")}\n`).toBe(0);
}

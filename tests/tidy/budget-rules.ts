/** The budgets: how long a file, a function and a component may be. */
import { type Source, type SyntaxNode, type Violation, type Visit, walk } from "./sources.ts";

export const BUDGETS = {
  fileLines: 400,
  medianLines: 100,
  functionLines: 70,
  componentLines: 200,
  entryLines: 120,
  connectorLines: 300,
  lookAlikeLines: 60,
};

/** `src/connectors/<platform>/<file>`; the kit serves all platforms. */
const PLATFORM_FILE = /^src\/connectors\/(?!kit\/)[^/]+\/[^/]+\.ts$/;

export function fileBudget(path: string, text: string): { lines: number; rule: string } {
  if (path === "src/worker.ts")
    return { lines: BUDGETS.entryLines, rule: "the entry only chooses" };
  if (PLATFORM_FILE.test(path)) {
    return isLookAlike(text)
      ? { lines: BUDGETS.lookAlikeLines, rule: "a declared look-alike" }
      : { lines: BUDGETS.connectorLines, rule: "a connector" };
  }
  return { lines: BUDGETS.fileLines, rule: "a file" };
}

/** A platform that is another connector with other settings: it only calls a `define…`/`preset…`. */
function isLookAlike(text: string): boolean {
  return (
    /=\s*(declare|define|preset)[A-Z]?\w*\(/.test(text) && !/\bprepare\b|\bdecoder\b/.test(text)
  );
}

export function longFiles(files: { path: string; text: string }[]): Violation[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, "").split("\n").length;
    const budget = fileBudget(path, text);
    if (lines <= budget.lines) return [];
    return [
      { path, line: budget.lines + 1, rule: `${lines} lines, ${budget.rule} has ${budget.lines}` },
    ];
  });
}

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

export function longFunctions(source: Source): Violation[] {
  const found: Violation[] = [];
  for (const visit of walk(source.program)) {
    if (!FUNCTIONS.has(visit.node.type) || isDescribe(visit)) continue;
    const name = nameOf(visit);
    const isComponent = source.path.endsWith(".tsx") && /^[A-Z]/.test(name);
    const budget = isComponent ? BUDGETS.componentLines : BUDGETS.functionLines;
    const first = source.lineAt(visit.node.start);
    const lines = source.lineAt(visit.node.end - 1) - first + 1;
    if (lines <= budget) continue;
    const kind = isComponent ? "component" : "function";
    found.push({
      path: source.path,
      line: first,
      rule: `${kind} ${name || "without a name"} has ${lines} lines, at most ${budget}`,
    });
  }
  return found;
}

/** The callback of `describe(…)` is a chapter, not a function. */
function isDescribe({ parent }: Visit): boolean {
  if (parent?.type !== "CallExpression") return false;
  let callee = parent.callee as SyntaxNode;
  while (callee.type === "MemberExpression" || callee.type === "CallExpression") {
    callee = (callee.type === "CallExpression" ? callee.callee : callee.object) as SyntaxNode;
  }
  return callee.name === "describe";
}

function nameOf({ node, parent }: Visit): string {
  const own = node.id as { name?: string } | null;
  if (own?.name) return own.name;
  const named = (parent?.type === "VariableDeclarator" ? parent.id : parent?.key) as
    | { name?: string }
    | null
    | undefined;
  return named?.name ?? "";
}

export function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

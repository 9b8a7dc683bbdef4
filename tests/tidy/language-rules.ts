/** What strict TypeScript does not refuse by itself. */
import { basename } from "node:path";
import { type Source, type SyntaxNode, type Violation, walk } from "./sources.ts";

/** Files whose reader (workerd, Vite, Vitest, drizzle-kit, Playwright) asks for a default export. */
function mayExportDefault(path: string): boolean {
  return /^(src\/worker\.ts$|bench\/workers\/)/.test(path) || /\.config\.(ts|mjs|js)$/.test(path);
}

export function looseCode(source: Source): Violation[] {
  const { path } = source;
  const found: Violation[] = [];
  const add = (line: number, rule: string) => found.push({ path, line, rule });
  for (const { node } of walk(source.program)) {
    const line = source.lineAt(node.start);
    if (node.type === "TSAnyKeyword") add(line, "any");
    if (node.type === "TSNonNullExpression") add(line, "non-null assertion");
    if (node.type === "ExportDefaultDeclaration" && !mayExportDefault(path)) {
      add(line, "default export");
    }
    if (path.startsWith("src/") && isConsoleLog(node)) add(line, "console.log");
  }
  for (const comment of source.comments) {
    const silence = /@ts-(ignore|nocheck|expect-error)/.exec(comment.text);
    if (silence) add(comment.line, silence[0]);
    const later = /\b(TODO|FIXME|XXX)\b/.exec(comment.text);
    if (later) add(comment.line, `${later[0]}: do it or open an issue`);
  }
  return found;
}

function isConsoleLog(node: SyntaxNode): boolean {
  if (node.type !== "MemberExpression") return false;
  const object = node.object as { name?: string };
  const property = node.property as { name?: string };
  return object.name === "console" && property.name === "log";
}

/** A file that only hands on what others export. `src/contract/index.ts` is the one allowed. */
export function barrel(source: Source): Violation[] {
  if (source.path.startsWith("src/contract/")) return [];
  const body = source.program.body as SyntaxNode[];
  const handsOn = body.filter(({ type, source: from }) => /^Export/.test(type) && from);
  const own = body.filter((node) => !handsOn.includes(node) && node.type !== "ImportDeclaration");
  if (handsOn.length === 0 || own.length > 0) return [];
  return [{ path: source.path, line: 1, rule: "barrel" }];
}

/** Named by others: by git, npm, GitHub, or the readers of documents. */
const GIVEN_NAMES = /^(README|LICENSE|CHANGELOG|CONTRIBUTING|SECURITY|RESULTS|NOTICE)(\.\w+)*$/;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export function crookedNames(path: string): Violation[] {
  if (path.includes("/fixtures/") || path.startsWith("migrations/")) return [];
  return path.split("/").flatMap((part, at, parts) => {
    const isFile = at === parts.length - 1;
    const stem = isFile ? (part.replace(/^\./, "").split(".")[0] ?? "") : part.replace(/^\./, "");
    if (KEBAB.test(stem) || GIVEN_NAMES.test(basename(part))) return [];
    return [{ path, line: 1, rule: `${part} is not kebab-case` }];
  });
}

/** Code colouring with highlight.js, loaded when the first block needs it, one language at a time. */
import type { HLJSApi, LanguageFn } from "highlight.js";

/** A piece of coloured code. */
export type CodeNode = string | { scope: string; children: CodeNode[] };

type Loader = () => Promise<{ default: LanguageFn }>;

const LOADERS: Record<string, Loader> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  dart: () => import("highlight.js/lib/languages/dart"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  go: () => import("highlight.js/lib/languages/go"),
  graphql: () => import("highlight.js/lib/languages/graphql"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  latex: () => import("highlight.js/lib/languages/latex"),
  lua: () => import("highlight.js/lib/languages/lua"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  matlab: () => import("highlight.js/lib/languages/matlab"),
  nginx: () => import("highlight.js/lib/languages/nginx"),
  objectivec: () => import("highlight.js/lib/languages/objectivec"),
  perl: () => import("highlight.js/lib/languages/perl"),
  php: () => import("highlight.js/lib/languages/php"),
  powershell: () => import("highlight.js/lib/languages/powershell"),
  python: () => import("highlight.js/lib/languages/python"),
  r: () => import("highlight.js/lib/languages/r"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  scala: () => import("highlight.js/lib/languages/scala"),
  scss: () => import("highlight.js/lib/languages/scss"),
  sql: () => import("highlight.js/lib/languages/sql"),
  swift: () => import("highlight.js/lib/languages/swift"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

const ALIASES: Record<string, string> = {
  "c#": "csharp",
  "c++": "cpp",
  cjs: "javascript",
  console: "bash",
  cs: "csharp",
  docker: "dockerfile",
  golang: "go",
  h: "c",
  html: "xml",
  js: "javascript",
  jsonc: "json",
  jsx: "javascript",
  kt: "kotlin",
  make: "makefile",
  md: "markdown",
  mjs: "javascript",
  ps1: "powershell",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "bash",
  shell: "bash",
  svg: "xml",
  tex: "latex",
  toml: "ini",
  ts: "typescript",
  tsx: "typescript",
  vue: "xml",
  yml: "yaml",
  zsh: "bash",
};

/** Colouring a block longer than this would hold up the page. */
const MAX_LENGTH = 30_000;

let core: Promise<HLJSApi> | null = null;

/** The language whose rules colour this fence, or null. */
export function languageOf(fence: string): string | null {
  const name = fence.toLowerCase();
  const resolved = ALIASES[name] ?? name;
  return Object.hasOwn(LOADERS, resolved) ? resolved : null;
}

/** Code in coloured pieces; null when the language is unknown or the code too long. */
export async function highlight(code: string, fence: string): Promise<CodeNode[] | null> {
  const language = languageOf(fence);
  const loader = language === null ? undefined : LOADERS[language];
  if (language === null || !loader || code.length > MAX_LENGTH) return null;
  core ??= import("highlight.js/lib/core").then((module) => module.default);
  const [hljs, rules] = await Promise.all([core, loader()]);
  if (!hljs.getLanguage(language)) hljs.registerLanguage(language, rules.default);
  return parseHighlighted(hljs.highlight(code, { language, ignoreIllegals: true }).value);
}

const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x27;": "'",
};

/**
 * highlight.js answers HTML, of which it uses exactly two things: `<span class="…">` and the five
 * escapes. It is read back into pieces here, so that no HTML ever reaches the page.
 */
export function parseHighlighted(html: string): CodeNode[] {
  const root: CodeNode[] = [];
  const open: CodeNode[][] = [root];
  for (const part of html.split(/(<span class="[^"]*">|<\/span>)/)) {
    const top = open.at(-1) ?? root;
    const scope = /^<span class="([^"]*)">$/.exec(part)?.[1];
    if (scope !== undefined) {
      const children: CodeNode[] = [];
      top.push({ scope, children });
      open.push(children);
    } else if (part === "</span>") {
      open.pop();
    } else if (part !== "") {
      top.push(part.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity));
    }
  }
  return root;
}

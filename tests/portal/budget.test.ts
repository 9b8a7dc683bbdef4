import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Manifest } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const CONFIG = fileURLToPath(new URL("../../portal-ui/vite.config.ts", import.meta.url));
const PAGE = fileURLToPath(new URL("../../portal-ui/index.html", import.meta.url));
const CHAT = "src/features/chat/chat-page.tsx";

/** Built anew, so that the figures are those of the sources and not of an old build. */
const folder = mkdtempSync(join(tmpdir(), "portal-budget-"));
let manifest: Manifest;

beforeAll(async () => {
  process.env.NODE_ENV = "production";
  await build({
    configFile: CONFIG,
    mode: "production",
    logLevel: "error",
    // The frame that draws diagrams is a page of its own and not part of any first load.
    build: { outDir: folder, rolldownOptions: { input: { index: PAGE } } },
  });
  manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8"));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (file: string) => readFileSync(join(folder, file));

/** The scripts a module loads before it runs: itself and its static imports. */
function scriptsOf(key: string, seen = new Set<string>()): Set<string> {
  const entry = manifest[key];
  if (!entry) throw new Error(`The build has no ${key}.`);
  if (seen.has(entry.file)) return seen;
  seen.add(entry.file);
  for (const imported of entry.imports ?? []) scriptsOf(imported, seen);
  return seen;
}

const gzipKiB = (files: Iterable<string>) =>
  [...files].reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0) / 1024;

describe("what the browser loads", () => {
  test("first: at most 60 KiB of script", () => {
    const size = gzipKiB(scriptsOf("index.html"));
    console.log(`portal first load: ${size.toFixed(1)} KiB gzip`);
    expect(size).toBeLessThanOrEqual(60);
  });

  test("with an open conversation: at most 72 KiB of script", () => {
    expect(gzipKiB(scriptsOf(CHAT, scriptsOf("index.html")))).toBeLessThanOrEqual(72);
  });

  test("no schema library, no colouring, no formulas before they are needed", () => {
    const scripts = [...scriptsOf(CHAT, scriptsOf("index.html"))];
    const code = scripts.map((file) => read(file).toString()).join("\n");
    expect(code).not.toMatch(/ZodError|invalid_union|katex-html|registerLanguage:/);
  });
});

describe("what the content security policy allows", () => {
  test("the page has no inline script, style or handler", () => {
    const html = read("index.html").toString();
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    expect(html).toContain("<!--boot-->");
    expect(html).toContain('<html lang="en"');
    expect(html).toContain("<title>Portico</title>");
  });

  test("style sheets load nothing from elsewhere and carry no data", () => {
    const sheets = Object.values(manifest).flatMap((entry) => entry.css ?? []);
    for (const sheet of sheets) {
      expect(read(sheet).toString()).not.toMatch(/url\(["']?(?:data:|https?:|\/\/)/);
    }
    expect(sheets.length).toBeGreaterThan(0);
  });

  test("our own scripts make no HTML from text", () => {
    const own = [...scriptsOf(CHAT, scriptsOf("index.html"))].filter((f) => !f.includes("vendor"));
    for (const file of own) {
      expect(read(file).toString()).not.toMatch(/\.innerHTML|insertAdjacentHTML|dangerouslySet/);
    }
  });
});

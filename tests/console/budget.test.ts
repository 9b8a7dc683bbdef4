import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const CONSOLE = fileURLToPath(new URL("../../admin-ui", import.meta.url));
const VITE = join(
  dirname(createRequire(import.meta.url).resolve("vite/package.json")),
  "bin/vite.js",
);

/** KiB of gzipped JavaScript. */
const SHELL_MAX = 190;
const ROUTE_MAX = 40;
const CHARTS_MAX = 125;

interface Chunk {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
  isEntry?: boolean;
}

let folder = "";
let manifest: Record<string, Chunk> = {};

/** A chunk and all that it imports before it runs. */
function withImports(key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key]?.imports ?? []) withImports(imported, seen);
  return seen;
}

function kib(keys: Iterable<string>): number {
  let bytes = 0;
  for (const key of keys) {
    const file = manifest[key]?.file ?? "";
    if (file.endsWith(".js")) bytes += gzipSync(readFileSync(join(folder, file))).length;
  }
  return bytes / 1024;
}

const together = (...sets: Set<string>[]) => new Set(sets.flatMap((set) => [...set]));
const without = (set: Set<string>, known: Set<string>) =>
  new Set([...set].filter((key) => !known.has(key)));
const chunksOf = (source: string) => withImports(`src/${source}`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "portico-console-"));
  const built = spawnSync(
    process.execPath,
    [VITE, "build", "--outDir", folder, "--logLevel", "error"],
    { cwd: CONSOLE, encoding: "utf8" },
  );
  expect(built.stderr + built.stdout).toBe("");
  manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8"));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the console's weight", () => {
  const entry = () => withImports("index.html");
  const login = () => together(entry(), chunksOf("features/login/login-page.tsx"));
  const frame = () => together(entry(), chunksOf("app/console.tsx"), chunksOf("app/start.tsx"));
  const home = () => together(frame(), chunksOf("features/home/home-page.tsx"));

  test(`log-in loads at most ${SHELL_MAX} KiB`, () => {
    expect(kib(login())).toBeLessThanOrEqual(SHELL_MAX);
  });

  test(`the first load of the home page is at most ${SHELL_MAX} KiB, its chart apart`, () => {
    expect(kib(home())).toBeLessThanOrEqual(SHELL_MAX);
  });

  test(`every other page adds at most ${ROUTE_MAX} KiB to the home page`, () => {
    const pages = Object.keys(manifest).filter((key) => /^src\/.*-page\.tsx$/.test(key));
    expect(pages.length).toBeGreaterThan(14);
    const known = home();
    const heavy = pages
      .map((page) => ({ page, size: kib(without(withImports(page), known)) }))
      .filter(({ size }) => size > ROUTE_MAX);
    expect(heavy).toEqual([]);
  });

  test(`charts come in a chunk of their own, at most ${CHARTS_MAX} KiB`, () => {
    const charts = without(chunksOf("components/chart/bars.tsx"), frame());
    expect(kib(charts)).toBeLessThanOrEqual(CHARTS_MAX);
    expect(kib(charts)).toBeGreaterThan(50);
  });

  test("no schema library lands in a page", () => {
    for (const { file } of Object.values(manifest)) {
      if (file.endsWith(".js")) {
        expect(readFileSync(join(folder, file), "utf8")).not.toMatch(/ZodError|ZodType/);
      }
    }
  });
});

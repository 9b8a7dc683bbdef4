/** Builds what is served: the Worker's bundle and the two UIs, each only when its sources changed. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./paths.ts";

export const ASSETS = join(ROOT, "dist/assets");
export const WORKER_BUNDLE = join(ROOT, "dist/worker/worker.js");

const UIS = [
  { name: "portal", folder: "portal-ui" },
  { name: "console", folder: "admin-ui" },
] as const;

/** Names, sizes and times of the sources: cheap, and enough to know that nothing was touched. */
function fingerprint(patterns: string[]): string {
  const hash = createHash("sha256");
  for (const file of patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort()) {
    const { size, mtimeMs } = statSync(join(ROOT, file));
    hash.update(`${file}:${size}:${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function sourcesOf(folder: string): string[] {
  return [
    `${folder}/src/**/*.*`,
    `${folder}/public/**/*.*`,
    `${folder}/*.{html,ts,json}`,
    "src/contract/**/*.ts",
    "package-lock.json",
  ];
}

/** Builds the UIs whose sources changed; answers which were built. */
export function buildUis(log: (line: string) => void): string[] {
  const built: string[] = [];
  for (const { name, folder } of UIS) {
    const stamp = join(ROOT, `dist/.${name}-stamp`);
    const current = fingerprint(sourcesOf(folder));
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === current) continue;
    log(`Building the ${name} …`);
    rmSync(stamp, { force: true });
    const result = spawnSync("npm", ["run", "--silent", "build"], {
      cwd: join(ROOT, folder),
      encoding: "utf8",
    });
    if (result.status !== 0) {
      throw new Error(`the ${name} did not build:\n${result.stdout}\n${result.stderr}`);
    }
    mkdirSync(join(ROOT, "dist"), { recursive: true });
    writeFileSync(stamp, current);
    built.push(name);
  }
  return built;
}

/** Bundles the Worker as wrangler does for the edge: one module, Node and Cloudflare modules outside. */
export async function buildWorker(): Promise<string> {
  await build({
    entryPoints: [join(ROOT, "src/worker.ts")],
    outfile: WORKER_BUNDLE,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["node:*", "cloudflare:*"],
    sourcemap: "linked",
    minify: true,
    logLevel: "warning",
  });
  return WORKER_BUNDLE;
}

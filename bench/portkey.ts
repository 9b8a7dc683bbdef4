/**
 * Portkey's gateway as people run it on Node, installed once into a folder that git ignores. Without
 * the overrides it answers 500 to every stream: its own ranges now resolve to incompatible releases.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../scripts/paths.ts";

const FOLDER = join(ROOT, ".cache/portkey");

const MANIFEST = JSON.stringify(
  {
    name: "portico-bench-portkey",
    private: true,
    dependencies: { "@portkey-ai/gateway": "1.15.2" },
    overrides: { "@hono/node-server": "1.13.5", "@hono/node-ws": "1.2.0", hono: "4.9.7" },
  },
  null,
  2,
);

/** Where Portkey's server is, after installing it if this is the first time. */
export function portkeyScript(): { script: string; folder: string } {
  const script = join(FOLDER, "node_modules/@portkey-ai/gateway/build/start-server.js");
  const manifest = join(FOLDER, "package.json");
  const isCurrent = existsSync(manifest) && readFileSync(manifest, "utf8") === MANIFEST;
  if (isCurrent && existsSync(script)) return { script, folder: FOLDER };
  console.log("Installing Portkey's gateway …");
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(manifest, MANIFEST);
  const result = spawnSync(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    { cwd: FOLDER, encoding: "utf8" },
  );
  if (result.status !== 0 || !existsSync(script)) {
    writeFileSync(manifest, "{}");
    throw new Error(`Portkey's gateway could not be installed:\n${result.stderr}`);
  }
  return { script, folder: FOLDER };
}

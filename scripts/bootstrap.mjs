/**
 * Runs a script of the project from a bare clone: installs the dependencies when they are missing
 * or the lock file has changed, then starts the script on the project's own Node. This file is
 * plain JavaScript for Node 20; everything behind it is TypeScript on the newer one.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules", ".portico-lock");
const projectNode = join(root, "node_modules", ".bin", "node");

const digest = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (result.status !== 0) {
    console.error(`\n${command} ${args.join(" ")} failed.`);
    process.exit(result.status ?? 1);
  }
}

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== digest) {
  console.log("Installing dependencies …");
  // Install scripts run for one package only: the one that puts the project's Node in place.
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
  run("npm", ["rebuild", "node", "--loglevel=error"]);
  writeFileSync(stamp, digest);
}

const [script, ...args] = process.argv.slice(2);
const child = spawnSync(projectNode, ["--no-warnings", join(root, script), ...args], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}` },
});
if (child.signal) process.kill(process.pid, child.signal);
process.exit(child.status ?? 1);

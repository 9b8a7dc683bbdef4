/**
 * `npm run deploy`: to Cloudflare, with the account that wrangler is logged in to. Migrations go
 * first, so that the new Worker never meets old tables. Arguments are handed to wrangler.
 *
 * Before the first time: make the database (`wrangler d1 create portico`), put its id and the base
 * domain into wrangler.toml, and set the secrets PORTICO_MASTER_KEY (32 bytes, base64),
 * PORTICO_OPERATOR_TOKEN (`pa-…`) and PORTICO_SETUP_HASH with `wrangler secret put`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildUis } from "./build.ts";
import { ROOT } from "./paths.ts";
import { runSteps } from "./steps.ts";

const wrangler = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
const missing = [
  wrangler.includes('database_id = "00000000-') ? "database_id" : null,
  wrangler.includes('PORTICO_BASE_DOMAIN = ""') ? "PORTICO_BASE_DOMAIN" : null,
].filter((name) => name !== null);
if (missing.length > 0) {
  console.error(`Set ${missing.join(" and ")} in wrangler.toml first; see docs/deploy.md.`);
  process.exit(1);
}

buildUis((line) => console.log(line));
runSteps([
  {
    name: "migrations",
    command: "wrangler",
    args: ["d1", "migrations", "apply", "DB", "--remote"],
  },
  {
    name: "Worker and static files",
    command: "wrangler",
    args: ["deploy", ...process.argv.slice(2)],
  },
]);

/**
 * `npm run portico -- <command>`: the operator's tools against a running deployment.
 *
 *   apply FILE [--dry-run]    apply a configuration file, or say what it would change
 *   export SITE               print a site as a configuration file
 *   sites                     list the sites
 *   doctor                    is the deployment ready, and who am I to it
 *
 * `--url` and `--token`, or PORTICO_URL and PORTICO_TOKEN; on the machine of `npm start` the
 * token is found in its state folder.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { ApiError, createCaller } from "../src/contract/call.ts";
import type { Change, platformEndpoints } from "../src/contract/platform.ts";
import { ConfigFileError, readConfigFile } from "./config-file.ts";
import { ROOT } from "./paths.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: "string" },
    token: { type: "string" },
    "dry-run": { type: "boolean", default: false },
  },
});

const [command, argument] = positionals;
const baseUrl = (
  values.url ??
  process.env.PORTICO_URL ??
  `http://127.0.0.1:${process.env.PORT ?? 8787}`
).replace(/\/$/, "");

function operatorToken(): string {
  const given = values.token ?? process.env.PORTICO_TOKEN;
  if (given) return given;
  const file = join(resolve(ROOT, process.env.PORTICO_STATE ?? ".portico"), "secrets.json");
  if (existsSync(file))
    return (JSON.parse(readFileSync(file, "utf8")) as { operatorToken: string }).operatorToken;
  return stop("No operator token: pass --token or set PORTICO_TOKEN.");
}

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

function caller() {
  return createCaller<typeof platformEndpoints>({
    baseUrl,
    headers: { authorization: `Bearer ${operatorToken()}` },
  });
}

function show(change: Change): void {
  const signs = { create: "+", update: "~", delete: "-" } as const;
  console.log(`${signs[change.action]} ${change.path}`);
  for (const { field, before, after } of change.fields) {
    console.log(`    ${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
  }
}

async function apply(file: string | undefined): Promise<void> {
  if (!file) stop("apply needs the path of a configuration file.");
  const dryRun = values["dry-run"];
  const config = readConfigFile(resolve(process.env.INIT_CWD ?? ".", file), process.env);
  const { changes } = await caller()("POST /api/platform/config", { body: { config, dryRun } });
  changes.forEach(show);
  const noun = changes.length === 1 ? "change" : "changes";
  if (changes.length === 0) console.log("Nothing to change.");
  else console.log(`${changes.length} ${noun}${dryRun ? " would be made." : " made."}`);
}

async function sites(): Promise<void> {
  const call = caller();
  let after: string | undefined;
  do {
    const query = { limit: 200, ...(after === undefined ? {} : { after }) };
    const { data, next } = await call("GET /api/platform/sites", { query });
    for (const { slug, name, edition, users, hosts, suspended } of data) {
      const state = suspended ? "suspended" : edition;
      console.log(`${slug}\t${name}\t${state}\t${users} users\t${hosts.join(" ")}`);
    }
    after = next ?? undefined;
  } while (after !== undefined);
}

async function doctor(): Promise<void> {
  const health = await fetch(`${baseUrl}/healthz`);
  console.log(`health      ${health.status} ${await health.text()}`);
  const { data, has_more } = await caller()("GET /api/platform/sites", { query: { limit: 200 } });
  console.log(`operator    the token is accepted; ${data.length}${has_more ? "+" : ""} site(s)`);
  if (!health.ok) process.exitCode = 1;
}

try {
  switch (command) {
    case "apply":
      await apply(argument);
      break;
    case "export":
      if (!argument) stop("export needs the slug of a site.");
      console.log(
        stringify(
          await caller()("GET /api/platform/sites/{slug}/config", { params: { slug: argument } }),
        ),
      );
      break;
    case "sites":
      await sites();
      break;
    case "doctor":
      await doctor();
      break;
    default:
      stop("Commands: apply FILE [--dry-run] · export SITE · sites · doctor");
  }
} catch (error) {
  if (error instanceof ConfigFileError) stop(error.message);
  if (!(error instanceof ApiError)) throw error;
  stop(`${error.code}: ${error.message}`);
}

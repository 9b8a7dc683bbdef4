/**
 * How long it takes to find the site of a host that no memory knows, with 10 sites and hosts in the
 * store and with 100 000: on an embedded libSQL file, asked directly, and on D1's SQLite, through
 * the running Portico. Prints a table and writes it to results-hosts.md.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { localRequest } from "../scripts/local-request.ts";
import { applyMigrations, libsqlExecutor } from "../scripts/migrate.ts";
import { ROOT } from "../scripts/paths.ts";
import { startPortico } from "../scripts/portico.ts";
import { openLibsql } from "../src/store/database.ts";
import { findSiteByHost } from "../src/store/sites.ts";
import { loadSnapshot } from "../src/store/snapshot.ts";
import { freePort } from "./processes.ts";

const SIZES = [10, 100_000] as const;
const LOOKS = 2_000;
const BASE = "localhost";

const FILL = [
  `WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
   INSERT INTO sites (id, slug, name, kind, locale, edition, branding, created_at)
   SELECT 'site_bench' || i, 'bench-' || i, 'Bench ' || i, 'both', 'en', 'standard',
     '{"slogan":"","intro":"","logo":"","color":"#3451b2","footer":""}', 0 FROM n`,
  `WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
   INSERT INTO hosts (host, site_id, token, verified_at, status, created_at)
   SELECT 'ai-' || i || '.bench.cn', 'site_bench' || i, 'token', 1, 'live', 0 FROM n`,
];

/** With the sites `first` to `last`, each with a domain of its own. */
async function fill(url: string, first: number, last: number): Promise<void> {
  const client = createClient({ url });
  for (const sql of FILL) await client.execute({ sql, args: [first, last] });
  client.close();
}

/** Median and 99th percentile in milliseconds. */
interface Spread {
  p50: number;
  p99: number;
}

async function spread(look: (at: number) => Promise<void>): Promise<Spread> {
  const times: number[] = [];
  for (let at = 0; at < LOOKS; at++) {
    const began = performance.now();
    await look(at);
    times.push(performance.now() - began);
  }
  // The first hundred warm the caches of the machine, not those of Portico.
  const sorted = times.slice(100).toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** All over the table, the same for every run. */
const pick = (at: number, size: number): number => ((at * 7_919) % size) + 1;

type Row = [label: string, ...spreads: Spread[]];

function expectSite(found: string | null, number: number): void {
  if (found !== `site_bench${number}`) throw new Error(`found ${found}, not site ${number}`);
}

async function onLibsql(folder: string, size: number): Promise<Record<string, Spread>> {
  const url = `file:${join(folder, `libsql-${size}.db`)}`;
  await applyMigrations(libsqlExecutor(url), join(ROOT, "migrations"));
  await fill(url, 1, size);
  const client = createClient({ url });
  const db = openLibsql(client);
  const result = {
    "libSQL: own domain → site": await spread(async (at) => {
      const number = pick(at, size);
      expectSite(await findSiteByHost(db, `ai-${number}.bench.cn`, BASE), number);
    }),
    "libSQL: subdomain → site": await spread(async (at) => {
      const number = pick(at, size);
      expectSite(await findSiteByHost(db, `bench-${number}.${BASE}`, BASE), number);
    }),
    "libSQL: the site's snapshot": await spread(async (at) => {
      if (!(await loadSnapshot(db, `site_bench${pick(at, size)}`))) throw new Error("no snapshot");
    }),
  };
  client.close();
  return result;
}

/** D1 keeps its database in one of these files. */
async function fileOfD1(state: string): Promise<string> {
  const files = readdirSync(state, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".sqlite"))) {
    const url = `file:${join(state, file)}`;
    const client = createClient({ url });
    const found = await client.execute("SELECT 1 FROM sqlite_master WHERE name = 'hosts'");
    client.close();
    if (found.rows.length > 0) return url;
  }
  throw new Error("D1's file was not found");
}

/** Each size in turn over one database, which grows while nothing runs. */
async function onD1(folder: string): Promise<Record<string, Spread>[]> {
  const state = join(folder, "d1");
  const start = async () => {
    const env = { PORT: String(await freePort()), PORTICO_STATE: state };
    return await startPortico({ env, config: { sites: [] }, withoutUis: true });
  };
  // The first start makes the tables.
  await (await start()).close();
  const results: Record<string, Spread>[] = [];
  for (const [at, size] of SIZES.entries()) {
    await fill(await fileOfD1(state), (SIZES[at - 1] ?? 0) + 1, size);
    const portico = await start();
    results.push(await throughPortico(portico.origin).finally(() => portico.close()));
  }
  return results;
}

async function throughPortico(origin: string): Promise<Record<string, Spread>> {
  const ask = async (host: string, path: string, expected: number) => {
    const { status } = await localRequest({ origin, host, method: "GET", path });
    if (status !== expected) throw new Error(`${host} answers ${status}`);
  };
  return {
    "D1: a request without a look-up": await spread(() => ask("any.cn", "/healthz", 200)),
    "D1: a request with the look-up of a host": await spread((at) =>
      ask(`no-${at}.bench.cn`, "/", 421),
    ),
    "D1: a request with the look-up of a subdomain": await spread((at) =>
      ask(`no-${at}.${BASE}`, "/v1/models", 421),
    ),
  };
}

/** One row for each thing measured, with a spread for each size. */
function rowsOf(measured: Record<string, Spread>[]): Row[] {
  const labels = Object.keys(measured[0] ?? {});
  return labels.map((label) => [label, ...measured.flatMap((one) => one[label] ?? [])]);
}

function table(rows: Row[]): string {
  const shown = ({ p50, p99 }: Spread) => `${p50.toFixed(2)} / ${p99.toFixed(2)}`;
  return [
    `| ms, median / 99th percentile | ${SIZES.map((size) => `${size.toLocaleString("en")} sites`).join(" | ")} |`,
    `|---|${SIZES.map(() => "--:").join("|")}|`,
    ...rows.map(([label, ...spreads]) => `| ${label} | ${spreads.map(shown).join(" | ")} |`),
  ].join("\n");
}

export async function benchHosts(): Promise<void> {
  const startedAt = Date.now();
  const cache = join(ROOT, ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "bench-hosts-"));
  try {
    const measured: Record<string, Spread>[] = [];
    for (const size of SIZES) measured.push(await onLibsql(folder, size));
    const text = table([...rowsOf(measured), ...rowsOf(await onD1(folder))]);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    const day = new Date(startedAt).toISOString().slice(0, 10);
    const head = `# Hosts in the store\n\n${day}, ${LOOKS} different hosts one after another, ${seconds} s in all. [README.md](README.md) says more.\n`;
    console.log(`\n${text}\n\n${seconds} s`);
    writeFileSync(join(ROOT, "bench/results-hosts.md"), `${head}\n${text}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

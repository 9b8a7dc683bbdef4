import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  applyMigrations,
  d1Executor,
  libsqlExecutor,
  migrationFiles,
  pendingMigrations,
  statementsOf,
} from "../../scripts/migrate.ts";

let folder: string;
let url: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portico-migrate-"));
  url = `file:${join(folder, "store.db")}`;
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, ...statements: string[]) =>
  writeFileSync(join(folder, name), statements.join("\n--> statement-breakpoint\n"));

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  const executor = libsqlExecutor(url);
  try {
    return (await executor.rows(sql)).map((row) => ({ ...row }));
  } finally {
    executor.close();
  }
}

it("the files of the deployment apply once, in order, and then nothing is pending", async () => {
  const names = migrationFiles("migrations");
  expect(await applyMigrations(libsqlExecutor(url), "migrations")).toEqual(names);
  expect(await applyMigrations(libsqlExecutor(url), "migrations")).toEqual([]);
  expect(await rows("SELECT name FROM d1_migrations ORDER BY id")).toEqual(
    names.map((name) => ({ name })),
  );
  expect(await rows("SELECT id, slug FROM sites")).toEqual([
    { id: "site_platform", slug: "platform" },
  ]);
});

it("a file that fails leaves nothing of itself, and those before it stay", async () => {
  write("0001_good.sql", "CREATE TABLE good (id text)");
  write("0002_bad.sql", "CREATE TABLE half (id text)", "CREATE TABLE good (id text)");
  write("0003_later.sql", "CREATE TABLE later (id text)");
  await expect(applyMigrations(libsqlExecutor(url), folder)).rejects.toThrow();
  const tables = await rows("SELECT name FROM sqlite_master WHERE name IN ('good','half','later')");
  expect(tables).toEqual([{ name: "good" }]);
  const executor = libsqlExecutor(url);
  expect(await pendingMigrations(executor, folder)).toEqual(["0002_bad.sql", "0003_later.sql"]);
  executor.close();
});

it("a file that came later is applied on top, by its name", async () => {
  write("0001_one.sql", "CREATE TABLE one (id text)");
  await applyMigrations(libsqlExecutor(url), folder);
  write("0003_three.sql", "INSERT INTO two VALUES ('x')");
  write("0002_two.sql", "CREATE TABLE two (id text)");
  expect(await applyMigrations(libsqlExecutor(url), folder)).toEqual([
    "0002_two.sql",
    "0003_three.sql",
  ]);
  expect(await rows("SELECT id FROM two")).toEqual([{ id: "x" }]);
});

it("the table of applied files has the form of wrangler's", async () => {
  await applyMigrations(libsqlExecutor(url), "migrations");
  const columns = await rows("SELECT name, type FROM pragma_table_info('d1_migrations')");
  expect(columns).toEqual([
    { name: "id", type: "INTEGER" },
    { name: "name", type: "TEXT" },
    { name: "applied_at", type: "TIMESTAMP" },
  ]);
});

it("the embedded D1 takes the same files, atomically too", async () => {
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {}",
      compatibilityDate: "2026-11-01",
      d1Databases: { DB: "portico" },
    }),
  );
  try {
    const executor = d1Executor(await runtime.getD1Database("DB"));
    expect(await applyMigrations(executor, "migrations")).toEqual(migrationFiles("migrations"));
    expect(await pendingMigrations(executor, "migrations")).toEqual([]);
    write("0009_bad.sql", "CREATE TABLE half (id text)", "CREATE TABLE sites (id text)");
    await expect(applyMigrations(executor, folder)).rejects.toThrow();
    expect(await executor.rows("SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([]);
  } finally {
    await runtime.dispose();
  }
}, 30_000);

it("statements are what stands between breakpoints", () => {
  const text = "CREATE TABLE a (x text DEFAULT ';');\n--> statement-breakpoint\n\nSELECT 1;\n";
  expect(statementsOf(text)).toEqual(["CREATE TABLE a (x text DEFAULT ';');", "SELECT 1;"]);
});

it("prices from before they had names are known by the name of what they are of", async () => {
  const [first = ""] = migrationFiles("migrations");
  writeFileSync(join(folder, first), readFileSync(join("migrations", first)));
  await applyMigrations(libsqlExecutor(url), folder);
  write(
    "0001_z.sql",
    `INSERT INTO models (site_id, id, name, kind, price) VALUES ('s', 'm', 'gpt', 'chat', '{"perRequest":1}')`,
    ...[
      ["a", "paid", '{"kind":"prompt","modelId":"m"}', '{"byTokens":true}'],
      ["b", "away", '{"kind":"platform","connectionId":"c"}', '{"byTokens":true}'],
    ].map(
      ([id, slug, target, price]) =>
        `INSERT INTO agents (site_id, id, slug, name, suggested_questions, target, access, price) VALUES ('s', '${id}', '${slug}', '', '[]', '${target}', '{}', '${price}')`,
    ),
    `INSERT INTO prices VALUES ('s','m',1,'{}',1), ('s','m',2,'{"perRequest":1}',1), ('s','gone',1,'{}',1),
      ('s','a',1,'{"byTokens":true}',1), ('s','b',1,'{"byTokens":true}',1)`,
  );
  await applyMigrations(libsqlExecutor(url), folder);
  await applyMigrations(libsqlExecutor(url), "migrations");
  expect(await rows("SELECT name, version, price FROM prices ORDER BY name, version")).toEqual([
    { name: "agent/away", version: 1, price: '{"free":true}' },
    { name: "agent/paid", version: 1, price: '{"perRequest":1}' },
    { name: "gone", version: 1, price: "{}" },
    { name: "gpt", version: 1, price: "{}" },
    { name: "gpt", version: 2, price: '{"perRequest":1}' },
  ]);
});

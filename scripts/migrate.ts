/**
 * Applies the files of migrations/ to the configuration store: the embedded D1 or a libSQL
 * server. Invariants:
 *
 * 1. A file and the row that says it was applied are written together or not at all.
 * 2. Files are applied in the order of their names, each once.
 * 3. The table `d1_migrations` has the form of wrangler's, so that `wrangler d1 migrations` and
 *    this program continue each other's work.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@libsql/client";

export interface MigrationExecutor {
  rows(sql: string): Promise<Record<string, unknown>[]>;
  /** All of the statements or none. */
  write(statements: { sql: string; args: string[] }[]): Promise<void>;
  close(): void;
}

/** The few methods of a D1 binding that are needed, as Miniflare hands it to Node. */
interface D1Like {
  prepare(sql: string): D1StatementLike;
  batch(statements: D1StatementLike[]): Promise<unknown>;
}
interface D1StatementLike {
  bind(...values: string[]): D1StatementLike;
  all(): Promise<{ results: unknown[] }>;
}

export function d1Executor(binding: D1Like): MigrationExecutor {
  return {
    rows: async (sql) =>
      (await binding.prepare(sql).all()).results as unknown as Record<string, unknown>[],
    write: async (statements) => {
      await binding.batch(statements.map(({ sql, args }) => binding.prepare(sql).bind(...args)));
    },
    close: () => undefined,
  };
}

/** `http(s)://…`, `libsql://…`, or `file:…` for an embedded database. */
export function libsqlExecutor(url: string, authToken?: string): MigrationExecutor {
  const client = createClient({ url, ...(authToken ? { authToken } : {}) });
  return {
    rows: async (sql) => (await client.execute(sql)).rows as unknown as Record<string, unknown>[],
    write: async (statements) => {
      await client.batch(statements, "write");
    },
    close: () => client.close(),
  };
}

const TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;
/** drizzle-kit writes this between statements. */
const BREAKPOINT = "--> statement-breakpoint";

export function migrationFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
}

export function statementsOf(text: string): string[] {
  return text
    .split(BREAKPOINT)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

/** Names of the files that were not applied yet, in order. */
export async function pendingMigrations(
  executor: MigrationExecutor,
  folder: string,
): Promise<string[]> {
  await executor.write([{ sql: TABLE, args: [] }]);
  const applied = new Set(
    (await executor.rows("SELECT name FROM d1_migrations")).map((row) => row.name),
  );
  return migrationFiles(folder).filter((name) => !applied.has(name));
}

/** Applies what is pending, closes the executor, and answers the names. */
export async function applyMigrations(
  executor: MigrationExecutor,
  folder: string,
): Promise<string[]> {
  try {
    const pending = await pendingMigrations(executor, folder);
    for (const name of pending) {
      const statements = statementsOf(readFileSync(join(folder, name), "utf8"));
      await executor.write([
        ...statements.map((sql) => ({ sql, args: [] })),
        { sql: "INSERT INTO d1_migrations (name) VALUES (?)", args: [name] },
      ]);
    }
    return pending;
  } finally {
    executor.close();
  }
}

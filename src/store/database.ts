/**
 * One database type over D1 and libSQL. Every statement that is sent is counted, so that a test
 * (and an operator, at /metrics) can see that a warm request sends none.
 */
import type { D1Database } from "@cloudflare/workers-types";
import { createClient } from "@libsql/client/web";
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle as drizzleD1 } from "drizzle-orm/d1";
import { drizzle as drizzleLibsql } from "drizzle-orm/libsql/web";
import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";
import { editionFailure, limitOfCode } from "../core/editions.ts";
import { FailureError, refuse } from "../core/failure.ts";
import * as schema from "./schema.ts";

export type Statement = BatchItem<"sqlite">;

/** What the repositories use: queries, and `batch` for atomic writes (D1 has no open transactions). */
export type Database = BaseSQLiteDatabase<"async", unknown, typeof schema> & {
  batch(statements: [Statement, ...Statement[]]): Promise<unknown[]>;
};

const counts = new WeakMap<object, { queries: number }>();

/** Counts statements as drizzle hands them over; those of a batch it does not show to a logger. */
class CountingLogger {
  readonly count = { queries: 0 };
  logQuery(): void {
    this.count.queries++;
  }
}

function counted(open: (logger: CountingLogger) => unknown): Database {
  const logger = new CountingLogger();
  const db = open(logger) as Database;
  const batch = db.batch.bind(db);
  db.batch = (statements) => {
    logger.count.queries += statements.length;
    return batch(statements);
  };
  counts.set(db, logger.count);
  return db;
}

export function openD1(binding: D1Database): Database {
  return counted((logger) => drizzleD1(binding, { schema, logger }));
}

/** A client of libSQL: over HTTP in the Worker, or an embedded file on Node. */
export type LibsqlClient = ReturnType<typeof createClient>;

export function openLibsql(client: LibsqlClient): Database {
  return counted((logger) => drizzleLibsql({ client, schema, logger }));
}

/** The bindings and variables that say where the store is. */
interface StoreEnv {
  DB: D1Database;
  LIBSQL_URL?: string;
  LIBSQL_AUTH_TOKEN?: string;
}

/** libSQL where LIBSQL_URL is set, else D1. */
export function openDatabase(env: StoreEnv): Database {
  if (!env.LIBSQL_URL) return openD1(env.DB);
  return openLibsql(
    createClient({
      url: env.LIBSQL_URL,
      ...(env.LIBSQL_AUTH_TOKEN ? { authToken: env.LIBSQL_AUTH_TOKEN } : {}),
    }),
  );
}

export function queriesSent(db: Database): number {
  return counts.get(db)?.queries ?? 0;
}

/** For inserts of many rows: a statement takes a hundred parameters on D1. */
export function inParts<Item>(items: Item[], size: number): Item[][] {
  const parts: Item[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}

/** All of the statements or none. An empty list is nothing to do. */
export async function atomically(db: Database, statements: Statement[]): Promise<unknown[]> {
  const [first, ...rest] = statements;
  try {
    return first ? await db.batch([first, ...rest]) : [];
  } catch (error) {
    if (said(error, /the last owner stays/)) {
      refuse("conflict", "A site needs an owner, and this is the last one.");
    }
    const name = limitOfCode(said(error, /edition has no room: (\w+)/)?.[1] ?? "");
    if (name !== null) throw new FailureError(editionFailure(name, null));
    throw error;
  }
}

/** What a trigger says who refuses, whoever else is at it: an owner's leaving, an edition's excess. */
function said(error: unknown, words: RegExp): RegExpExecArray | null {
  if (!(error instanceof Error)) return null;
  return words.exec(error.message) ?? said(error.cause, words);
}

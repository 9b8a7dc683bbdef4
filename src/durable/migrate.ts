/** Schema of an object's storage: numbered steps, each applied once, in order, on start-up. */

/** The newest step that was applied is kept in a row of its own. */
const VERSION_TABLE =
  "CREATE TABLE IF NOT EXISTS schema_version (only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL)";

/**
 * Applies the steps that this object's storage has not seen. Synchronous, so a constructor can
 * call it: no request sees a half-made schema. A step that fails leaves everything as it was.
 */
export function migrate(storage: DurableObjectStorage, steps: readonly string[]): void {
  const { sql } = storage;
  sql.exec(VERSION_TABLE);
  const [row] = sql.exec<{ version: number }>("SELECT version FROM schema_version").toArray();
  const current = row?.version ?? 0;
  if (current > steps.length) {
    throw new Error(`storage has schema ${current}, this code knows ${steps.length}`);
  }
  if (current === steps.length) return;
  storage.transactionSync(() => {
    for (const step of steps.slice(current)) sql.exec(step);
    sql.exec(
      "INSERT INTO schema_version (only, version) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET version = excluded.version",
      steps.length,
    );
  });
}

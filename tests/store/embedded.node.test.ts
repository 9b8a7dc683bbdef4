import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { applyMigrations, libsqlExecutor } from "../../scripts/migrate.ts";
import { openLibsql } from "../../src/store/database.ts";
import { storeSuite } from "./suite.ts";

storeSuite("on an embedded libSQL file", async () => {
  const url = `file:${join(mkdtempSync(join(tmpdir(), "portico-store-")), "store.db")}`;
  await applyMigrations(libsqlExecutor(url), "migrations");
  return openLibsql(createClient({ url }));
});

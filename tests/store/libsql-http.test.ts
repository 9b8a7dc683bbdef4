import { env } from "cloudflare:workers";
import { inject } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { storeSuite } from "./suite.ts";

storeSuite("on a libSQL server over HTTP", async () =>
  openDatabase({ ...env, LIBSQL_URL: inject("sqldUrl") }),
);

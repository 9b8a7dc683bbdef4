import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { openDatabase } from "../../src/store/database.ts";
import { storeSuite } from "./suite.ts";

storeSuite("on D1", async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  return openDatabase(env);
});

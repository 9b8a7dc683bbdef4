/** The floor of honest accounting: hold, fetch, then charge and write an entry. Nothing else. */
import { DurableObject } from "cloudflare:workers";

export class Ledger extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS balance (id INTEGER PRIMARY KEY, micro INTEGER)");
    this.sql.exec("CREATE TABLE IF NOT EXISTS hold (id TEXT PRIMARY KEY, micro INTEGER)");
    this.sql.exec(
      "CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, micro INTEGER, at INTEGER)",
    );
    this.sql.exec("INSERT OR IGNORE INTO balance VALUES (1, 1000000000000)");
  }
  admit(id, micro) {
    if (this.sql.exec("SELECT micro FROM balance").one().micro < micro) return false;
    this.sql.exec("INSERT INTO hold VALUES (?, ?)", id, micro);
    return true;
  }
  settle(id, micro) {
    this.sql.exec("DELETE FROM hold WHERE id = ?", id);
    this.sql.exec("UPDATE balance SET micro = micro - ?", micro);
    this.sql.exec("INSERT INTO entry VALUES (?, ?, ?)", id, micro, Date.now());
  }
}

export default {
  async fetch(request, env, ctx) {
    const ledger = env.LEDGER.getByName(request.headers.get("authorization"));
    const id = crypto.randomUUID();
    const startedAt = Date.now();
    if (!(await ledger.admit(id, 1000))) return new Response("no credits", { status: 402 });
    const admitMs = Date.now() - startedAt;
    const { pathname } = new URL(request.url);
    const init = { method: "POST", headers: request.headers, body: request.body };
    const response = await fetch(env.UPSTREAM + pathname, init);
    ctx.waitUntil(ledger.settle(id, 500));
    const headers = new Headers(response.headers);
    headers.set("server-timing", `admit;dur=${admitMs}`);
    return new Response(response.body, { status: response.status, headers });
  },
};

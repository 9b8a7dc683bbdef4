/**
 * Four forms of an admission, with everything else left out: what must be on disk before the
 * answer leaves. Each settles with the same three statements.
 */
import { DurableObject } from "cloudflare:workers";

class Account extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS balance (id INTEGER PRIMARY KEY, micro INTEGER)");
    this.sql.exec("CREATE TABLE IF NOT EXISTS hold (id TEXT PRIMARY KEY, micro INTEGER)");
    this.sql.exec(
      "CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, micro INTEGER, at INTEGER)",
    );
    this.sql.exec("INSERT OR IGNORE INTO balance VALUES (1, 1000000000000)");
    this.micro = this.sql.exec("SELECT micro FROM balance").one().micro;
    this.holds = new Map();
    this.heldMicro = 0;
    this.boundMicro = 0;
  }
  settle(id, micro) {
    this.sql.exec("UPDATE balance SET micro = micro - ?", micro);
    this.sql.exec("INSERT INTO entry VALUES (?, ?, ?)", id, micro, Date.now());
    const held = this.holds.get(id);
    if (held) {
      this.holds.delete(id);
      this.heldMicro -= held.micro;
      this.micro -= micro;
      if (!held.written) return;
    }
    this.sql.exec("DELETE FROM hold WHERE id = ?", id);
  }
  keep(id, micro) {
    if (this.micro - this.heldMicro < micro) return false;
    this.holds.set(id, { micro, written: false });
    this.heldMicro += micro;
    return true;
  }
}

/** A hold row, confirmed before the answer. */
export class Row extends Account {
  admit(id, micro) {
    if (this.sql.exec("SELECT micro FROM balance").one().micro < micro) return false;
    this.sql.exec("INSERT INTO hold VALUES (?, ?)", id, micro);
    return true;
  }
}

/** A hold that is written at once, while the answer is already on its way. */
export class Unconfirmed extends Account {
  async admit(id, micro) {
    if (!this.keep(id, micro)) return false;
    this.ctx.storage.put(`hold:${id}`, micro, { allowUnconfirmed: true });
    return true;
  }
  settle(id, micro) {
    super.settle(id, micro);
    this.ctx.storage.delete(`hold:${id}`, { allowUnconfirmed: true });
  }
}

/** Nothing written under an upper bound that is raised in steps. */
export class Bound extends Account {
  admit(id, micro) {
    if (!this.keep(id, micro)) return false;
    if (this.heldMicro > this.boundMicro) {
      this.boundMicro = this.heldMicro * 2;
      this.sql.exec("INSERT OR REPLACE INTO hold VALUES ('bound', ?)", this.boundMicro);
    }
    return true;
  }
}

/** The bound, and rows for holds that stand longer than a moment. */
export class BoundAndRows extends Bound {
  admit(id, micro) {
    const kept = super.admit(id, micro);
    this.timer ??= setTimeout(() => this.write(), 250);
    return kept;
  }
  write() {
    this.timer = undefined;
    for (const [id, hold] of this.holds) {
      if (hold.written) continue;
      hold.written = true;
      this.sql.exec("INSERT INTO hold VALUES (?, ?)", id, hold.micro);
    }
  }
}

/** `?form=ROW&wallets=1&n=1000&c=50&wait=0`: n pairs of admit and settle, c at a time. */
export default {
  async fetch(request, env) {
    const query = new URL(request.url).searchParams;
    const [wallets, n, c, wait] = ["wallets", "n", "c", "wait"].map((key) =>
      Number(query.get(key)),
    );
    const names = Array.from({ length: wallets }, (_, at) => `wallet-${at}`);
    const form = env[query.get("form")];
    const run = query.get("run");
    const admitMs = [];
    let next = 0;
    const client = async () => {
      while (next < n) {
        const at = next++;
        const account = form.getByName(names[at % wallets]);
        const startedAt = performance.now();
        if (!(await account.admit(`${run}-${at}`, 1000))) throw new Error("no credits");
        admitMs.push(performance.now() - startedAt);
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        await account.settle(`${run}-${at}`, 500);
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: c }, client));
    const elapsedMs = performance.now() - startedAt;
    return Response.json({ admitMs, elapsedMs });
  },
};

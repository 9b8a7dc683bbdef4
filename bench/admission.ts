/** Compares forms of an admission (see workers/admission.js); the figures of decision record 5. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { cpuMs, freePort, withWorkerd } from "./processes.ts";
import { COMPATIBILITY_DATE } from "./targets.ts";
import { percentile } from "./works.ts";

const FORMS = { ROW: "Row", UNCONFIRMED: "Unconfirmed", BOUND: "Bound", BOTH: "BoundAndRows" };
const WORKS = [
  { wallets: 1, n: 4000, c: 50, wait: 0 },
  { wallets: 1000, n: 4000, c: 50, wait: 0 },
  { wallets: 1000, n: 2000, c: 50, wait: 60 },
  { wallets: 1, n: 200, c: 1, wait: 0 },
];
const ROUNDS = 3;

const state = mkdtempSync(join(tmpdir(), "portico-admission-"));
const port = await freePort();
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    name: "admission",
    modules: true,
    script: readFileSync(new URL("workers/admission.js", import.meta.url), "utf8"),
    compatibilityDate: COMPATIBILITY_DATE,
    durableObjects: Object.fromEntries(
      Object.entries(FORMS).map(([name, className]) => [name, { className, useSQLite: true }]),
    ),
    unsafeDirectSockets: [{ host: "127.0.0.1", port }],
    port: 0,
    host: "127.0.0.1",
    cf: false,
    resourcePersistencePath: state,
    log: new Log(LogLevel.WARN),
    logRequests: false,
    telemetry: { enabled: false },
  }),
);
try {
  const { pid } = await withWorkerd(() => runtime.ready);
  for (const work of WORKS) {
    const seen = new Map<string, { cpu: number; perSecond: number; p50: number; p99: number }[]>();
    for (let round = 0; round <= ROUNDS; round++) {
      for (const form of Object.keys(FORMS)) {
        const run = `${round}-${JSON.stringify(work)}`;
        const query = new URLSearchParams({ form, run });
        for (const [key, value] of Object.entries(work)) query.set(key, String(value));
        const before = cpuMs(pid);
        const answer = await fetch(`http://127.0.0.1:${port}/?${query}`);
        if (!answer.ok) throw new Error(await answer.text());
        const result = (await answer.json()) as { admitMs: number[]; elapsedMs: number };
        // The first round opens a thousand databases.
        if (round === 0) continue;
        const figures = seen.get(form) ?? [];
        seen.set(form, figures);
        figures.push({
          cpu: (cpuMs(pid) - before) / work.n,
          perSecond: (work.n * 1000) / result.elapsedMs,
          p50: percentile(result.admitMs, 0.5),
          p99: percentile(result.admitMs, 0.99),
        });
      }
    }
    console.log(JSON.stringify(work));
    for (const [form, figures] of seen) {
      const median = (of: (one: (typeof figures)[number]) => number) =>
        percentile(figures.map(of), 0.5).toFixed(2);
      console.log(
        `  ${form.padEnd(12)} admit p50 ${median((one) => one.p50)} ms, p99 ${median((one) => one.p99)} ms, ` +
          `${median((one) => one.perSecond)} pairs/s, ${median((one) => one.cpu)} ms CPU a pair`,
      );
    }
  }
} finally {
  await runtime.dispose();
  rmSync(state, { recursive: true, force: true });
}

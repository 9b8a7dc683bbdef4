/** What a deployment weighs: the Worker's bundle, and the CPU it takes before the first answer. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { WORKER_BUNDLE } from "../scripts/build.ts";
import { cpuMs, freePort, withWorkerd } from "./processes.ts";
import { COMPATIBILITY_DATE } from "./targets.ts";

export interface Weight {
  gzipKb: number;
  /** Of a fresh workerd until its first answer, above that of a Worker which does nothing. */
  startUpCpuMs: number;
}

const EMPTY = "export default { fetch: () => new Response() };";

type Code = { script: string } | { scriptPath: string; modulesRoot: string };

/** Weighs the bundle that Portico was just started with. */
export async function weigh(starts: number): Promise<Weight> {
  const bundle: Code = { scriptPath: WORKER_BUNDLE, modulesRoot: dirname(WORKER_BUNDLE) };
  let own = 0;
  let empty = 0;
  for (let start = 0; start < starts; start += 1) {
    own += await cpuUntilFirstAnswer(bundle);
    empty += await cpuUntilFirstAnswer({ script: EMPTY });
  }
  return {
    gzipKb: gzipSync(readFileSync(WORKER_BUNDLE), { level: 9 }).length / 1024,
    startUpCpuMs: (own - empty) / starts,
  };
}

/** Without bindings the answer is an error, but by then the module has been compiled and run. */
async function cpuUntilFirstAnswer(code: Code): Promise<number> {
  const port = await freePort();
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      name: "weighed",
      modules: true,
      ...code,
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: ["nodejs_compat"],
      unsafeDirectSockets: [{ host: "127.0.0.1", port }],
      port: 0,
      host: "127.0.0.1",
      cf: false,
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: () => undefined,
      telemetry: { enabled: false },
    }),
  );
  try {
    const { pid } = await withWorkerd(() => runtime.ready);
    await fetch(`http://127.0.0.1:${port}/healthz`).then((response) => response.text());
    return cpuMs(pid);
  } finally {
    await runtime.dispose();
  }
}

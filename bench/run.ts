/** `npm run bench`: starts everything, measures, prints one table, writes RESULTS.md, ends everything. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../scripts/paths.ts";
import { audit } from "./accounts.ts";
import { weigh } from "./bundle.ts";
import { benchHosts } from "./hosts.ts";
import { type PhaseResult, runPhase, warmUp } from "./measure.ts";
import { planOf } from "./plan.ts";
import { portico } from "./portico.ts";
import { type Child, memoryMb, startProgram } from "./processes.ts";
import { document, goalTable, measurements } from "./report.ts";
import type { Results } from "./results.ts";
import { direct, plainWorker, portkey, type Target, WALLETS } from "./targets.ts";
import { WORKS } from "./works.ts";

function machine(): string {
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  const manifest = JSON.parse(
    readFileSync(join(ROOT, "node_modules/workerd/package.json"), "utf8"),
  ) as { version: string };
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? "unknown CPU"}, ${memoryGb} GB, Linux ${release()}, Node ${process.version}, workerd ${manifest.version}`;
}

/** Starts the targets one after another; `closers` grows with each, so that a failure ends them too. */
async function startTargets(
  upstreamPort: number,
  stateFolder: string,
  closers: (() => Promise<void>)[],
): Promise<Target[]> {
  const starts = [
    () => Promise.resolve(direct(upstreamPort)),
    () => plainWorker("pass-through", "pass-through", upstreamPort, stateFolder),
    () => plainWorker("tee", "tee", upstreamPort, stateFolder),
    () => plainWorker("ledger", "minimal ledger", upstreamPort, stateFolder),
    () => portico(upstreamPort, stateFolder),
    () => portkey(upstreamPort),
  ];
  const targets: Target[] = [];
  for (const start of starts) {
    const target = await start();
    closers.push(target.close);
    targets.push(target);
  }
  return targets;
}

async function measure(load: Child, targets: Target[], isQuick: boolean): Promise<Results> {
  const startedAt = new Date();
  const plan = planOf(isQuick);
  const keepers = targets.filter(({ name }) => name === "ledger" || name === "portico");
  const withoutTee = targets.filter((target) => target.name !== "tee");
  const own = targets.find(({ name }) => name === "portico");
  if (own === undefined) throw new Error("Portico is not among the targets");
  let answered = 0;
  const run = async (label: string, who: Target[], phase: Parameters<typeof runPhase>[2]) => {
    console.log(`… ${label}`);
    const result = await runPhase(load, who, phase);
    answered += result.get("portico")?.answered ?? 0;
    complain(result);
    return result;
  };
  console.log("… weighing the bundle, warming up");
  const weight = await weigh(plan.starts);
  answered += await warmUp(load, targets, WALLETS);
  const latency: Results["latency"] = [];
  for (const phase of plan.latency) {
    const label = `${phase.work}, 60 ms, c=${phase.concurrency}`;
    latency.push({ phase, result: await run(label, withoutTee, phase) });
  }
  const oneWallet = await run("json, 0 ms, one wallet", withoutTee, plan.oneWallet);
  const manyWallets = await run("json, 0 ms, many wallets", keepers, plan.manyWallets);
  const streams = await run("streams, 0 ms", targets, plan.streams);
  const translation: Results["translation"] = [];
  for (const phase of plan.translation) {
    const who = targets.filter(({ name }) => name === "direct" || name === "portico");
    const result = await run(`${WORKS[phase.work].label}, c=${phase.concurrency}`, who, phase);
    translation.push({ phase, result });
  }
  const paced = {
    phase: plan.paced,
    result: await run(`${plan.paced.concurrency} paced streams`, targets, plan.paced),
  };
  const floorAndOwn = targets.filter(({ name }) => name === "pass-through" || name === "portico");
  const slow = {
    phase: plan.slow,
    result: await run(`${plan.slow.concurrency} slow streams`, floorAndOwn, plan.slow),
  };
  const memory = targets.flatMap(({ name, pid }) =>
    pid === null ? [] : [[name, memoryMb(pid)] as const],
  );
  console.log("… reading the wallets");
  return {
    mode: isQuick ? "quick" : "full",
    startedAt,
    machine: machine(),
    targets,
    latency,
    oneWallet,
    manyWallets,
    streams,
    translation,
    paced,
    slow,
    memoryMb: new Map(memory),
    audit: await audit(own, answered),
    weight,
    seconds: (Date.now() - startedAt.getTime()) / 1000,
  };
}

/** A number without an answer behind it is worthless: the first error ends the bench. */
function complain(result: PhaseResult): void {
  for (const [name, { errors }] of result) {
    if (errors[0] !== undefined) throw new Error(`${name} failed: ${errors.join("\n")}`);
  }
}

async function main(): Promise<void> {
  if (process.argv.includes("--hosts")) return await benchHosts();
  const isQuick = process.argv.includes("--quick");
  const folder = join(ROOT, ".cache");
  mkdirSync(folder, { recursive: true });
  const stateFolder = mkdtempSync(join(folder, "bench-"));
  const closers: (() => Promise<void>)[] = [
    () => Promise.resolve(rmSync(stateFolder, { recursive: true, force: true })),
  ];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  process.once("SIGINT", () => void close().finally(() => process.exit(130)));
  try {
    const upstream = startProgram("upstream.ts");
    closers.push(upstream.stop);
    const { port } = await upstream.hear<{ port: number }>();
    const load = startProgram("load.ts");
    closers.push(load.stop);
    const targets = await startTargets(port, stateFolder, closers);
    const results = await measure(load, targets, isQuick);
    console.log(`\n${measurements(results)}\n\n${goalTable(results)}\n`);
    // A first look must not replace what a full run found out.
    if (!isQuick) writeFileSync(join(ROOT, "bench/RESULTS.md"), document(results));
  } finally {
    await close();
  }
}

// The runtimes keep the process alive when one of them could not be closed: end it in any case.
main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

/** Runs phases: the same work on each target in turn, round after round (A B A B). */
import { type Child, cpuMs, memoryMb, sleep } from "./processes.ts";
import { KEYS, type Target } from "./targets.ts";
import type { LoadJob, LoadResult, Manner, WorkName } from "./works.ts";

export interface Phase {
  work: WorkName;
  manner: Manner;
  concurrency: number;
  wallets: number;
  rounds: number;
  /** Of one round; it ends at whichever comes first. */
  requests: number;
  durationMs: number;
  /** Whether each connection is warmed by an answer that does not count; absent: it is. */
  isWarmed?: boolean;
}

export interface Measured {
  firstByteMs: number[];
  endMs: number[];
  gatewayMs: number[];
  admitMs: number[];
  perSecond: number;
  /** Of the serving process, from the first round to the quiet after the last; NaN for direct. */
  cpuMsPerRequest: number;
  /** What the memory of the serving process grew by at its highest; NaN for direct. */
  grownMb: number;
  /** All that was answered, also to warm up. */
  answered: number;
  errors: string[];
}

export type PhaseResult = Map<Target["name"], Measured>;

/** Work that a target puts off (outboxes, write-behind) belongs to the requests that caused it. */
const QUIET_MS = 5000;
const WAKE_MS = 20_000;
const MEMORY_LOOK_MS = 250;

export async function runPhase(load: Child, targets: Target[], phase: Phase): Promise<PhaseResult> {
  const parts = new Map<Target["name"], LoadResult[]>();
  const waked = new Map<Target["name"], number>();
  for (const target of phase.wallets > 1 ? targets : []) {
    waked.set(target.name, await wakeWallets(load, target, phase));
  }
  const grown = new Map<Target["name"], number>();
  const cpuBefore = targets.map(({ pid }) => (pid === null ? Number.NaN : cpuMs(pid)));
  for (let round = 0; round < phase.rounds; round += 1) {
    for (const target of targets) {
      const growth = target.pid === null ? null : watchMemory(target.pid);
      const result = await load.ask<LoadResult>(jobOf(target, phase));
      parts.set(target.name, [...(parts.get(target.name) ?? []), result]);
      if (growth) grown.set(target.name, Math.max(grown.get(target.name) ?? 0, growth()));
    }
  }
  if (phase.manner === 0) await sleep(QUIET_MS);
  return new Map(
    targets.map((target, index) => {
      const spent = target.pid === null ? Number.NaN : cpuMs(target.pid) - (cpuBefore[index] ?? 0);
      const measured = combine(parts.get(target.name) ?? [], spent);
      measured.grownMb = grown.get(target.name) ?? Number.NaN;
      measured.answered += waked.get(target.name) ?? 0;
      return [target.name, measured];
    }),
  );
}

/** Looks at it now and then; answers by how many MB it has been higher than it is now. */
function watchMemory(pid: number): () => number {
  const before = memoryMb(pid);
  let highest = before;
  const look = () => {
    highest = Math.max(highest, memoryMb(pid));
  };
  const timer = setInterval(look, MEMORY_LOOK_MS);
  return () => {
    clearInterval(timer);
    look();
    return highest - before;
  };
}

/**
 * workerd puts an object away after ten idle seconds; opening its file again is not what is
 * measured. Rounds are short enough for the wallets to stay awake while another target has its turn.
 */
async function wakeWallets(load: Child, target: Target, phase: Phase): Promise<number> {
  const job = jobOf(target, { ...phase, requests: phase.wallets, durationMs: WAKE_MS });
  const { completed, warmUps } = await load.ask<LoadResult>(job);
  return completed + warmUps;
}

function jobOf(target: Target, phase: Phase): LoadJob {
  const { work, manner, concurrency, wallets, requests, durationMs, isWarmed = true } = phase;
  return {
    port: target.port,
    ...target.ask(work, manner),
    keys: KEYS.slice(0, wallets),
    concurrency,
    requests,
    durationMs,
    isWarmed,
  };
}

function combine(results: LoadResult[], spentMs: number): Measured {
  const completed = sum(results.map((result) => result.completed));
  const answered = completed + sum(results.map((result) => result.warmUps));
  return {
    firstByteMs: results.flatMap((result) => result.firstByteMs),
    endMs: results.flatMap((result) => result.endMs),
    gatewayMs: results.flatMap((result) => result.gatewayMs),
    admitMs: results.flatMap((result) => result.admitMs),
    perSecond: (completed * 1000) / sum(results.map((result) => result.elapsedMs)),
    cpuMsPerRequest: spentMs / answered,
    grownMb: Number.NaN,
    answered,
    errors: results.flatMap((result) => result.errors),
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Each target compiles its code and, where it keeps wallets, meets all of them. Answers Portico's answers. */
export async function warmUp(load: Child, targets: Target[], wallets: number): Promise<number> {
  const shape = { manner: 0, concurrency: 10, rounds: 1, durationMs: 20_000 } as const;
  const phases: Phase[] = [
    { ...shape, work: "json", wallets, requests: wallets },
    { ...shape, work: "json", wallets: 1, requests: 300 },
    { ...shape, work: "json50k", wallets: 1, requests: 20 },
    { ...shape, work: "stream", wallets: 1, requests: 20 },
  ];
  let answeredByPortico = 0;
  for (const target of targets) {
    for (const phase of phases) {
      const result = await load.ask<LoadResult>(jobOf(target, phase));
      const [error] = result.errors;
      if (error !== undefined) throw new Error(`${target.label} does not answer: ${error}`);
      if (target.name === "portico") answeredByPortico += result.completed + result.warmUps;
    }
  }
  return answeredByPortico;
}

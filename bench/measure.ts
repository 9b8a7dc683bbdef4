/** Runs phases: the same work on each target in turn, round after round (A B A B). */
import { type Child, cpuMs, sleep } from "./processes.ts";
import { KEYS, type LatencyMs, type Target } from "./targets.ts";
import { bodyOf, type LoadJob, type LoadResult, WORKS, type WorkName } from "./works.ts";

export interface Phase {
  work: WorkName;
  latency: LatencyMs;
  concurrency: number;
  wallets: number;
  rounds: number;
  /** Of one round; it ends at whichever comes first. */
  requests: number;
  durationMs: number;
}

export interface Measured {
  firstByteMs: number[];
  endMs: number[];
  gatewayMs: number[];
  admitMs: number[];
  perSecond: number;
  /** Of the serving process, from the first round to the quiet after the last; NaN for direct. */
  cpuMsPerRequest: number;
  /** All that was answered, also to warm up. */
  answered: number;
  errors: string[];
}

export type PhaseResult = Map<Target["name"], Measured>;

/** Work that a target puts off (outboxes, write-behind) belongs to the requests that caused it. */
const QUIET_MS = 5000;
const WAKE_MS = 20_000;

export async function runPhase(load: Child, targets: Target[], phase: Phase): Promise<PhaseResult> {
  const parts = new Map<Target["name"], LoadResult[]>();
  const waked = new Map<Target["name"], number>();
  for (const target of phase.wallets > 1 ? targets : []) {
    waked.set(target.name, await wakeWallets(load, target, phase));
  }
  const cpuBefore = targets.map(({ pid }) => (pid === null ? Number.NaN : cpuMs(pid)));
  for (let round = 0; round < phase.rounds; round += 1) {
    for (const target of targets) {
      const result = await load.ask<LoadResult>(jobOf(target, phase));
      parts.set(target.name, [...(parts.get(target.name) ?? []), result]);
    }
  }
  if (phase.latency === 0) await sleep(QUIET_MS);
  return new Map(
    targets.map((target, index) => {
      const spent = target.pid === null ? Number.NaN : cpuMs(target.pid) - (cpuBefore[index] ?? 0);
      const measured = combine(parts.get(target.name) ?? [], spent);
      measured.answered += waked.get(target.name) ?? 0;
      return [target.name, measured];
    }),
  );
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
  const { work, latency, concurrency, wallets, requests, durationMs } = phase;
  return {
    port: target.port,
    path: target.path(latency),
    headers: target.headers(latency),
    keys: KEYS.slice(0, wallets),
    body: bodyOf(work, target.model(latency)),
    concurrency,
    requests,
    durationMs,
    expect: WORKS[work].stream ? "data: [DONE]" : '"Hello there."',
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
    answered,
    errors: results.flatMap((result) => result.errors),
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Each target compiles its code and, where it keeps wallets, meets all of them. Answers Portico's answers. */
export async function warmUp(load: Child, targets: Target[], wallets: number): Promise<number> {
  const shape = { latency: 0, concurrency: 10, rounds: 1, durationMs: 20_000 } as const;
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

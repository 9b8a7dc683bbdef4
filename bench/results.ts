/** All that one run of the bench has found out. */
import type { Audit } from "./accounts.ts";
import type { Weight } from "./bundle.ts";
import type { Phase, PhaseResult } from "./measure.ts";
import type { Target } from "./targets.ts";
import { percentile, type WorkName } from "./works.ts";

export interface Results {
  mode: "full" | "quick";
  startedAt: Date;
  seconds: number;
  machine: string;
  targets: Target[];
  latency: { phase: Phase; result: PhaseResult }[];
  oneWallet: PhaseResult;
  manyWallets: PhaseResult;
  streams: PhaseResult;
  translation: { phase: Phase; result: PhaseResult }[];
  paced: { phase: Phase; result: PhaseResult };
  slow: { phase: Phase; result: PhaseResult };
  memoryMb: Map<Target["name"], number>;
  weight: Weight;
  audit: Audit;
}

/** The phase in which the provider thinks for 60 ms. */
export function latencyOf(
  { latency }: Results,
  work: WorkName,
  concurrency: number,
): PhaseResult | undefined {
  return latency.find(({ phase }) => phase.work === work && phase.concurrency === concurrency)
    ?.result;
}

/** What Portico itself says about its time before the first byte, in milliseconds. */
export function gatewayTimes(results: Results): { p50: number; p99: number } {
  const samples = latencyOf(results, "json", 10)?.get("portico")?.gatewayMs ?? [];
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
}

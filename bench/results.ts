/** All that one run of the bench has found out. */
import type { Audit } from "./accounts.ts";
import type { Weight } from "./bundle.ts";
import type { Phase, PhaseResult } from "./measure.ts";
import type { Target } from "./targets.ts";

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
  memoryMb: Map<Target["name"], number>;
  weight: Weight;
  audit: Audit;
}

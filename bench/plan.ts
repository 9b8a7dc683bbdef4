/** Which phases there are, and how much of each: the whole bench is bounded in count and time. */
import type { Phase } from "./measure.ts";
import { WALLETS } from "./targets.ts";
import type { WorkName } from "./works.ts";

const CONCURRENCIES = [1, 10, 50];

export interface Plan {
  /** With a provider that thinks for 60 ms: what a gateway adds. */
  latency: Phase[];
  /** With a provider that answers at once, 50 clients: what a gateway can do, and what it costs. */
  oneWallet: Phase;
  /** The same for the targets that keep wallets. */
  manyWallets: Phase;
  /** Streams as fast as they come. */
  streams: Phase;
  /** Through another protocol, with a provider that thinks for 60 ms: Portico alone. */
  translation: Phase[];
  /** As a model writes: many streams at once, a chunk every 10 ms. */
  paced: Phase;
  /** A thousand that take twenty seconds each: what one that waits holds. */
  slow: Phase;
  starts: number;
}

export function planOf(isQuick: boolean): Plan {
  const rounds = isQuick ? 1 : 3;
  const counts: Record<number, number> = isQuick
    ? { 1: 10, 10: 60, 50: 150 }
    : { 1: 20, 10: 150, 50: 400 };
  const works: WorkName[] = ["json", "json50k", "stream"];
  const saturated = {
    manner: 0,
    rounds,
    requests: 1_000_000,
    durationMs: isQuick ? 1000 : 2000,
    concurrency: 50,
  } as const;
  return {
    latency: works.flatMap((work) =>
      (isQuick && work === "json50k" ? [10] : CONCURRENCIES).map((concurrency) => ({
        work,
        manner: 60 as const,
        concurrency,
        wallets: 1,
        rounds,
        requests: counts[concurrency] ?? 0,
        durationMs: 4000,
      })),
    ),
    oneWallet: { ...saturated, work: "json", wallets: 1 },
    manyWallets: {
      ...saturated,
      work: "json",
      wallets: WALLETS,
      durationMs: isQuick ? 2000 : 3000,
    },
    streams: {
      ...saturated,
      work: "stream",
      wallets: 1,
      concurrency: 10,
      requests: isQuick ? 60 : 200,
      durationMs: 4000,
    },
    translation: TRANSLATIONS.flatMap((work) =>
      (isQuick ? [1] : [1, 10]).map((concurrency) => ({
        work,
        manner: 60 as const,
        concurrency,
        wallets: 1,
        rounds,
        requests: counts[concurrency] ?? 0,
        durationMs: 4000,
      })),
    ),
    paced: atOnce("paced", isQuick ? 50 : 300),
    slow: atOnce("slow", isQuick ? 100 : 1000),
    starts: isQuick ? 1 : 3,
  };
}

const TRANSLATIONS: WorkName[] = ["toMessages", "fromMessages", "agent"];

/** Every client asks once, all together. */
function atOnce(manner: "paced" | "slow", clients: number): Phase {
  const work = "stream" as const;
  const once = { requests: clients, durationMs: 60_000, rounds: 1, isWarmed: false };
  return { work, manner, concurrency: clients, wallets: 1, ...once };
}

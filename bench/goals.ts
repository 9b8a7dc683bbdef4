/** The targets that Portico sets itself, and whether a run meets them. */
import type { PhaseResult } from "./measure.ts";
import { gatewayTimes, latencyOf, type Results } from "./results.ts";
import type { Target } from "./targets.ts";
import { mean, percentile } from "./works.ts";

export interface Goal {
  what: string;
  wanted: string;
  measured: string;
  isMet: boolean;
}

type Name = Target["name"];

export function goalsOf(results: Results): Goal[] {
  return [
    ...latencyGoals(results),
    ...cpuGoals(results),
    ...speedGoals(results),
    ...streamGoals(results),
    {
      what: "bundle, gzip",
      wanted: "≤ 400 KB",
      measured: `${results.weight.gzipKb.toFixed(0)} KB`,
      isMet: results.weight.gzipKb <= 400,
    },
    accountsGoal(results),
  ];
}

function latencyGoals(results: Results): Goal[] {
  const { p50, p99 } = gatewayTimes(results);
  const stream = latencyOf(results, "stream", 1);
  const firstByte = (name: Name) => percentile(stream?.get(name)?.firstByteMs ?? [], 0.5);
  const own = firstByte("portico") - firstByte("direct");
  const portkey = firstByte("portkey") - firstByte("direct");
  return [
    {
      what: "server-timing gateway at c=10, p50 / p99",
      wanted: "≤ 3 / ≤ 15 ms",
      measured: `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`,
      isMet: p50 <= 3 && p99 <= 15,
    },
    {
      what: "stream: added first byte p50 at c=1",
      wanted: "≤ 3 ms",
      measured: `${own.toFixed(1)} ms`,
      isMet: own <= 3,
    },
    atMost("the same", own, portkey, { ratio: 0.2, of: "Portkey" }),
  ];
}

function cpuGoals({ oneWallet, manyWallets, streams }: Results): Goal[] {
  const cpu = (result: PhaseResult, name: Name) => result.get(name)?.cpuMsPerRequest ?? Number.NaN;
  const against = (result: PhaseResult, what: string, name: Name, ratio: number, of: string) =>
    atMost(what, cpu(result, "portico"), cpu(result, name), { ratio, of });
  const json = "CPU per JSON request";
  return [
    against(oneWallet, `${json}, one wallet`, "ledger", 1.5, "minimal ledger"),
    against(manyWallets, `${json}, 1 000 wallets`, "ledger", 1.5, "minimal ledger"),
    against(streams, "CPU per chunk", "tee", 1.2, "tee"),
    against(streams, "stretch: CPU per chunk", "pass-through", 1.3, "pass-through"),
  ];
}

/** Portkey keeps no wallets, so that how many there are changes nothing for it. */
function speedGoals(results: Results): Goal[] {
  const { oneWallet, manyWallets } = results;
  const speed = (result: PhaseResult, name: Name) => result.get(name)?.perSecond ?? Number.NaN;
  const atLeast = (what: string, own: number, base: number, of: string): Goal => {
    const ratio = own / base;
    return { what, wanted: `≥ 1× ${of}`, measured: `${ratio.toFixed(2)}×`, isMet: ratio >= 1 };
  };
  const one = "JSON/s, 0 ms, c=50, one wallet";
  const many = "JSON/s, 0 ms, c=50, 1 000 wallets";
  const own = speed(manyWallets, "portico");
  return [
    atLeast(one, speed(oneWallet, "portico"), speed(oneWallet, "ledger"), "minimal ledger"),
    atLeast(many, own, speed(manyWallets, "ledger"), "minimal ledger"),
    atLeast(`stretch: ${many}`, own, speed(oneWallet, "portkey"), "Portkey"),
    admitGoal("time of admit, mean, one wallet", oneWallet),
    admitGoal("time of admit, mean, 1 000 wallets", manyWallets),
  ];
}

function streamGoals({ slow, translation }: Results): Goal[] {
  const agent = translation.find(({ phase }) => phase.work === "agent" && phase.concurrency === 1);
  const firstByte = (name: Name) => percentile(agent?.result.get(name)?.firstByteMs ?? [], 0.5);
  const added = firstByte("portico") - firstByte("direct");
  const grownKb = (slow.result.get("portico")?.grownMb ?? Number.NaN) * 1024;
  const each = grownKb / slow.phase.concurrency;
  return [
    {
      what: "agent on Dify: added first byte p50 at c=1",
      wanted: "≤ 6 ms",
      measured: `${added.toFixed(1)} ms`,
      isMet: added <= 6,
    },
    {
      what: `${slow.phase.concurrency} slow streams, none of them broken: memory for each`,
      wanted: "≤ 60 KB",
      measured: `${each.toFixed(0)} KB`,
      isMet: each <= 60,
    },
  ];
}

/** The mean, since the clock of a Worker knows whole milliseconds only. */
function admitGoal(what: string, result: PhaseResult): Goal {
  const of = (name: Name) => mean(result.get(name)?.admitMs ?? []);
  return atMost(what, of("portico"), of("ledger"), { ratio: 1, of: "minimal ledger" });
}

/** Speed with accounts that do not add up would be no speed at all. */
function accountsGoal({ audit: { answered, charged, heldMicro } }: Results): Goal {
  return {
    what: "every answered request charged once, nothing held",
    wanted: `${answered} charges, 0 µ held`,
    measured: `${charged} charges, ${heldMicro} µ held`,
    isMet: charged === answered && heldMicro === 0,
  };
}

function atMost(
  what: string,
  own: number,
  base: number,
  limit: { ratio: number; of: string },
): Goal {
  const ratio = own / base;
  return {
    what,
    wanted: `≤ ${limit.ratio}× ${limit.of}`,
    measured: `${ratio.toFixed(2)}×`,
    isMet: ratio <= limit.ratio,
  };
}

/** Turns what was measured into the table, the targets and bench/RESULTS.md. */
import { goalsOf } from "./goals.ts";
import type { Measured, PhaseResult } from "./measure.ts";
import { gatewayTimes, type Results } from "./results.ts";
import type { Target } from "./targets.ts";
import { CHUNKS_PER_STREAM, mean, percentile, WORKS } from "./works.ts";

const NOTHING = "–";

function number(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : NOTHING;
}

function table(rows: string[][]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  const line = (row: string[]) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width, at) => (at === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(head), rule, ...body.map(line)].join("\n");
}

/** `+1.2 / +3.4`: the median and the 99th percentile above those of asking the provider directly. */
function added(
  result: PhaseResult,
  name: Target["name"],
  samplesOf: (measured: Measured) => number[],
): string {
  const own = result.get(name);
  const base = result.get("direct");
  if (!own || !base) return NOTHING;
  return [0.5, 0.99]
    .map((share) => {
      const value = percentile(samplesOf(own), share);
      if (name === "direct") return number(value, 1);
      const above = value - percentile(samplesOf(base), share);
      return `${above < 0 ? "−" : "+"}${number(Math.abs(above), 1)}`;
    })
    .join(" / ");
}

type Cell = (name: Target["name"]) => string;

/** Every row of the table: a label and the cell of each target. */
function rowsOf(results: Results): [label: string, cell: Cell][] {
  const { latency, translation, oneWallet, manyWallets, streams, memoryMb, weight } = results;
  const { paced, slow } = results;
  const gateway = gatewayTimes(results);
  const perSecond = (measured: Measured) => measured.perSecond;
  const cpu = (measured: Measured) => measured.cpuMsPerRequest;
  const chunkCpu = (measured: Measured) => (cpu(measured) * 1000) / CHUNKS_PER_STREAM;
  return [
    ...[...latency, ...translation].flatMap(({ phase, result }) =>
      timesOf(`${WORKS[phase.work].label}, c=${phase.concurrency}`, result),
    ),
    ...timesOf(`${paced.phase.concurrency} streams at once, a chunk every 10 ms`, paced.result),
    [
      `${slow.phase.concurrency} streams at once, a chunk every 100 ms: KB each`,
      of(slow.result, ({ grownMb }) => (grownMb * 1024) / slow.phase.concurrency, 0),
    ],
    [
      "server-timing gateway, ms: JSON, c=10",
      (name) =>
        name === "portico" ? `${number(gateway.p50, 1)} / ${number(gateway.p99, 1)}` : NOTHING,
    ],
    ["JSON/s, 0 ms, c=50, one wallet", of(oneWallet, perSecond, 0)],
    ["JSON/s, 0 ms, c=50, 1 000 wallets", of(manyWallets, perSecond, 0)],
    ["admit, ms: one wallet", admit(oneWallet)],
    ["admit, ms: 1 000 wallets", admit(manyWallets)],
    ["CPU ms per JSON request, one wallet", of(oneWallet, cpu, 2)],
    ["CPU ms per JSON request, 1 000 wallets", of(manyWallets, cpu, 2)],
    ["streams/s, 0 ms, c=10", of(streams, perSecond, 0)],
    ["CPU ms per stream", of(streams, cpu, 2)],
    ["CPU µs per chunk", of(streams, chunkCpu, 1)],
    ["memory at the end, MB", (name) => number(memoryMb.get(name) ?? Number.NaN, 0)],
    ["bundle, KB gzip", ofPortico(weight.gzipKb, 0)],
    ["start-up CPU, ms", ofPortico(weight.startUpCpuMs, 0)],
  ];
}

function timesOf(label: string, result: PhaseResult): [string, Cell][] {
  return [
    [`${label}: first byte`, (name) => added(result, name, ({ firstByteMs }) => firstByteMs)],
    [`${label}: end`, (name) => added(result, name, ({ endMs }) => endMs)],
  ];
}

/** By the serving Worker's own clock, which knows whole milliseconds: median and mean. */
function admit(result: PhaseResult): Cell {
  return (name) => {
    const samples = result.get(name)?.admitMs ?? [];
    if (samples.length === 0) return NOTHING;
    return `${number(percentile(samples, 0.5), 0)} / ${number(mean(samples), 1)}`;
  };
}

function of(result: PhaseResult, read: (measured: Measured) => number, digits: number): Cell {
  return (name) => {
    const measured = result.get(name);
    return measured ? number(read(measured), digits) : NOTHING;
  };
}

function ofPortico(value: number, digits: number): Cell {
  return (name) => (name === "portico" ? number(value, digits) : NOTHING);
}

export function measurements(results: Results): string {
  const { targets } = results;
  const head = ["", ...targets.map(({ label }) => label)];
  const body = rowsOf(results).map(([label, cell]) => [
    label,
    ...targets.map(({ name }) => cell(name)),
  ]);
  return table([head, ...body]);
}

export function goalTable(results: Results): string {
  const rows = goalsOf(results).map(({ what, wanted, measured, isMet }) => [
    what,
    wanted,
    measured,
    isMet ? "yes" : "NO",
  ]);
  return table([["target", "wanted", "measured", "met"], ...rows]);
}

export function document(results: Results): string {
  return `# Results of the bench

${results.startedAt.toISOString().slice(0, 16).replace("T", " ")} UTC, ${results.mode} run of ${Math.round(results.seconds)} s on ${results.machine}.

How to read: the column *direct* holds milliseconds, the other columns what they add to it
(median / 99th percentile) with a provider that thinks for 60 ms. Compare columns of one row, never
two runs: all targets took turns on the same machine. [README.md](README.md) says more.

${measurements(results)}

## Targets

${goalTable(results)}
`;
}

/**
 * The one place that turns use into money: what a user pays by the price, what the site pays by the
 * cost, and the most that a use can come to. Invariants:
 *
 * 1. Prices are decimal credits per unit; they are scaled to integers of 10⁻⁹ credit, summed as big
 *    integers and rounded up once, to a whole micro-credit.
 * 2. A charge is never negative and always a safe integer, whatever an upstream reports.
 * 3. The ceiling of a use is at least the charge of every use within its bounds.
 */
import type { AgentPrice, ImagePrice, ModelPrice } from "../contract/config.ts";
import { NO_USAGE, type Usage } from "./run.ts";

const NANO_PER_CREDIT = 1_000_000_000;
const MILLION = 1_000_000n;
/** Sums are kept in nano-credits times a million, because most prices are per million. */
const SUM_PER_MICRO = MILLION * 1_000n;

/** What is paid for beside tokens. One request where nothing is said of them. */
export interface Units {
  requests?: number;
  images?: readonly ImageUnits[];
  /** Of video made or sound heard; a second begun is a second. */
  seconds?: number;
  /** Of text spoken. */
  characters?: number;
}
/** Null where neither the client nor the provider says: then no price of one size or quality fits. */
export interface ImageUnits {
  size: string | null;
  quality: string | null;
  count: number;
}

/**
 * The charge in micro-credits. `usage` is normalised: `cachedInput`, `cacheWrite` and `audioInput`
 * are parts of `input`, `reasoning` and `audioOutput` of `output`, none of them of another. A part
 * without a price of its own costs what the whole costs.
 */
export function chargeMicro(price: ModelPrice, usage: Usage, units: Units = {}): number {
  const input = split(usage.input, [usage.cachedInput, usage.cacheWrite, usage.audioInput ?? 0]);
  const output = split(usage.output, [usage.reasoning, usage.audioOutput ?? 0]);
  const tokens =
    weigh(input, [
      price.inputPerMillion,
      price.cachedInputPerMillion,
      price.cacheWritePerMillion,
      price.audioInputPerMillion,
    ]) +
    weigh(output, [price.outputPerMillion, price.reasoningPerMillion, price.audioOutputPerMillion]);
  return roundUp(tokens + unitsSum(price, units, imageCredits));
}

/** Whether no use of it is ever charged. */
export function isFree({ images = [], ...prices }: ModelPrice): boolean {
  return dearestOf(images) === 0 && Object.values(prices).every((credits) => !credits);
}

/** How an agent's or model's use is charged. */
export type Tariff =
  | { kind: "free" }
  | { kind: "perMessage"; micro: number }
  | { kind: "byTokens"; price: ModelPrice };

/** `modelPrice` is the price of the model under a prompt agent; platform agents have none. */
export function agentTariff(price: AgentPrice, modelPrice: ModelPrice | null): Tariff {
  if ("free" in price) return { kind: "free" };
  if ("perMessage" in price) {
    return { kind: "perMessage", micro: roundUp(scaled(price.perMessage) * MILLION) };
  }
  return modelPrice ? { kind: "byTokens", price: modelPrice } : { kind: "free" };
}

/**
 * What a use costs. A message is paid per message only when something was delivered: the caller
 * passes `delivered: false` for a run that failed before its first token.
 */
export function tariffMicro(
  tariff: Tariff,
  usage: Usage,
  delivered: boolean,
  units: Units = {},
): number {
  switch (tariff.kind) {
    case "free":
      return 0;
    case "perMessage":
      return delivered ? tariff.micro : 0;
    case "byTokens":
      return chargeMicro(tariff.price, usage, units);
  }
}

/** A share (0 to 1) of a charge, rounded up. */
export function shareMicro(micro: number, share: number): number {
  return roundUp(BigInt(micro) * scaled(share));
}

/** The most output tokens that `availableMicro` pays after `inputTokens`; Infinity when free. */
export function affordableOutputTokens(
  price: ModelPrice,
  inputTokens: number,
  availableMicro: number,
): number {
  const dearest = dearestOutput(price);
  if (dearest === 0) return Number.POSITIVE_INFINITY;
  const input = ceilingMicro({ kind: "byTokens", price }, inputTokens, 0);
  const left = BigInt(Math.max(0, availableMicro - input)) * SUM_PER_MICRO;
  return Number(left / scaled(dearest));
}

/**
 * The most a use can cost: every input token at the dearest input price, likewise the output, and
 * an image whose size or quality is open (null) at the dearest that it may turn out to be.
 */
export function ceilingMicro(
  tariff: Tariff,
  inputTokens: number,
  outputTokens: number,
  units: Units = {},
): number {
  if (tariff.kind !== "byTokens") return tariffMicro(tariff, NO_USAGE, true);
  const { price } = tariff;
  return roundUp(
    times(inputTokens, dearestInput(price)) +
      times(outputTokens, dearestOutput(price)) +
      unitsSum(price, units, dearestImageCredits),
  );
}

function dearestInput(price: ModelPrice): number {
  return Math.max(
    price.inputPerMillion ?? 0,
    price.cachedInputPerMillion ?? 0,
    price.cacheWritePerMillion ?? 0,
    price.audioInputPerMillion ?? 0,
  );
}

function dearestOutput(price: ModelPrice): number {
  return Math.max(
    price.outputPerMillion ?? 0,
    price.reasoningPerMillion ?? 0,
    price.audioOutputPerMillion ?? 0,
  );
}

/** The whole without its parts, then the parts; they share what there is, the first first. */
function split(total: number, parts: readonly number[]): number[] {
  let left = whole(total);
  const taken = parts.map((part) => {
    const got = Math.min(whole(part), left);
    left -= got;
    return got;
  });
  return [left, ...taken];
}

/** The first price is that of the whole. */
function weigh(counts: readonly number[], prices: readonly (number | undefined)[]): bigint {
  return counts.reduce((sum, count, at) => sum + times(count, prices[at] ?? prices[0]), 0n);
}

function unitsSum(
  price: ModelPrice,
  { requests = 1, images = [], seconds = 0, characters = 0 }: Units,
  creditsOf: (price: ModelPrice, image: ImageUnits) => number,
): bigint {
  const each =
    times(requests, price.perRequest) +
    times(seconds, price.perSecond) +
    images.reduce((sum, image) => sum + times(image.count, creditsOf(price, image)), 0n);
  return each * MILLION + times(characters, price.perMillionCharacters);
}

/** The first row that fits; where none does, the general price, and without one the dearest row. */
function imageCredits(price: ModelPrice, image: ImageUnits): number {
  const fits = ({ size, quality }: ImagePrice) =>
    (size === undefined || size === image.size) &&
    (quality === undefined || quality === image.quality);
  return price.images?.find(fits)?.credits ?? price.perImage ?? dearestOf(price.images ?? []);
}

function dearestImageCredits(price: ModelPrice, image: ImageUnits): number {
  const mayFit = ({ size, quality }: ImagePrice) =>
    (size === undefined || image.size === null || size === image.size) &&
    (quality === undefined || image.quality === null || quality === image.quality);
  const isOpen = image.size === null || image.quality === null;
  const rows = isOpen ? (price.images ?? []).filter(mayFit) : [];
  return Math.max(dearestOf(rows), isOpen ? (price.perImage ?? 0) : 0, imageCredits(price, image));
}

const dearestOf = (rows: readonly ImagePrice[]): number =>
  rows.reduce((most, row) => Math.max(most, row.credits), 0);

const scaled = (credits: number): bigint => BigInt(Math.round(credits * NANO_PER_CREDIT));

/** Of a count that an upstream reported: what is below zero or no number counts as nothing. */
const whole = (count: number): number =>
  count > 0 ? Math.min(Math.ceil(count), Number.MAX_SAFE_INTEGER) : 0;

const times = (count: number, credits = 0): bigint => BigInt(whole(count)) * scaled(credits);

function roundUp(sum: bigint): number {
  const micro = (sum + SUM_PER_MICRO - 1n) / SUM_PER_MICRO;
  return Number(micro < MOST_MICRO ? micro : MOST_MICRO);
}
const MOST_MICRO = BigInt(Number.MAX_SAFE_INTEGER);

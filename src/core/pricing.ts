/**
 * The one place that turns usage into a charge. Prices are decimal credits (per million tokens,
 * per image, …); they are scaled to integers of 10⁻⁹ credit, summed as big integers, and rounded
 * up once, to a whole micro-credit.
 */
import type { AgentPrice, ModelPrice } from "../contract/config.ts";
import type { Usage } from "./run.ts";

const SCALE = 1_000_000_000;
const MILLION = 1_000_000n;
/** Nano-credits per micro-credit. */
const NANO_PER_MICRO = 1_000n;

function scaled(price: number | undefined): bigint {
  return price === undefined ? 0n : BigInt(Math.round(price * SCALE));
}

/** How many images, seconds, requests, messages are charged beside tokens. */
export interface Units {
  images?: number;
  seconds?: number;
  requests?: number;
}

/**
 * The charge in micro-credits. `usage` is normalised: `cachedInput` and `cacheWrite` are parts of
 * `input`, `reasoning` is a part of `output`. A part without a price of its own costs what the
 * whole costs.
 */
export function chargeMicro(
  price: ModelPrice,
  usage: Usage,
  units: Units = { requests: 1 },
): number {
  const cached = Math.min(usage.cachedInput, usage.input);
  const written = Math.min(usage.cacheWrite, usage.input - cached);
  const reasoning = Math.min(usage.reasoning, usage.output);
  const perMillion =
    BigInt(usage.input - cached - written) * scaled(price.inputPerMillion) +
    BigInt(cached) * scaled(price.cachedInputPerMillion ?? price.inputPerMillion) +
    BigInt(written) * scaled(price.cacheWritePerMillion ?? price.inputPerMillion) +
    BigInt(usage.output - reasoning) * scaled(price.outputPerMillion) +
    BigInt(reasoning) * scaled(price.reasoningPerMillion ?? price.outputPerMillion);
  const perUnit =
    BigInt(units.images ?? 0) * scaled(price.perImage) +
    BigInt(Math.ceil(units.seconds ?? 0)) * scaled(price.perSecond) +
    BigInt(units.requests ?? 0) * scaled(price.perRequest);
  return roundUp(perMillion + perUnit * MILLION);
}

/** Nano-credits × 10⁶ → micro-credits, up. */
function roundUp(value: bigint): number {
  const divisor = MILLION * NANO_PER_MICRO;
  return Number((value + divisor - 1n) / divisor);
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
export function tariffMicro(tariff: Tariff, usage: Usage, delivered: boolean): number {
  switch (tariff.kind) {
    case "free":
      return 0;
    case "perMessage":
      return delivered ? tariff.micro : 0;
    case "byTokens":
      return chargeMicro(tariff.price, usage);
  }
}

/** The most output tokens that `availableMicro` pays after `inputTokens`; Infinity when free. */
export function affordableOutputTokens(
  price: ModelPrice,
  inputTokens: number,
  availableMicro: number,
): number {
  const dearest = Math.max(price.outputPerMillion ?? 0, price.reasoningPerMillion ?? 0);
  if (dearest === 0) return Number.POSITIVE_INFINITY;
  const input = chargeMicro(worstInput(price), { ...NO_TOKENS, input: inputTokens });
  const left = BigInt(Math.max(0, availableMicro - input)) * MILLION * NANO_PER_MICRO;
  return Number(left / scaled(dearest));
}

/** The most a use can cost: every input token at the dearest input price, likewise the output. */
export function ceilingMicro(tariff: Tariff, inputTokens: number, outputTokens: number): number {
  if (tariff.kind !== "byTokens") return tariffMicro(tariff, NO_TOKENS, true);
  const dearestOutput = Math.max(
    tariff.price.outputPerMillion ?? 0,
    tariff.price.reasoningPerMillion ?? 0,
  );
  return chargeMicro(
    { ...worstInput(tariff.price), outputPerMillion: dearestOutput },
    { ...NO_TOKENS, input: inputTokens, output: outputTokens },
  );
}

function worstInput(price: ModelPrice): ModelPrice {
  const dearest = Math.max(
    price.inputPerMillion ?? 0,
    price.cachedInputPerMillion ?? 0,
    price.cacheWritePerMillion ?? 0,
  );
  return {
    inputPerMillion: dearest,
    ...(price.perRequest === undefined ? {} : { perRequest: price.perRequest }),
  };
}

const NO_TOKENS: Usage = { input: 0, output: 0, cachedInput: 0, cacheWrite: 0, reasoning: 0 };

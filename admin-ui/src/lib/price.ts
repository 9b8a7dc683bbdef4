/** Prices as forms hold them, and the sums that help an admin to set them. */
import type { ModelConfig, ModelPrice } from "@contract";
import { filled, type NumberField } from "./validation.ts";

export const PRICE_KINDS = [
  "inputPerMillion",
  "outputPerMillion",
  "cachedInputPerMillion",
  "cacheWritePerMillion",
  "reasoningPerMillion",
  "perImage",
  "perSecond",
  "perRequest",
] as const satisfies readonly (keyof ModelPrice)[];
export type PriceKind = (typeof PRICE_KINDS)[number];
export type PriceFields = Record<PriceKind, NumberField>;

export const MODEL_KINDS = [
  "chat",
  "embedding",
  "image",
  "speech",
  "transcription",
  "video",
] as const satisfies readonly ModelConfig["kind"][];
export type ModelKind = (typeof MODEL_KINDS)[number];

/** The prices that usually matter for a kind of model; the form shows these first. */
export const USUAL_PRICES: Record<ModelKind, readonly PriceKind[]> = {
  chat: ["inputPerMillion", "outputPerMillion", "cachedInputPerMillion"],
  embedding: ["inputPerMillion"],
  image: ["perImage", "inputPerMillion", "outputPerMillion"],
  speech: ["inputPerMillion", "perSecond", "perRequest"],
  transcription: ["perSecond", "perRequest"],
  video: ["perSecond", "perRequest"],
};

/** The server keeps nine decimals; a float's noise beyond them is cut off. */
export const roundPrice = (value: number): number => Math.round(value * 1e9) / 1e9;

export function priceFields(price: ModelPrice = {}): PriceFields {
  const fields = {} as PriceFields;
  for (const kind of PRICE_KINDS) fields[kind] = price[kind] ?? "";
  return fields;
}

export const priceOf = (fields: PriceFields): ModelPrice => filled(fields);

export interface MarginInput {
  /** What the platform charges, in money, per million tokens. */
  cost: number;
  /** What one credit costs a user, in the same money. */
  moneyPerCredit: number;
  /** 25 puts a quarter on top of the cost. */
  marginPercent: number;
}

/** The price in credits that covers the cost and the margin on it. */
export const priceFromCost = ({ cost, moneyPerCredit, marginPercent }: MarginInput): number =>
  moneyPerCredit > 0 ? roundPrice((cost / moneyPerCredit) * (1 + marginPercent / 100)) : 0;

/** What a chat of this size costs, in credits. */
export const exampleCharge = (
  price: ModelPrice,
  tokens: { input: number; output: number },
): number =>
  ((price.inputPerMillion ?? 0) * tokens.input + (price.outputPerMillion ?? 0) * tokens.output) /
    1_000_000 +
  (price.perRequest ?? 0);

/** Every price that is set, changed by the same percent. */
export function scaledPrice(price: ModelPrice, percent: number): ModelPrice {
  const scaled: ModelPrice = {};
  for (const kind of PRICE_KINDS) {
    const value = price[kind];
    if (value !== undefined) scaled[kind] = roundPrice(value * (1 + percent / 100));
  }
  return scaled;
}

/** Prices as forms hold them: a number or nothing for each kind, and rows for sizes of images. */
import type { ImagePrice, ModelConfig, ModelPrice } from "@contract";
import { filled, type NumberField } from "./validation.ts";

export const PRICE_KINDS = [
  "inputPerMillion",
  "outputPerMillion",
  "cachedInputPerMillion",
  "cacheWritePerMillion",
  "reasoningPerMillion",
  "audioInputPerMillion",
  "audioOutputPerMillion",
  "perImage",
  "perSecond",
  "perMillionCharacters",
  "perRequest",
] as const satisfies readonly Exclude<keyof ModelPrice, "images">[];
export type PriceKind = (typeof PRICE_KINDS)[number];

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
  chat: [
    "inputPerMillion",
    "outputPerMillion",
    "cachedInputPerMillion",
    "cacheWritePerMillion",
    "reasoningPerMillion",
  ],
  embedding: ["inputPerMillion"],
  image: ["perImage", "inputPerMillion", "outputPerMillion"],
  speech: ["perMillionCharacters", "inputPerMillion", "audioOutputPerMillion"],
  transcription: ["perSecond", "audioInputPerMillion", "outputPerMillion"],
  video: ["perSecond", "perRequest"],
};

export type PriceFields = Record<PriceKind, NumberField>;
/** Price and cost of one size and quality; an empty text fits every image. */
export interface ImageFields {
  size: string;
  quality: string;
  price: NumberField;
  cost: NumberField;
}
export interface PricingFields {
  price: PriceFields;
  cost: PriceFields;
  images: ImageFields[];
}

export const NO_IMAGE: ImageFields = { size: "", quality: "", price: "", cost: "" };

export function priceFields(price: ModelPrice = {}): PriceFields {
  const fields = {} as PriceFields;
  for (const kind of PRICE_KINDS) fields[kind] = price[kind] ?? "";
  return fields;
}

export const sameImage = (a: Pick<ImagePrice, "size" | "quality">, b: typeof a): boolean =>
  (a.size ?? "") === (b.size ?? "") && (a.quality ?? "") === (b.quality ?? "");

export function pricingFields(price: ModelPrice = {}, cost: ModelPrice = {}): PricingFields {
  const rows = [...(price.images ?? [])];
  for (const row of cost.images ?? []) {
    if (!rows.some((one) => sameImage(one, row))) rows.push(row);
  }
  const creditsIn = (of: ModelPrice, row: ImagePrice): NumberField =>
    of.images?.find((one) => sameImage(one, row))?.credits ?? "";
  return {
    price: priceFields(price),
    cost: priceFields(cost),
    images: rows.map((row) => ({
      size: row.size ?? "",
      quality: row.quality ?? "",
      price: creditsIn(price, row),
      cost: creditsIn(cost, row),
    })),
  };
}

/** What is left empty is left out; a cost of which nothing is known is none. */
export function pricingOf(fields: PricingFields): { price: ModelPrice; cost?: ModelPrice } {
  const of = (side: "price" | "cost"): ModelPrice => {
    const images = fields.images.flatMap((row) => {
      const credits = row[side];
      const [size, quality] = [row.size.trim(), row.quality.trim()];
      if (credits === "") return [];
      return [{ ...(size ? { size } : {}), ...(quality ? { quality } : {}), credits }];
    });
    return { ...filled(fields[side]), ...(images.length > 0 ? { images } : {}) };
  };
  const cost = of("cost");
  return { price: of("price"), ...(Object.keys(cost).length > 0 ? { cost } : {}) };
}

/** One number of a price, whatever it is for. */
export interface PriceLine {
  kind: PriceKind | "images";
  size: string;
  quality: string;
  credits: number;
}

/** In the order in which a form shows them. */
export function linesOf(price: ModelPrice): PriceLine[] {
  const rows = (price.images ?? []).map(({ size = "", quality = "", credits }) => {
    return { kind: "images" as const, size, quality, credits };
  });
  return PRICE_KINDS.flatMap((kind): PriceLine[] => {
    const credits = price[kind];
    const plain = credits === undefined ? [] : [{ kind, size: "", quality: "", credits }];
    return kind === "perImage" ? [...rows, ...plain] : plain;
  });
}

/** Which line of another price is about the same. */
export const lineKey = ({ kind, size, quality }: PriceLine): string =>
  kind === "images" ? `${kind}|${size}|${quality}` : kind;

/** What a chat of this size costs, in credits. */
export const exampleCharge = (
  price: ModelPrice,
  tokens: { input: number; output: number },
): number =>
  ((price.inputPerMillion ?? 0) * tokens.input + (price.outputPerMillion ?? 0) * tokens.output) /
    1_000_000 +
  (price.perRequest ?? 0);

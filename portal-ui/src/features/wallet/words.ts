/** A line of the statement, and what explains it, in words. */
import type { KeptPrice, ModelPrice } from "@contract/config.ts";
import type { WalletEntry } from "@contract/wallet.ts";
import type { WalletTexts } from "./texts.ts";

/** Reasons that Portico writes itself have a text; an admin's own is shown as it stands. */
export function reasonText(reason: string, text: WalletTexts): string {
  const known: Readonly<Record<string, string>> = text.reasons;
  return Object.hasOwn(known, reason) ? (known[reason] ?? reason) : reason;
}

/** What a line is about. `name` is that of the agent or model, where it is known. */
export function entryTitle(
  entry: WalletEntry,
  name: string | undefined,
  text: WalletTexts,
): string {
  if (entry.type === "charge") return name ?? entry.model ?? text.types.charge;
  if (entry.type === "grant" && entry.reason) return reasonText(entry.reason, text);
  return text.types[entry.type];
}

/** The smaller line beneath: why, and who. */
export function entryNote(entry: WalletEntry, text: WalletTexts): string {
  if (entry.type !== "correction") return "";
  return [entry.reason, entry.actor && text.by(entry.actor)].filter(Boolean).join(" · ");
}

export interface PriceLine {
  credits: number;
  unit: string;
}

/** Each part of a price that is not nothing; none: it was free. */
export function priceLines(price: KeptPrice, text: WalletTexts): PriceLine[] {
  // Of what is paid by tokens, the price of the model is kept; these have none of their own.
  if ("free" in price || "byTokens" in price) return [];
  const { images = [], ...parts }: ModelPrice & { perMessage?: number } = price;
  const lines = Object.entries(parts).map(([name, credits]) => {
    return { credits: Number(credits), unit: text.units[name as keyof WalletTexts["units"]] };
  });
  for (const { size, quality, credits } of images) {
    const unit = size || quality ? text.image([size, quality].filter(Boolean).join(" ")) : "";
    lines.push({ credits, unit: unit || text.units.perImage });
  }
  return lines.filter((line) => line.credits > 0);
}

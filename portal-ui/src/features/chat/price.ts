/** What the next message will cost, and whether the balance pays for it. */
import type { PortalAgent } from "@contract/portal.ts";
import type { WalletView } from "@contract/wallet.ts";
import { formatCredits } from "../../lib/format.ts";
import type { Dictionary, Locale } from "../../lib/i18n.ts";

type Price = PortalAgent["price"];

/** Below so many credits a balance is called low, where one message's price is not known. */
const LOW_CREDITS = 5;
/** Below so many messages a balance is called low, where it is. */
const LOW_MESSAGES = 5;

/** The price in words. */
export function priceText(price: Price, text: Dictionary, locale: Locale): string {
  switch (price.kind) {
    case "free":
      return text.free;
    case "perMessage":
      return text.pricePerMessage(formatCredits(Number(price.credits), locale));
    case "byTokens":
      return unitPrices(price, text, locale).join(" · ");
  }
}

type UnitPrices = Extract<Price, { kind: "byTokens" }>;

function unitPrices(price: UnitPrices, text: Dictionary, locale: Locale): string[] {
  const credits = (value: string) => formatCredits(Number(value), locale);
  const { inputPerMillion, outputPerMillion, perRequest, perImage } = price;
  const paysTokens =
    Number(inputPerMillion) > 0 || Number(outputPerMillion) > 0 || !(perRequest || perImage);
  return [
    ...(paysTokens
      ? [text.priceByTokens(credits(inputPerMillion), credits(outputPerMillion))]
      : []),
    ...(perRequest ? [text.pricePerMessage(credits(perRequest))] : []),
    ...(perImage ? [text.pricePerImage(credits(perImage.from), credits(perImage.to))] : []),
  ];
}

/** The price in few words, for cards. */
export function shortPriceText(price: Price, text: Dictionary, locale: Locale): string {
  return price.kind === "byTokens" ? text.priceByTokensShort : priceText(price, text, locale);
}

/** `empty`: the next message will be refused. `low`: only a few more. */
export function balanceState(wallet: WalletView, price: Price): "enough" | "low" | "empty" {
  const credits = Number(wallet.available);
  if (price.kind === "free") return "enough";
  if (price.kind === "perMessage") {
    const each = Number(price.credits);
    if (credits < each) return "empty";
    return credits < each * LOW_MESSAGES ? "low" : "enough";
  }
  if (credits <= 0) return "empty";
  return credits < LOW_CREDITS ? "low" : "enough";
}

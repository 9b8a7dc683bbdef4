/** What the next message will cost, and whether the balance pays for it. */
import type { PortalAgent } from "@contract/portal.ts";
import type { WalletView } from "@contract/wallet.ts";
import { formatCredits } from "../../lib/format.ts";
import type { Dictionary, Locale } from "../../lib/i18n.ts";

type Price = PortalAgent["price"];

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

/** Whether the next message can be paid. */
export function canPay(wallet: WalletView, price: Price): boolean {
  const credits = Number(wallet.available);
  switch (price.kind) {
    case "free":
      return true;
    case "perMessage":
      return credits >= Number(price.credits);
    case "byTokens":
      return credits > 0;
  }
}

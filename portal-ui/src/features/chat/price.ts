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
    case "byTokens": {
      const credits = (value: string) => formatCredits(Number(value), locale);
      return text.priceByTokens(credits(price.inputPerMillion), credits(price.outputPerMillion));
    }
  }
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
  if (Number(price.inputPerMillion) === 0 && Number(price.outputPerMillion) === 0) return "enough";
  if (credits <= 0) return "empty";
  return credits < LOW_CREDITS ? "low" : "enough";
}

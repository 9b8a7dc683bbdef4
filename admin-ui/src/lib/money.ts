/** Money is kept in the currency's minor unit (fen, cents); people read and write the major one. */
import type { NumberField } from "./validation.ts";

/** How many decimals a currency has; unknown codes count as two. */
export function decimalsOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    // Not a currency code (yet): the form says so at the field.
    return 2;
  }
}

export const majorOf = (minor: number | undefined, currency: string): NumberField =>
  minor === undefined ? "" : minor / 10 ** decimalsOf(currency);

export const minorOf = (major: number, currency: string): number =>
  Math.round(major * 10 ** decimalsOf(currency));

export function moneyText(minor: number, currency: string, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
  }).format(minor / 10 ** decimalsOf(currency));
}

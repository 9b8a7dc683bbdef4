/**
 * Credits are integers of micro-credits (1 credit = 1 000 000 µ). Decimal credits exist only at
 * the edges: in files, forms and answers.
 */
import { MICRO_PER_CREDIT } from "../contract/values.ts";

/** `12.5` → 12 500 000. The schema has already refused more than six decimals. */
export function creditsToMicro(credits: number): number {
  const micro = Math.round(credits * MICRO_PER_CREDIT);
  if (!Number.isSafeInteger(micro)) throw new RangeError(`credits out of range: ${credits}`);
  return micro;
}

/** Thresholds in the order in which a falling balance meets them, each once. */
export function thresholdsToMicro(credits: readonly number[]): number[] {
  return [...new Set(credits.map(creditsToMicro))].sort((a, b) => b - a);
}

/** 12 500 000 → `"12.5"`; exact, no exponent, no trailing zeros. */
export function microToText(micro: number): string {
  const sign = micro < 0 ? "-" : "";
  const absolute = Math.abs(micro);
  const whole = Math.floor(absolute / MICRO_PER_CREDIT);
  const fraction = String(absolute % MICRO_PER_CREDIT)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return fraction ? `${sign}${whole}.${fraction}` : `${sign}${whole}`;
}

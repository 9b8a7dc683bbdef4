/** Numbers and dates as people read them. */
import type { Locale } from "@contract/values.ts";

const MICRO_PER_CREDIT = 1_000_000;

/** Credits, short: two decimals, or three significant digits when smaller than one. */
export function formatCredits(credits: number, locale: Locale): string {
  const options: Intl.NumberFormatOptions =
    Math.abs(credits) >= 1 || credits === 0
      ? { maximumFractionDigits: 2 }
      : { maximumSignificantDigits: 3 };
  return new Intl.NumberFormat(locale, options).format(credits);
}

/** Micro-credits to the last digit, for the statement. */
export function formatExactCredits(micro: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
  }).format(micro / MICRO_PER_CREDIT);
}

/** Milliseconds as seconds with one decimal. */
export function formatSeconds(ms: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(ms / 1000);
}

export function formatDateTime(iso: string, locale: Locale): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(date);
}

export function formatDate(iso: string, locale: Locale): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(date);
}

/** Tokens per second of the writing itself; null when it was too short to say. */
export function tokensPerSecond(message: {
  outputTokens: number | null;
  firstTokenMs: number | null;
  totalMs: number | null;
}): number | null {
  const { outputTokens, firstTokenMs, totalMs } = message;
  if (outputTokens === null || firstTokenMs === null || totalMs === null) return null;
  const writingMs = totalMs - firstTokenMs;
  return outputTokens >= 8 && writingMs >= 50 ? (outputTokens * 1000) / writingMs : null;
}

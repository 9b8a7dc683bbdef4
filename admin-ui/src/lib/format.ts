/** Numbers, credits and times as a person reads them; one set of formatters per language. */
import { useMemo } from "react";
import { type Locale, useLocale } from "./i18n.ts";

const MICRO_PER_CREDIT = 1_000_000;

export interface Formats {
  /** `12,345` */
  number: (value: number) => string;
  /** `12.3K`, for figures on cards and axes. */
  compact: (value: number) => string;
  /** Micro-credits as credits: as many decimals as are needed to show a charge is not zero. */
  credits: (micro: number) => string;
  /** Signed, for statements: `+100`, `−0.0021`. */
  signedCredits: (micro: number) => string;
  /** A decimal number of credits as an admin wrote it. */
  decimal: (value: number) => string;
  /** `0.123` as `12.3%` */
  percent: (ratio: number) => string;
  /** `12 ms`, `1.24 s` */
  duration: (ms: number) => string;
  dateTime: (iso: string) => string;
  /** Without the year, for dense lists. */
  timestamp: (iso: string) => string;
  date: (iso: string) => string;
  /** Hour of a chart's axis. */
  hour: (iso: string) => string;
  dayOfMonth: (iso: string) => string;
  /** `3 minutes ago` */
  ago: (iso: string, now?: number) => string;
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

function relative(format: Intl.RelativeTimeFormat, iso: string, now: number): string {
  const elapsed = Date.parse(iso) - now;
  for (const [unit, ms] of UNITS) {
    if (Math.abs(elapsed) >= ms) return format.format(Math.round(elapsed / ms), unit);
  }
  return format.format(Math.round(elapsed / 1000), "second");
}

export function formatsOf(locale: Locale): Formats {
  const number = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 9 });
  const coarse = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
  const signed = new Intl.NumberFormat(locale, {
    maximumFractionDigits: 6,
    signDisplay: "exceptZero",
  });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const dateTime = new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  const timestamp = new Intl.DateTimeFormat(locale, {
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const hour = new Intl.DateTimeFormat(locale, {
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  // Days of usage are UTC days; in the reader's zone midnight might be the day before.
  const day = new Intl.DateTimeFormat(locale, {
    month: "numeric",
    day: "numeric",
    timeZone: "UTC",
  });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  return {
    number: (value) => number.format(value),
    compact: (value) => compact.format(value),
    credits: (micro) => {
      const value = micro / MICRO_PER_CREDIT;
      return Math.abs(value) >= 100 ? coarse.format(value) : fine.format(value);
    },
    signedCredits: (micro) => signed.format(micro / MICRO_PER_CREDIT),
    decimal: (value) => exact.format(value),
    percent: (ratio) => percent.format(ratio),
    duration: (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    timestamp: (iso) => timestamp.format(new Date(iso)),
    date: (iso) => date.format(new Date(iso)),
    hour: (iso) => hour.format(new Date(iso)),
    dayOfMonth: (iso) => day.format(new Date(iso)),
    ago: (iso, now = Date.now()) => relative(ago, iso, now),
  };
}

export function useFormats(): Formats {
  const { locale } = useLocale();
  return useMemo(() => formatsOf(locale), [locale]);
}

/** What this browser remembers: language and colour scheme. Storage may be forbidden. */
import type { Boot, Locale } from "@contract";
import { LOCALES } from "../lib/i18n.ts";

const LOCALE_KEY = "portico-locale";
/** Read by `public/scheme.js` too. */
export const SCHEME_KEY = "portico-color-scheme";

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** The account's language, else this browser's choice, else the site's. */
export function chosenLocale(boot: Boot): Locale {
  const wanted = boot.me?.locale ?? stored(LOCALE_KEY);
  return LOCALES.find((locale) => locale === wanted) ?? boot.site.locale;
}

export function rememberLocale(locale: Locale): void {
  try {
    localStorage.setItem(LOCALE_KEY, locale);
  } catch {
    // The choice then lasts as long as the page.
  }
}

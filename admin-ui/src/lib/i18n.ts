/**
 * The interface's texts. Every feature keeps its own dictionary beside its pages, so that a page
 * loads only its own words; `defineTexts` makes a key that is missing in one language, or there in
 * one only, a type error.
 */
import type { Locale, LocalText } from "@contract";
import { createContext, useContext } from "react";

export type { Locale };
export const LOCALES = ["zh-CN", "en"] as const satisfies readonly Locale[];
export const LOCALE_NAMES: Record<Locale, string> = { "zh-CN": "简体中文", en: "English" };

interface Dictionary {
  [key: string]: string | ((...args: never[]) => string) | Dictionary;
}

/** The shape of a dictionary without its English words. */
type Shape<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer Args) => string
      ? (...args: Args) => string
      : Shape<T[K]>;
};

export type Texts<T> = Record<Locale, Shape<T>>;

export function defineTexts<T extends Dictionary>(en: T, zh: Shape<NoInfer<T>>): Texts<T> {
  return { en: en as unknown as Shape<T>, "zh-CN": zh };
}

export interface LocaleState {
  locale: Locale;
  setLocale: (locale: Locale) => void;
}
export const LocaleContext = createContext<LocaleState>({
  locale: "en",
  setLocale: () => undefined,
});

export const useLocale = (): LocaleState => useContext(LocaleContext);

/** The dictionary in the reader's language. */
export function useTexts<T>(texts: Texts<T>): Shape<T> {
  return texts[useLocale().locale];
}

/** A text that the server sends in every language. */
export function useLocalText(): (text: LocalText) => string {
  const { locale } = useLocale();
  return (text) => text[locale] || text.en;
}

/** English plural: `plural(1, "model")` is "1 model". */
export const plural = (count: number, noun: string, many = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : many}`;

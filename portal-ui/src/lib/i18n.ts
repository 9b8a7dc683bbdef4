/** The language of the page, and its texts. A missing text is a type error. */
import type { Locale } from "@contract/values.ts";
import { recall, remember } from "./storage.ts";
import { createStore, useStore } from "./store.ts";
import { type Dictionary, en } from "./texts/en.ts";
import { zhCn } from "./texts/zh-cn.ts";

export type { Dictionary, Locale };

export const LOCALE_NAMES: Record<Locale, string> = { "zh-CN": "简体中文", en: "English" };
const dictionaries: Record<Locale, Dictionary> = { en, "zh-CN": zhCn };

export const localeStore = createStore<Locale>("en");

/** Sets the language of the page and remembers it in this browser. */
export function applyLocale(locale: Locale): void {
  localeStore.set(locale);
  document.documentElement.lang = locale;
}

export function rememberLocale(locale: Locale): void {
  remember("locale", locale);
}

export function rememberedLocale(): Locale | null {
  const stored = recall("locale");
  return stored === "en" || stored === "zh-CN" ? stored : null;
}

/** The texts in the language of the page, outside components. */
export const texts = (): Dictionary => dictionaries[localeStore.get()];

export const useLocale = (): Locale => useStore(localeStore);

/** The texts in the language of the page. */
export const useText = (): Dictionary => dictionaries[useStore(localeStore)];

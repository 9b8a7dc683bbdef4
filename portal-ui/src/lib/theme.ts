/** Light, dark, or as the system says; and the site's colour in both. */
import { brandColors } from "./color.ts";
import { recall, remember } from "./storage.ts";
import { createStore } from "./store.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const stored = recall("theme");
export const themeStore = createStore<Theme>(
  stored === "light" || stored === "dark" ? stored : "system",
);

/** Colours are written once as `light-dark()`: only the scheme changes here. */
export function applyTheme(theme: Theme): void {
  themeStore.set(theme);
  remember("theme", theme === "system" ? null : theme);
  document.documentElement.style.colorScheme = theme === "system" ? "light dark" : theme;
}

/** Whether the page is dark now. */
export function isDark(): boolean {
  const theme = themeStore.get();
  return (
    theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches)
  );
}

/** Sets the site's colour; through the object model, as the page's policy forbids style attributes. */
export function applyBrand(hex: string): void {
  const style = document.documentElement.style;
  for (const [scheme, { text, fill, onFill }] of Object.entries(brandColors(hex))) {
    style.setProperty(`--brand-${scheme}`, text);
    style.setProperty(`--brand-fill-${scheme}`, fill);
    style.setProperty(`--on-brand-${scheme}`, onFill);
  }
}

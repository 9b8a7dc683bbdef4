/** Slugs: what a site's parts are called in addresses and in the configuration file. */
const SLUG = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
export const SLUG_MAX = 63;

export const isSlug = (text: string): boolean => text.length <= SLUG_MAX && SLUG.test(text);

/**
 * A slug made from a name, different from those `taken`. A name without any Latin letter or digit
 * (most Chinese names) gives `fallback`.
 */
export function slugFrom(name: string, taken: readonly string[] = [], fallback = "item"): string {
  const plain = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, SLUG_MAX - 5)
    .replace(/-+$/, "");
  const base = plain || fallback;
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number += 1) {
    const next = `${base}-${number}`;
    if (!taken.includes(next)) return next;
  }
}

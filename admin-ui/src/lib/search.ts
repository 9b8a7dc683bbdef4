/**
 * The URL's search parameters are plain strings, so that a filtered list can be bookmarked, sent
 * to a colleague and edited by hand. Each route names the parameters it knows; others are dropped.
 */
export type Search<Key extends string = string> = { [K in Key]?: string | undefined };

export const parseSearch = (text: string): Search =>
  Object.fromEntries(new URLSearchParams(text)) as Search;

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
  }
  return parameters.size > 0 ? `?${parameters}` : "";
}

/** A `validateSearch` that keeps the named parameters. */
export const searchOf =
  <const Key extends string>(...keys: Key[]) =>
  (raw: Record<string, unknown>): Search<Key> => {
    const known: Search<Key> = {};
    for (const key of keys) {
      const value = raw[key];
      if (typeof value === "string" && value !== "") known[key] = value;
    }
    return known;
  };

/** `-credits` ↔ `{ id: "credits", desc: true }` */
export const sortOf = (text: string | undefined): { id: string; desc: boolean }[] =>
  text ? [{ id: text.replace(/^-/, ""), desc: text.startsWith("-") }] : [];
export const sortText = (sorting: readonly { id: string; desc: boolean }[]): string | undefined => {
  const [first] = sorting;
  return first ? `${first.desc ? "-" : ""}${first.id}` : undefined;
};

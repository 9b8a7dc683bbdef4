/** The ids with one of them moved by a place; null where it cannot go further. */
export function moved(ids: readonly string[], id: string, by: -1 | 1): string[] | null {
  const at = ids.indexOf(id);
  const other = ids[at + by];
  if (at < 0 || other === undefined) return null;
  return ids.map((one) => (one === id ? other : one === other ? id : one));
}

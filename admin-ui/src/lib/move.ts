/** The list with the item at `from` moved to `to`; the same list when that changes nothing. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const list = [...items];
  if (from === to || from < 0 || to < 0 || from >= list.length || to >= list.length) return list;
  const [item] = list.splice(from, 1);
  if (item !== undefined) list.splice(to, 0, item);
  return list;
}

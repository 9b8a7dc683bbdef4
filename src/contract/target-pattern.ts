/** A public name of a model or agent, or the beginning of some and `*`. Pages use it too. */
export const TARGET_PATTERN = /^(?=.)[A-Za-z0-9._:@/-]*\*?$/;
export const TARGET_PATTERN_MAX = 200;

export const isTargetPattern = (text: string): boolean =>
  text.length <= TARGET_PATTERN_MAX && TARGET_PATTERN.test(text);

/** What may be put on a list: beginnings that several names have in common, then the names. */
export function patternsFor(names: readonly string[]): string[] {
  const vendors = names.flatMap((name) => /^[^/]+\//.exec(name)?.[0] ?? []);
  const shared = new Set(vendors.filter((vendor, at) => vendors.indexOf(vendor) !== at));
  return [...[...shared].sort().map((vendor) => `${vendor}*`), ...names];
}

/** Lists of addresses as forms hold them. */
import type { Addresses } from "@contract";

/** Messages by path, under `addresses.`; `check` says what is wrong with a line. */
export function addressProblems(
  addresses: Addresses,
  check: (line: string) => string | null,
): Record<string, string | null> {
  const first = (lines: string[]) => lines.map(check).find((message) => message !== null) ?? null;
  return {
    "addresses.allow": first(addresses.allow),
    "addresses.deny": first(addresses.deny),
  };
}

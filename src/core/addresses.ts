/** Rules of addresses, and the deployment that is to keep them. */
import { type AddressRules, parseAddress } from "../contract/ip.ts";
import type { Environment } from "./environment.ts";

export const isFromEverywhere = ({ allow, deny }: AddressRules): boolean =>
  allow.length === 0 && deny.length === 0;

/** Why the deployment could not keep such rules; null where it can. */
export function addressesProblem(
  { addressHeader }: Pick<Environment, "addressHeader">,
  rules: AddressRules,
): string | null {
  if (addressHeader !== null || isFromEverywhere(rules)) return null;
  return "this deployment does not know who connects, so nobody would be let in: PORTICO_ADDRESS_HEADER names the header that says it";
}

/**
 * Whom an address stands for when people are counted by it: itself, and of IPv6 its /64, all of
 * which one connection has to choose from.
 */
export function networkOf(text: string): string {
  const address = parseAddress(text);
  if (!address) return text;
  return address.bits === 32 ? `v4:${address.value}` : `v6:${(address.value >> 64n).toString(16)}`;
}

/** Rules of addresses, and the deployment that is to keep them. */
import type { AddressRules } from "../contract/ip.ts";
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

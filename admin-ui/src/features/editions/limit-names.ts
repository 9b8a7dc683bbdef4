/** The limits of an edition: what is counted, and what one has or has not. */
import type { EditionLimits, EditionUsage } from "@contract";

export const COUNTED = [
  "callsPerMonth",
  "agents",
  "externalUsers",
  "internalUsers",
  "ownDomains",
] as const satisfies (keyof EditionUsage)[];
export const FEATURES = ["payment", "unbranded"] as const satisfies (keyof EditionLimits)[];

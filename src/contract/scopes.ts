/** What an API key may be used for; from where it, or a whole site, may be used. */
import * as z from "zod";
import { parseRange } from "./ip.ts";
import { TARGET_PATTERN, TARGET_PATTERN_MAX } from "./target-pattern.ts";

/** Every key is part of its user's profile, which must stay small. */
const KEY_LIST_MAX = 50;
const SITE_LIST_MAX = 500;

export const addressRangeSchema = z
  .string()
  .trim()
  .max(50)
  .refine((text) => parseRange(text) !== null, {
    error: "an address such as 203.0.113.7, or a whole range such as 10.0.0.0/8 or 2001:db8::/32",
  });

/** Who is on `deny` may not; where `allow` has any, nobody else may. */
const rulesOf = (most: number) =>
  z.strictObject({
    allow: z.array(addressRangeSchema).max(most).default([]),
    deny: z.array(addressRangeSchema).max(most).default([]),
  });

export const siteAddressesSchema = rulesOf(SITE_LIST_MAX);
/** As it is stored and shown: both lists are there. */
export type Addresses = z.output<typeof siteAddressesSchema>;
export const ALL_ADDRESSES: Addresses = { allow: [], deny: [] };

/** A public name, or the beginning of some: `openai/gpt-4o-mini`, `openai/*`, `agent/*`. */
export const targetPatternSchema = z
  .string()
  .trim()
  .max(TARGET_PATTERN_MAX)
  .regex(TARGET_PATTERN, "a public name, or its beginning and *, such as openai/*");

/** How a key is limited beside its credits and rates. Empty lists limit nothing. */
export const keyListFields = {
  /** Models, and agents as `agent/<slug>`; empty: all that its user may use. */
  models: z.array(targetPatternSchema).max(KEY_LIST_MAX),
  addresses: rulesOf(KEY_LIST_MAX),
};

export const keyScopeFields = {
  models: keyListFields.models.default([]),
  addresses: keyListFields.addresses.default(ALL_ADDRESSES),
};

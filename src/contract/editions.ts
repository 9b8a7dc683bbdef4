/** What a site may do by its edition, and how much of that it does. */
import * as z from "zod";
import type { EndpointTable } from "./endpoint.ts";

const countSchema = z.number().int().min(0).max(1_000_000_000).nullable();

export const editionLimitsSchema = z.strictObject({
  /** Calls of agents and models, by calendar month (UTC); null: no limit. */
  callsPerMonth: countSchema,
  /** Published agents: those that are enabled. */
  agents: countSchema,
  /** All users but the internal ones, whatever their role. */
  externalUsers: countSchema,
  internalUsers: countSchema,
  ownDomains: countSchema,
  /** Whether users can pay the site. */
  payment: z.boolean(),
  /** Whether "powered by Portico" can be taken away. */
  unbranded: z.boolean(),
});
export type EditionLimits = z.infer<typeof editionLimitsSchema>;
export type LimitName = keyof EditionLimits;

/** The error's code for each limit. */
export const LIMIT_CODES = {
  callsPerMonth: "calls_per_month",
  agents: "agents",
  externalUsers: "external_users",
  internalUsers: "internal_users",
  ownDomains: "own_domains",
  payment: "payment",
  unbranded: "unbranded",
} as const satisfies Record<LimitName, string>;
export type LimitCode = (typeof LIMIT_CODES)[LimitName];

/** The built-in slugs: a site has one of them, and the operator changes what it means. */
const EDITION_SLUGS = ["free", "standard", "enterprise"] as const;

/** Minor units of the currency, for a year. */
export const editionPriceSchema = z.strictObject({
  year: z.number().int().min(0).max(1_000_000_000_000),
  currency: z.string().regex(/^[A-Z]{3}$/, "a currency code such as CNY"),
});

export const editionSchema = z.object({
  slug: z.enum(EDITION_SLUGS),
  name: z.string(),
  limits: editionLimitsSchema,
  price: editionPriceSchema,
});
export type Edition = z.infer<typeof editionSchema>;

export const editionUsageSchema = z.object({
  callsPerMonth: z.number().int(),
  agents: z.number().int(),
  externalUsers: z.number().int(),
  internalUsers: z.number().int(),
  ownDomains: z.number().int(),
});
export type EditionUsage = z.infer<typeof editionUsageSchema>;

export const editionEndpoints = {
  "GET /api/admin/edition": {
    auth: "console",
    permission: "site.read",
    summary: "The site's edition, how much of it is used, and the editions there are.",
    response: z.object({
      edition: editionSchema,
      /** The edition's, with what the operator allows this very site. */
      limits: editionLimitsSchema,
      usage: editionUsageSchema,
      editions: z.array(editionSchema),
    }),
  },
} as const satisfies EndpointTable;

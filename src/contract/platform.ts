/** The platform's own host: sites are made and chosen there, and the operator looks after them. */
import * as z from "zod";
import { signInAnswerSchema } from "./auth.ts";
import { EDITIONS, ROLES, SITE_KINDS } from "./config.ts";
import {
  editionLimitsSchema,
  editionPriceSchema,
  editionSchema,
  editionUsageSchema,
} from "./editions.ts";
import type { EndpointTable } from "./endpoint.ts";
import { SLUG_STATES } from "./hosts.ts";
import { secret } from "./secret.ts";
import { list, localeSchema, page, pageQuerySchema, slugSchema } from "./values.ts";

export const siteSummarySchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  edition: z.enum(EDITIONS),
  suspended: z.boolean(),
  hosts: z.array(z.string()),
  users: z.number().int(),
  agents: z.number().int(),
  /** Of this calendar month (UTC). */
  calls: z.number().int(),
  createdAt: z.string(),
});
export type SiteSummary = z.infer<typeof siteSummarySchema>;

/** One difference between the file and what is stored. */
export const changeSchema = z.object({
  action: z.enum(["create", "update", "delete"]),
  /** `sites[acme].models[openai/gpt-4o-mini]` */
  path: z.string(),
  /** Changed fields, before and after; secrets are masked. */
  fields: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
});
export type Change = z.infer<typeof changeSchema>;

/** Limits of one site beside its edition's; what is absent is the edition's. */
const ownLimitsSchema = editionLimitsSchema.partial();
const reasonSchema = z.string().trim().min(3).max(500);

/** One site as the operator sees it. */
export const platformSiteSchema = siteSummarySchema.extend({
  kind: z.enum(SITE_KINDS),
  suspendedWhy: z.string(),
  /** What the operator allows this very site. */
  ownLimits: ownLimitsSchema,
  limits: editionLimitsSchema,
  usage: editionUsageSchema,
  owners: z.array(z.object({ id: z.string(), email: z.string(), name: z.string() })),
});
export type PlatformSite = z.infer<typeof platformSiteSchema>;

/** A site of somebody who has an account of the platform. */
export const ownSiteSchema = z.object({
  slug: z.string(),
  name: z.string(),
  edition: z.enum(EDITIONS),
  role: z.enum(ROLES),
  suspended: z.boolean(),
  suspendedWhy: z.string(),
  createdAt: z.string(),
});
export type OwnSite = z.infer<typeof ownSiteSchema>;

const settingsSchema = z.object({
  /** Whether anybody may make himself an account of the platform. */
  registration: z.boolean(),
  /** How many sites of the free edition one account may have. */
  freeSites: z.number().int().min(0).max(1_000),
});

/** On a site's host: from the platform's host into the console. */
export const entryEndpoints = {
  "POST /api/auth/enter": {
    auth: "public",
    summary: "Come in with a ticket from the platform's host; sets the session cookie.",
    body: z.strictObject({ ticket: secret(z.string().min(1).max(4000)) }),
    response: signInAnswerSchema,
  },
} as const satisfies EndpointTable;

const ticketSchema = z.object({
  /** For `POST /api/auth/enter` on the site's host: once, within a minute. */
  ticket: secret(z.string()),
});

/** What everybody with an account of the platform may do there. */
export const ownSiteEndpoints = {
  "GET /api/platform/mine": {
    auth: "account",
    summary: "One's own sites.",
    response: z.object({
      data: z.array(ownSiteSchema),
      /** How many sites of the free edition there may be. */
      freeSites: z.number().int(),
    }),
  },
  "POST /api/platform/mine": {
    auth: "account",
    audited: true,
    summary: "Make a site, with oneself as its owner.",
    body: z.strictObject({
      slug: slugSchema,
      name: z.string().trim().min(1).max(100),
      kind: z.enum(SITE_KINDS),
      locale: localeSchema,
    }),
    response: ownSiteSchema,
  },
  "POST /api/platform/mine/{slug}/enter": {
    auth: "account",
    audited: true,
    summary: "A ticket for one's own site.",
    response: ticketSchema,
  },
  "GET /api/platform/slugs/{slug}": {
    auth: "account",
    summary: "Whether a new site could have this slug.",
    response: z.object({ slug: z.string(), state: z.enum(SLUG_STATES) }),
  },
} as const satisfies EndpointTable;

export const platformEndpoints = {
  "GET /api/platform/sites": {
    auth: "operator",
    summary: "All sites by their slugs.",
    query: pageQuerySchema.extend({
      /** In slug, name and own domains. */
      search: z.string().max(200).optional(),
      edition: z.enum(EDITIONS).optional(),
      suspended: z.enum(["true", "false"]).optional(),
    }),
    response: page(siteSummarySchema),
  },
  "GET /api/platform/sites/{slug}": {
    auth: "operator",
    summary: "One site.",
    response: platformSiteSchema,
  },
  "PATCH /api/platform/sites/{slug}": {
    auth: "operator",
    summary: "Suspend a site or take that back, change its edition or its own limits.",
    body: z.strictObject({
      /** Why; its owner reads it. Null: no more. */
      suspended: reasonSchema.nullable().optional(),
      edition: z.enum(EDITIONS).optional(),
      ownLimits: ownLimitsSchema.optional(),
    }),
    response: platformSiteSchema,
  },
  "POST /api/platform/sites/{slug}/impersonate": {
    auth: "operator",
    audited: "sites.impersonate",
    summary: "A ticket to act for half an hour as an owner of the site.",
    body: z.strictObject({ reason: reasonSchema }),
    response: ticketSchema,
  },
  "GET /api/platform/editions": {
    auth: "operator",
    summary: "What the editions allow and cost.",
    response: list(editionSchema),
  },
  "PUT /api/platform/editions/{slug}": {
    auth: "operator",
    shownBy: "GET /api/platform/editions",
    summary: "Change an edition for all of its sites.",
    body: z.strictObject({
      name: z.string().trim().min(1).max(60),
      limits: editionLimitsSchema,
      price: editionPriceSchema,
    }),
    response: editionSchema,
  },
  "GET /api/platform/settings": {
    auth: "operator",
    summary: "Who may make sites.",
    response: settingsSchema,
  },
  "PATCH /api/platform/settings": {
    auth: "operator",
    summary: "Change who may make sites.",
    body: z.strictObject(settingsSchema.partial().shape),
    response: settingsSchema,
  },
  "POST /api/platform/config": {
    auth: "operator",
    summary: "Apply a configuration file; with `dryRun` only say what would change.",
    body: z.strictObject({ config: z.unknown(), dryRun: z.boolean().default(false) }),
    response: z.object({ applied: z.boolean(), changes: z.array(changeSchema) }),
  },
  "GET /api/platform/sites/{slug}/config": {
    auth: "operator",
    summary: "Export a site as a configuration file (without secrets and passwords).",
    response: z.unknown(),
  },
} as const satisfies EndpointTable;

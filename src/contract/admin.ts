/** The console's API: what the admins of a site see and do. */
import * as z from "zod";
import { factorEndpoints } from "./account.ts";
import { connectionEndpoints } from "./admin-connections.ts";
import { draftEndpoints } from "./admin-draft.ts";
import { peopleEndpoints } from "./admin-people.ts";
import { roleEndpoints } from "./admin-roles.ts";
import { auditEndpoints } from "./audit.ts";
import {
  accessSchema,
  agentConfigSchema,
  brandingSchema,
  contactSchema,
  creditsSchema,
  EDITIONS,
  keptPriceSchema,
  levelConfigSchema,
  lowBalanceSchema,
  modelConfigSchema,
  modelPriceSchema,
  SITE_KINDS,
} from "./config.ts";
import { editionEndpoints } from "./editions.ts";
import type { EndpointTable } from "./endpoint.ts";
import { explainEndpoints } from "./explain.ts";
import { hostEndpoints } from "./hosts.ts";
import { mailEndpoints } from "./mail.ts";
import { siteAddressesSchema } from "./scopes.ts";
import { USAGE_DIMENSIONS, USAGE_STATUSES, usageBucketSchema, usageRecordSchema } from "./usage.ts";
import { list, localeSchema, page, pageQuerySchema, slugSchema } from "./values.ts";

export const siteSettingsSchema = z.object({
  slug: slugSchema,
  name: z.string(),
  kind: z.enum(SITE_KINDS),
  locale: localeSchema,
  edition: z.enum(EDITIONS),
  signupCredits: z.number(),
  /** Below each of these a user is told that credits run low; highest first. */
  lowBalance: z.array(z.number()),
  registration: z.boolean(),
  contact: z.string(),
  branding: brandingSchema,
  addresses: siteAddressesSchema,
  /** From where this was asked; null where that is not known. */
  yourAddress: z.string().nullable(),
  hosts: z.array(
    z.object({ host: z.string(), kind: z.enum(["subdomain", "own"]), verified: z.boolean() }),
  ),
});
export type SiteSettings = z.infer<typeof siteSettingsSchema>;

/** A step on the way to going live; `done` is computed from what the site has. */
export const checklistItemSchema = z.object({
  id: z.enum([
    "connection",
    "model_or_agent",
    "first_request",
    "level",
    "branding",
    "own_key",
    "people",
  ]),
  done: z.boolean(),
});

export const modelSchema = modelConfigSchema.extend({
  id: z.string(),
  access: accessSchema,
  priceVersion: z.number().int(),
});
export type Model = z.infer<typeof modelSchema>;

export const agentSchema = agentConfigSchema.extend({
  id: z.string(),
  priceVersion: z.number().int(),
});
export type Agent = z.infer<typeof agentSchema>;

/** A price as it was from `at` until the next version. */
export const priceVersionSchema = z.object({
  version: z.number().int(),
  /** Public name then: the model's, or `agent/<slug>`. */
  name: z.string(),
  price: keptPriceSchema,
  cost: modelPriceSchema.nullable(),
  /** E-mail of whoever set it; `file` for a configuration file. */
  by: z.string(),
  at: z.string(),
});
export type PriceVersion = z.infer<typeof priceVersionSchema>;

export const levelSchema = levelConfigSchema.extend({ id: z.string(), users: z.number().int() });
export type Level = z.infer<typeof levelSchema>;

export const usageQuerySchema = z.object({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  step: z.enum(["hour", "day"]).default("day"),
  by: z.enum(USAGE_DIMENSIONS).optional(),
});

export const requestQuerySchema = pageQuerySchema.extend({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  model: z.string().max(300).optional(),
  user: z.string().max(300).optional(),
  connection: z.string().max(100).optional(),
  key: z.string().max(64).optional(),
  status: z.enum(USAGE_STATUSES).optional(),
});

export const adminEndpoints = {
  "GET /api/admin/overview": {
    auth: "console",
    permission: "site.read",
    summary: "The home page: set-up checklist and today's figures against yesterday's.",
    response: z.object({
      checklist: z.array(checklistItemSchema),
      today: z.object({
        calls: z.number(),
        errors: z.number(),
        charged_micro: z.number(),
        users: z.number(),
      }),
      yesterday: z.object({
        calls: z.number(),
        errors: z.number(),
        charged_micro: z.number(),
        users: z.number(),
      }),
      totals: z.object({
        users: z.number(),
        agents: z.number(),
        models: z.number(),
        connections: z.number(),
      }),
    }),
  },
  "GET /api/admin/site": {
    auth: "console",
    permission: "site.read",
    summary: "The site's settings.",
    response: siteSettingsSchema,
  },
  "PATCH /api/admin/site": {
    auth: "console",
    permission: "site.write",
    summary: "Change the site's settings.",
    body: z.strictObject({
      name: z.string().trim().min(1).max(100).optional(),
      kind: z.enum(SITE_KINDS).optional(),
      locale: localeSchema.optional(),
      signupCredits: creditsSchema.optional(),
      lowBalance: lowBalanceSchema.optional(),
      registration: z.boolean().optional(),
      contact: contactSchema.optional(),
      branding: brandingSchema.optional(),
      /** Refused where it would shut out who sets it, unless `evenMe`. */
      addresses: siteAddressesSchema.optional(),
      evenMe: z.boolean().optional(),
    }),
    response: siteSettingsSchema,
  },
  ...editionEndpoints,
  ...connectionEndpoints,
  ...draftEndpoints,
  ...explainEndpoints,
  ...hostEndpoints,
  ...mailEndpoints,
  ...factorEndpoints,
  "GET /api/admin/models": {
    auth: "console",
    permission: "publishing.read",
    summary: "Models.",
    response: list(modelSchema),
  },
  "POST /api/admin/models": {
    auth: "console",
    permission: "publishing.write",
    summary: "Publish a model.",
    body: modelConfigSchema,
    response: modelSchema,
  },
  "PUT /api/admin/models/{id}": {
    auth: "console",
    permission: "publishing.write",
    summary: "Change a model; a changed price makes a new price version.",
    body: modelConfigSchema,
    response: modelSchema,
  },
  "DELETE /api/admin/models/{id}": {
    auth: "console",
    permission: "publishing.write",
    summary: "Withdraw a model.",
  },
  "GET /api/admin/models/{id}/cache": {
    auth: "console",
    permission: "publishing.read",
    summary: "How many answers of the model may be given again.",
    response: z.object({ answers: z.number().int(), bytes: z.number().int() }),
  },
  "DELETE /api/admin/models/{id}/cache": {
    auth: "console",
    permission: "publishing.write",
    summary: "Forget these answers at once.",
    response: z.object({ removed: z.number().int() }),
  },
  "PUT /api/admin/models/prices": {
    auth: "console",
    permission: "publishing.write",
    shownBy: "GET /api/admin/models",
    summary: "Set the prices of several models at once, all or none; an absent cost is kept.",
    body: z.strictObject({
      prices: z
        .array(
          z.strictObject({
            id: z.string(),
            price: modelPriceSchema,
            cost: modelPriceSchema.nullable().optional(),
          }),
        )
        .max(2000),
    }),
  },
  "GET /api/admin/prices": {
    auth: "console",
    permission: "publishing.read",
    summary: "Every price that a model or agent (by id) ever had, newest first.",
    query: pageQuerySchema.extend({ target: z.string().min(1).max(64) }),
    response: page(priceVersionSchema),
  },
  "GET /api/admin/agents": {
    auth: "console",
    permission: "publishing.read",
    summary: "Agents in gallery order.",
    response: list(agentSchema),
  },
  "POST /api/admin/agents": {
    auth: "console",
    permission: "publishing.write",
    summary: "Publish an agent.",
    body: agentConfigSchema,
    response: agentSchema,
  },
  "PUT /api/admin/agents/{id}": {
    auth: "console",
    permission: "publishing.write",
    summary: "Change an agent.",
    body: agentConfigSchema,
    response: agentSchema,
  },
  "DELETE /api/admin/agents/{id}": {
    auth: "console",
    permission: "publishing.write",
    summary: "Withdraw an agent.",
  },
  "PUT /api/admin/agents/order": {
    auth: "console",
    permission: "publishing.write",
    shownBy: "GET /api/admin/agents",
    summary: "Put the agents in this order.",
    body: z.strictObject({ ids: z.array(z.string()).max(5000) }),
  },
  "GET /api/admin/levels": {
    auth: "console",
    permission: "site.read",
    summary: "Subscription levels.",
    response: list(levelSchema),
  },
  "POST /api/admin/levels": {
    auth: "console",
    permission: "money.write",
    summary: "Make a level.",
    body: levelConfigSchema,
    response: levelSchema,
  },
  "PUT /api/admin/levels/{id}": {
    auth: "console",
    permission: "money.write",
    summary: "Change a level.",
    body: levelConfigSchema,
    response: levelSchema,
  },
  "DELETE /api/admin/levels/{id}": {
    auth: "console",
    permission: "money.write",
    summary: "Delete a level that nobody has.",
  },
  "GET /api/admin/groups": {
    auth: "console",
    permission: "site.read",
    summary: "User groups.",
    response: list(z.object({ slug: z.string(), name: z.string() })),
  },
  ...peopleEndpoints,
  ...roleEndpoints,
  ...auditEndpoints,
  "GET /api/admin/usage": {
    auth: "console",
    permission: "insight.read",
    summary: "Usage over time, by one dimension.",
    query: usageQuerySchema,
    response: list(usageBucketSchema),
  },
  "GET /api/admin/requests": {
    auth: "console",
    permission: "insight.read",
    summary: "The request log, newest first.",
    query: requestQuerySchema,
    response: page(usageRecordSchema),
  },
  "GET /api/admin/requests/{id}": {
    auth: "console",
    permission: "insight.read",
    summary: "One request's whole record.",
    response: usageRecordSchema,
  },
  "POST /api/admin/playground": {
    auth: "console",
    permission: "publishing.write",
    // The request log tells of it.
    audited: false,
    summary:
      "Ask any agent or model of the site, paid from the asker's own wallet; the body and the answer are those of POST /v1/chat/completions.",
    body: z.looseObject({ model: z.string().min(1), messages: z.array(z.unknown()).min(1) }),
    raw: true,
  },
} as const satisfies EndpointTable;

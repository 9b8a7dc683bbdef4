/** The console's API: what the admins of a site see and do. */
import * as z from "zod";
import { peopleEndpoints } from "./admin-people.ts";
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
  settingsSchema,
} from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { connectorInfoSchema, offerSchema, probeResultSchema } from "./guide.ts";
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
  id: z.enum(["connection", "model_or_agent", "level", "branding", "own_key", "first_request"]),
  done: z.boolean(),
});

export const connectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  connector: z.string(),
  enabled: z.boolean(),
  settings: settingsSchema,
  /** Never the values: which fields are set, and the last characters to recognise them by. */
  secrets: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      weight: z.number(),
      hint: z.string(),
      /** What the platform said when it refused it; others are used until it has been seen to work. */
      disabledReason: z.string().nullable(),
      /** Whether the account's owner has consented; null: it needs no consent. */
      authorised: z.boolean().nullable(),
    }),
  ),
  health: z.enum(["unknown", "connected", "needs_attention"]),
  /** Why it needs attention. */
  healthDetail: z.string().nullable(),
  checkedAt: z.string().nullable(),
  usedBy: z.object({ models: z.number().int(), agents: z.number().int() }),
});
export type Connection = z.infer<typeof connectionSchema>;

/** How asking an account's owner for consent has ended. */
export type ConsentOutcome = "done" | "denied" | "failed" | "changed" | "invalid";

export const connectionInputSchema = z.strictObject({
  id: slugSchema,
  name: z.string().trim().min(1).max(100),
  connector: z.string().min(1).max(64),
  enabled: z.boolean().default(true),
  settings: settingsSchema.default({}),
  /** A value that is absent keeps the stored one (on change, by secret id). */
  secrets: z
    .array(
      z.strictObject({
        id: z.string().max(64).optional(),
        name: z.string().max(100).default(""),
        weight: z.number().int().min(0).max(1000).default(1),
        values: z.record(z.string(), z.string().max(10_000)).default({}),
      }),
    )
    .max(50)
    .default([]),
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
    summary: "The site's settings.",
    response: siteSettingsSchema,
  },
  "PATCH /api/admin/site": {
    auth: "console",
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
  "GET /api/admin/connectors": {
    auth: "console",
    summary: "The platforms that can be connected, each with its guide.",
    response: list(connectorInfoSchema),
  },
  "GET /api/admin/connections": {
    auth: "console",
    summary: "Connections.",
    response: list(connectionSchema),
  },
  "POST /api/admin/connections": {
    auth: "console",
    summary: "Make a connection.",
    body: connectionInputSchema,
    response: connectionSchema,
  },
  "PUT /api/admin/connections/{id}": {
    auth: "console",
    summary: "Change a connection; secrets without values are kept.",
    body: connectionInputSchema,
    response: connectionSchema,
  },
  "DELETE /api/admin/connections/{id}": {
    auth: "console",
    summary: "Delete a connection that nothing uses.",
  },
  "POST /api/admin/connections/test": {
    auth: "console",
    summary:
      "Test a connection before saving it; of a stored one, absent secret values are taken from the store.",
    body: connectionInputSchema,
    response: probeResultSchema,
  },
  "POST /api/admin/connections/{id}/test": {
    auth: "console",
    summary: "Test a stored connection and remember the result as its health.",
    response: probeResultSchema,
  },
  "POST /api/admin/connections/{id}/authorise": {
    auth: "console",
    summary: "Begin asking an account's owner for consent: the platform's page to open.",
    body: z.strictObject({ secret: z.string().max(64) }),
    response: z.object({ url: z.string() }),
  },
  "GET /api/callback/{connector}/oauth": {
    auth: "console",
    summary: "Where the platform sends its account's owner back to; leads on to the console.",
    query: z.object({
      state: z.string().max(4000).optional(),
      code: z.string().max(4000).optional(),
      error: z.string().max(4000).optional(),
    }),
    raw: "text/html",
  },
  "GET /api/admin/connections/{id}/offers": {
    auth: "console",
    summary: "The agents and models the platform offers, as it lists them now.",
    response: list(offerSchema),
  },
  "GET /api/admin/models": { auth: "console", summary: "Models.", response: list(modelSchema) },
  "POST /api/admin/models": {
    auth: "console",
    summary: "Publish a model.",
    body: modelConfigSchema,
    response: modelSchema,
  },
  "PUT /api/admin/models/{id}": {
    auth: "console",
    summary: "Change a model; a changed price makes a new price version.",
    body: modelConfigSchema,
    response: modelSchema,
  },
  "DELETE /api/admin/models/{id}": { auth: "console", summary: "Withdraw a model." },
  "GET /api/admin/models/{id}/cache": {
    auth: "console",
    summary: "How many answers of the model may be given again.",
    response: z.object({ answers: z.number().int(), bytes: z.number().int() }),
  },
  "DELETE /api/admin/models/{id}/cache": {
    auth: "console",
    summary: "Forget these answers at once.",
    response: z.object({ removed: z.number().int() }),
  },
  "PUT /api/admin/models/prices": {
    auth: "console",
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
    summary: "Every price that a model or agent (by id) ever had, newest first.",
    query: pageQuerySchema.extend({ target: z.string().min(1).max(64) }),
    response: page(priceVersionSchema),
  },
  "GET /api/admin/agents": {
    auth: "console",
    summary: "Agents in gallery order.",
    response: list(agentSchema),
  },
  "POST /api/admin/agents": {
    auth: "console",
    summary: "Publish an agent.",
    body: agentConfigSchema,
    response: agentSchema,
  },
  "PUT /api/admin/agents/{id}": {
    auth: "console",
    summary: "Change an agent.",
    body: agentConfigSchema,
    response: agentSchema,
  },
  "DELETE /api/admin/agents/{id}": { auth: "console", summary: "Withdraw an agent." },
  "PUT /api/admin/agents/order": {
    auth: "console",
    summary: "Put the agents in this order.",
    body: z.strictObject({ ids: z.array(z.string()).max(5000) }),
  },
  "GET /api/admin/levels": {
    auth: "console",
    summary: "Subscription levels.",
    response: list(levelSchema),
  },
  "POST /api/admin/levels": {
    auth: "console",
    summary: "Make a level.",
    body: levelConfigSchema,
    response: levelSchema,
  },
  "PUT /api/admin/levels/{id}": {
    auth: "console",
    summary: "Change a level.",
    body: levelConfigSchema,
    response: levelSchema,
  },
  "DELETE /api/admin/levels/{id}": { auth: "console", summary: "Delete a level that nobody has." },
  "GET /api/admin/groups": {
    auth: "console",
    summary: "User groups.",
    response: list(z.object({ slug: z.string(), name: z.string() })),
  },
  ...peopleEndpoints,
  "GET /api/admin/usage": {
    auth: "console",
    summary: "Usage over time, by one dimension.",
    query: usageQuerySchema,
    response: list(usageBucketSchema),
  },
  "GET /api/admin/requests": {
    auth: "console",
    summary: "The request log, newest first.",
    query: requestQuerySchema,
    response: page(usageRecordSchema),
  },
  "GET /api/admin/requests/{id}": {
    auth: "console",
    summary: "One request's whole record.",
    response: usageRecordSchema,
  },
  "POST /api/admin/playground": {
    auth: "console",
    summary:
      "Ask any agent or model of the site, paid from the asker's own wallet; the body and the answer are those of POST /v1/chat/completions.",
    body: z.looseObject({ model: z.string().min(1), messages: z.array(z.unknown()).min(1) }),
    raw: true,
  },
} as const satisfies EndpointTable;

/** The console's API: what the admins of a site see and do. */
import { z } from "zod";
import {
  accessSchema,
  agentConfigSchema,
  brandingSchema,
  EDITIONS,
  keptPriceSchema,
  levelConfigSchema,
  modelConfigSchema,
  modelPriceSchema,
  ROLES,
  SITE_KINDS,
  settingsSchema,
} from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { connectorInfoSchema, offerSchema, probeResultSchema } from "./guide.ts";
import { apiKeySchema, createKeySchema } from "./portal.ts";
import { USAGE_DIMENSIONS, USAGE_STATUSES, usageBucketSchema, usageRecordSchema } from "./usage.ts";
import {
  emailSchema,
  localeSchema,
  pageQuerySchema,
  passwordSchema,
  slugSchema,
} from "./values.ts";
import { walletEntryPageSchema, walletSchema } from "./wallet.ts";

const list = <Item extends z.ZodType>(item: Item) => z.object({ data: z.array(item) });
const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), has_more: z.boolean(), next: z.string().nullable() });

export const siteSettingsSchema = z.object({
  slug: slugSchema,
  name: z.string(),
  kind: z.enum(SITE_KINDS),
  locale: localeSchema,
  edition: z.enum(EDITIONS),
  signupCredits: z.number(),
  registration: z.boolean(),
  branding: brandingSchema,
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
    z.object({ id: z.string(), name: z.string(), weight: z.number(), hint: z.string() }),
  ),
  health: z.enum(["unknown", "connected", "needs_attention"]),
  /** Why it needs attention. */
  healthDetail: z.string().nullable(),
  checkedAt: z.string().nullable(),
  usedBy: z.object({ models: z.number().int(), agents: z.number().int() }),
});
export type Connection = z.infer<typeof connectionSchema>;

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

export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  level: z.object({ slug: z.string(), name: z.string() }).nullable(),
  groups: z.array(z.string()),
  enabled: z.boolean(),
  createdAt: z.string(),
  lastLoginAt: z.string().nullable(),
});
export type User = z.infer<typeof userSchema>;

export const userInputSchema = z.strictObject({
  email: emailSchema,
  name: z.string().trim().max(100).default(""),
  password: passwordSchema.optional(),
  role: z.enum(ROLES).default("member"),
  level: slugSchema.nullable().default(null),
  groups: z.array(slugSchema).max(100).default([]),
  enabled: z.boolean().default(true),
});

export const grantSchema = z.strictObject({
  credits: z.number().positive().max(1_000_000_000),
  reason: z.string().trim().min(1).max(500),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
  /** Made by the caller; repeating it grants nothing more. */
  operationId: z.string().min(8).max(64),
});

export const adminKeySchema = apiKeySchema.extend({
  user: z.object({ id: z.string(), email: z.string() }),
});

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
      signupCredits: z.number().min(0).max(1_000_000_000).optional(),
      registration: z.boolean().optional(),
      branding: brandingSchema.optional(),
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
  "GET /api/admin/users": {
    auth: "console",
    summary: "Users, newest first; `search` looks in e-mail and name.",
    query: pageQuerySchema.extend({
      search: z.string().max(200).optional(),
      level: z.string().max(64).optional(),
      role: z.enum(ROLES).optional(),
      enabled: z.enum(["true", "false"]).optional(),
    }),
    response: page(userSchema),
  },
  "POST /api/admin/users": {
    auth: "console",
    summary: "Add a user.",
    body: userInputSchema,
    response: userSchema,
  },
  "GET /api/admin/users/{id}": {
    auth: "console",
    summary: "A user with balance.",
    response: userSchema.extend({ wallet: walletSchema }),
  },
  "PATCH /api/admin/users/{id}": {
    auth: "console",
    summary: "Change a user; disabling takes effect at once.",
    body: userInputSchema.partial(),
    response: userSchema,
  },
  "POST /api/admin/users/{id}/grants": {
    auth: "console",
    summary: "Grant credits by hand.",
    body: grantSchema,
    response: walletSchema,
  },
  "GET /api/admin/users/{id}/entries": {
    auth: "console",
    summary: "A user's statement.",
    query: pageQuerySchema,
    response: walletEntryPageSchema,
  },
  "GET /api/admin/keys": {
    auth: "console",
    summary: "API keys of the site's users.",
    response: list(adminKeySchema),
  },
  "POST /api/admin/users/{id}/keys": {
    auth: "console",
    summary: "Make an API key for a user; its text is shown this once.",
    body: createKeySchema,
    response: z.object({ key: apiKeySchema, text: z.string() }),
  },
  "DELETE /api/admin/users/{id}/keys/{keyId}": {
    auth: "console",
    summary: "Revoke a key at once.",
  },
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
} as const satisfies EndpointTable;

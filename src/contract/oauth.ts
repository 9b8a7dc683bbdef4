/** Apps that act as a user: what the portal's and the console's pages ask and are told of them. */
import * as z from "zod";
import { creditsSchema, KEY_SCOPES, limitsSchema } from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { secret } from "./secret.ts";
import { list } from "./values.ts";

/** An app as whoever is asked to trust it sees it. */
export const shownAppSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** What it says of itself; unverified where it has registered by itself. */
  website: z.string(),
  origin: z.enum(["registered", "made"]),
});
export type ShownApp = z.infer<typeof shownAppSchema>;

/** What an app asks for. */
const askedFields = {
  app: shownAppSchema,
  scopes: z.array(z.enum(KEY_SCOPES)),
  /** Names of models and agents, or their beginnings; empty: all that the user may use. */
  models: z.array(z.string()),
  /** The app's own limits; the user may set tighter ones. */
  limits: limitsSchema,
  /** What the user allows it already; null: nothing yet. */
  standing: z.object({ scopes: z.array(z.string()), limits: limitsSchema }).nullable(),
};

export const consentRequestSchema = z.object({
  ...askedFields,
  /** Where the answer goes: a verified host, an app on this device, or an app's own scheme. */
  place: z.object({ kind: z.enum(["host", "device", "scheme"]), name: z.string() }),
});
export type ConsentRequest = z.infer<typeof consentRequestSchema>;

export const deviceRequestSchema = z.object({
  ...askedFields,
  /** `device` gets tokens that end; `connect` an API key that stays until it is revoked. */
  kind: z.enum(["device", "connect"]),
  /** The address that asks; empty: not known. */
  askedFrom: z.string(),
  /** What it says it runs on; may be empty. */
  askedBy: z.string(),
  askedAt: z.string(),
});
export type DeviceRequest = z.infer<typeof deviceRequestSchema>;

const decisionFields = {
  allow: z.boolean(),
  /** The most it may spend in a month; null: all that the user has. */
  creditsPerMonth: creditsSchema.nullable().default(null),
};

/** The query of `/oauth/authorize`, as it came: it is looked at anew with each question. */
const authorizationQuery = z.string().max(8_000);
const deviceCode = secret(z.string().trim().min(1).max(200));

/** What a user has allowed an app. */
export const allowedAppSchema = z.object({
  app: shownAppSchema,
  scopes: z.array(z.string()),
  models: z.array(z.string()),
  limits: limitsSchema,
  /** In this month (UTC), in credits. */
  spent: z.string(),
  allowedAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type AllowedApp = z.infer<typeof allowedAppSchema>;

export const portalAppsEndpoints = {
  "GET /api/portal/oauth/request": {
    auth: "user",
    summary: "What an app asks for, by the query that it came with.",
    query: z.object({ query: authorizationQuery }),
    response: consentRequestSchema,
  },
  "POST /api/portal/oauth/request": {
    auth: "user",
    audited: "apps.answer",
    personal: true,
    summary: "Allow or deny it; answers where to go with that.",
    body: z.strictObject({ query: authorizationQuery, ...decisionFields }),
    response: z.object({ redirect: secret(z.string()) }),
  },
  "GET /api/portal/oauth/device": {
    auth: "user",
    summary: "What a device asks for, by the code that it shows.",
    query: z.object({ code: deviceCode }),
    response: deviceRequestSchema,
  },
  "POST /api/portal/oauth/device": {
    auth: "user",
    audited: "apps.answer",
    personal: true,
    summary: "Allow or deny it; the device is told when it asks next.",
    body: z.strictObject({ code: deviceCode, ...decisionFields }),
  },
  "GET /api/portal/apps": {
    auth: "user",
    summary: "Apps that may act as oneself, with what each has spent.",
    response: list(allowedAppSchema),
  },
  "PATCH /api/portal/apps/{id}": {
    auth: "user",
    audited: true,
    summary: "Change what an app may spend, at once.",
    body: z.strictObject({ creditsPerMonth: creditsSchema.nullable() }),
    response: allowedAppSchema,
  },
  "DELETE /api/portal/apps/{id}": {
    auth: "user",
    audited: true,
    summary: "Revoke what an app may do; its tokens are refused from now on.",
  },
} as const satisfies EndpointTable;

const redirectUris = z.array(z.string().max(2_000)).max(20);

export const adminAppSchema = shownAppSchema.extend({
  redirectUris: z.array(z.string()),
  scopes: z.array(z.string()),
  /** Whether it has a secret; a public app proves itself by PKCE alone. */
  confidential: z.boolean(),
  enabled: z.boolean(),
  limits: limitsSchema,
  /** Users who allow it something now. */
  users: z.number().int(),
  /** In the last thirty days, in micro-credits. */
  spentMicro: z.number().int(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type AdminApp = z.infer<typeof adminAppSchema>;

export const appUserSchema = z.object({
  user: z.object({ id: z.string(), email: z.string() }),
  scopes: z.array(z.string()),
  limits: limitsSchema,
  spentMicro: z.number().int(),
  allowedAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type AppUser = z.infer<typeof appUserSchema>;

const appFields = {
  name: z.string().trim().min(1).max(100),
  website: z.union([z.literal(""), z.url({ protocol: /^https?$/ }).max(500)]),
  redirectUris,
  limits: limitsSchema,
};

export const adminAppsEndpoints = {
  "GET /api/admin/apps": {
    auth: "console",
    permission: "people.read",
    summary: "Apps that may ask the site's users for tokens.",
    response: list(adminAppSchema),
  },
  "POST /api/admin/apps": {
    auth: "console",
    permission: "people.write",
    summary: "Make an app; a secret, where it has one, is shown this once.",
    body: z.strictObject({
      ...appFields,
      website: appFields.website.default(""),
      limits: limitsSchema.default({}),
      confidential: z.boolean().default(true),
    }),
    response: z.object({ app: adminAppSchema, secret: secret(z.string()).nullable() }),
  },
  "PATCH /api/admin/apps/{id}": {
    auth: "console",
    permission: "people.write",
    summary: "Change an app; disabling it ends what users have allowed it.",
    body: z
      .strictObject(appFields)
      .extend({ enabled: z.boolean() })
      .partial()
      .refine((patch) => Object.keys(patch).length > 0, { error: "nothing to change" }),
    response: adminAppSchema,
  },
  "DELETE /api/admin/apps/{id}": {
    auth: "console",
    permission: "people.write",
    summary: "Delete an app, and all that users have allowed it.",
  },
  "GET /api/admin/apps/{id}/users": {
    auth: "console",
    permission: "people.read",
    summary: "Who allows the app what, and what it has cost each.",
    response: list(appUserSchema),
  },
} as const satisfies EndpointTable;

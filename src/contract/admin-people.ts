/** The console's API: users, their wallets and their keys. */
import * as z from "zod";
import { creditsSchema, limitsSchema, ROLES, signedCreditsSchema } from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { apiKeySchema, createKeySchema, keyPatchSchema } from "./portal.ts";
import { secret } from "./secret.ts";
import { emailSchema, list, page, pageQuerySchema, passwordSchema, slugSchema } from "./values.ts";
import {
  entryQuerySchema,
  statementQuerySchema,
  walletEntryPageSchema,
  walletPeriodSchema,
  walletSchema,
} from "./wallet.ts";

export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  level: z.object({ slug: z.string(), name: z.string() }).nullable(),
  groups: z.array(z.string()),
  enabled: z.boolean(),
  /** The user's own, beside the level's: the tighter counts. */
  limits: limitsSchema,
  createdAt: z.string(),
  lastLoginAt: z.string().nullable(),
});
export type User = z.infer<typeof userSchema>;

const userFields = {
  email: emailSchema,
  name: z.string().trim().max(100),
  password: passwordSchema.optional(),
  role: z.enum(ROLES),
  level: slugSchema.nullable(),
  groups: z.array(slugSchema).max(100),
  enabled: z.boolean(),
  limits: limitsSchema,
};

export const userInputSchema = z.strictObject({
  ...userFields,
  name: userFields.name.default(""),
  role: userFields.role.default("member"),
  level: userFields.level.default(null),
  groups: userFields.groups.default([]),
  enabled: userFields.enabled.default(true),
  limits: userFields.limits.default({}),
});

/** Without defaults: what is absent is left alone. */
export const userPatchSchema = z.strictObject(userFields).partial();

/** Made by the caller; repeating it changes nothing more. */
const operationIdSchema = z.string().min(8).max(64);
const reasonSchema = z.string().trim().min(1).max(500);

export const grantSchema = z.strictObject({
  credits: creditsSchema.refine((credits) => credits > 0, { error: "more than nothing" }),
  reason: reasonSchema,
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
  operationId: operationIdSchema,
});

export const correctionSchema = z.strictObject({
  /** Taken where negative. */
  credits: signedCreditsSchema,
  reason: reasonSchema,
  operationId: operationIdSchema,
});

export const adminKeySchema = apiKeySchema.extend({
  user: z.object({ id: z.string(), email: z.string() }),
});

export const peopleEndpoints = {
  "GET /api/admin/users": {
    auth: "console",
    permission: "people.read",
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
    permission: "people.write",
    summary: "Add a user.",
    body: userInputSchema,
    response: userSchema,
  },
  "GET /api/admin/users/{id}": {
    auth: "console",
    permission: "people.read",
    summary: "A user with wallet: balance and live grants.",
    response: userSchema.extend({ wallet: walletSchema }),
  },
  "PATCH /api/admin/users/{id}": {
    auth: "console",
    permission: "people.write",
    summary: "Change a user; disabling takes effect at once.",
    body: userPatchSchema,
    response: userSchema,
  },
  "POST /api/admin/users/{id}/grants": {
    auth: "console",
    permission: "money.write",
    summary: "Grant credits by hand.",
    body: grantSchema,
    response: walletSchema,
  },
  "POST /api/admin/users/{id}/corrections": {
    auth: "console",
    permission: "money.write",
    summary: "Correct a balance: give, or take what is available. The statement says who and why.",
    body: correctionSchema,
    response: walletSchema,
  },
  "GET /api/admin/users/{id}/entries": {
    auth: "console",
    permission: "money.read",
    summary: "A user's statement, newest first.",
    query: entryQuerySchema,
    response: walletEntryPageSchema,
  },
  "GET /api/admin/users/{id}/periods": {
    auth: "console",
    permission: "money.read",
    summary:
      "What came before a user's statement: totals by month, type, model and key, newest month first.",
    response: list(walletPeriodSchema),
  },
  "GET /api/admin/users/{id}/statement.csv": {
    auth: "console",
    permission: "money.read",
    summary: "A user's statement as a file.",
    query: statementQuerySchema,
    raw: "text/csv",
  },
  "GET /api/admin/keys": {
    auth: "console",
    permission: "people.read",
    summary: "API keys of the site's users.",
    response: list(adminKeySchema),
  },
  "POST /api/admin/users/{id}/keys": {
    auth: "console",
    permission: "people.write",
    summary: "Make an API key for a user; its text is shown this once.",
    body: createKeySchema,
    response: z.object({ key: apiKeySchema, text: secret(z.string()) }),
  },
  "PATCH /api/admin/users/{id}/keys/{keyId}": {
    auth: "console",
    permission: "people.write",
    shownBy: "GET /api/admin/keys",
    summary: "Change what a live key is called, may do and may cost, at once.",
    body: keyPatchSchema,
    response: apiKeySchema,
  },
  "DELETE /api/admin/users/{id}/keys/{keyId}": {
    auth: "console",
    permission: "people.write",
    shownBy: "GET /api/admin/keys",
    summary: "Revoke a key at once.",
  },
} as const satisfies EndpointTable;

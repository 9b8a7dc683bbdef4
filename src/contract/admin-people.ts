/** The console's API: users, their wallets and their keys. */
import * as z from "zod";
import { creditsSchema, limitsSchema, ROLES, signedCreditsSchema } from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { guestEndpoints } from "./people-guests.ts";
import { importEndpoints } from "./people-import.ts";
import { invitationEndpoints } from "./people-invitations.ts";
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

/** An employee, or a customer of the site. */
export const USER_KINDS = ["external", "internal"] as const;

export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  /** The level that counts now. */
  level: z.object({ slug: z.string(), name: z.string() }).nullable(),
  /** When the level he was given ends; null: it does not. */
  levelExpiresAt: z.string().nullable(),
  /** The level that has ended, where the default one has taken its place. */
  endedLevel: z.object({ slug: z.string(), name: z.string() }).nullable(),
  groups: z.array(z.string()),
  department: z.string().nullable(),
  kind: z.enum(USER_KINDS),
  note: z.string(),
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
  levelExpiresAt: z.iso.datetime({ offset: true }).nullable(),
  groups: z.array(slugSchema).max(100),
  department: slugSchema.nullable(),
  kind: z.enum(USER_KINDS),
  note: z.string().trim().max(2_000),
  enabled: z.boolean(),
  limits: limitsSchema,
};

export const userInputSchema = z.strictObject({
  ...userFields,
  name: userFields.name.default(""),
  role: userFields.role.default("member"),
  level: userFields.level.default(null),
  levelExpiresAt: userFields.levelExpiresAt.default(null),
  groups: userFields.groups.default([]),
  department: userFields.department.default(null),
  kind: userFields.kind.default("external"),
  note: userFields.note.default(""),
  enabled: userFields.enabled.default(true),
  limits: userFields.limits.default({}),
});

/** Without defaults: what is absent is left alone. */
export const userPatchSchema = z.strictObject(userFields).partial();

const dateSchema = z.iso.datetime({ offset: true });

/** All conditions together. */
export const userFilterSchema = z.object({
  search: z.string().max(200).optional(),
  /** The level that counts now. */
  level: z.string().max(64).optional(),
  role: z.enum(ROLES).optional(),
  kind: z.enum(USER_KINDS).optional(),
  enabled: z.enum(["true", "false"]).optional(),
  /** The end of the level: past, within a week or a month, or none. */
  expiry: z.enum(["ended", "week", "month", "none"]).optional(),
  createdFrom: dateSchema.optional(),
  createdTo: dateSchema.optional(),
  seenFrom: dateSchema.optional(),
  seenTo: dateSchema.optional(),
  /** Who has never logged in. */
  seen: z.literal("never").optional(),
  /** A field, with `-` before it the other way round. */
  sort: z
    .templateLiteral([z.enum(["", "-"]), z.enum(["created", "email", "name", "seen", "expiry"])])
    .optional(),
});
export type UserFilter = z.output<typeof userFilterSchema>;

export const USERS_AT_ONCE = 100;

export const usersChangeSchema = z.strictObject({
  ids: z.array(z.string().max(64)).min(1).max(USERS_AT_ONCE),
  /** What becomes of each of them. */
  change: z.union([
    z.literal("delete"),
    userPatchSchema
      .pick({ level: true, levelExpiresAt: true, enabled: true, kind: true })
      .refine((change) => Object.keys(change).length > 0, { error: "nothing to change" }),
  ]),
});

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
    summary:
      "Users, newest first; `search` looks in e-mail and name. The first page says how many there are.",
    query: pageQuerySchema
      .extend({ after: z.string().max(1_000).optional() })
      .extend(userFilterSchema.shape),
    response: page(userSchema).extend({ total: z.number().int().nullable() }),
  },
  "GET /api/admin/users/export.csv": {
    auth: "console",
    permission: "people.read",
    summary: "The users that a filter lets through, as a file.",
    query: userFilterSchema,
    raw: "text/csv",
  },
  "POST /api/admin/users/change": {
    auth: "console",
    permission: "people.write",
    summary: "Change or delete several users; says of each whether it was done.",
    body: usersChangeSchema,
    response: z.object({
      done: z.array(z.string()),
      refused: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
    }),
  },
  "POST /api/admin/users": {
    auth: "console",
    permission: "people.write",
    personal: ["password"],
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
    personal: ["password"],
    summary: "Change a user; disabling takes effect at once.",
    body: userPatchSchema,
    response: userSchema,
  },
  "DELETE /api/admin/users/{id}": {
    auth: "console",
    permission: "people.write",
    summary:
      "Delete a user with conversations, keys and sessions; the ledger stays, without a name. The e-mail confirms who is meant.",
    query: z.object({ email: emailSchema }),
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
    personal: true,
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
  ...importEndpoints,
  ...invitationEndpoints,
  ...guestEndpoints,
} as const satisfies EndpointTable;

/** Other places to log in at: what people see of them, and how a site's admins set them up. */
import * as z from "zod";
import type { EndpointTable } from "./endpoint.ts";
import { guideSchema, probeStepSchema } from "./guide.ts";
import { secret } from "./secret.ts";
import { signInSettingsSchema } from "./sign-in.ts";
import { hostSchema, list, slugSchema } from "./values.ts";

export const PROVIDER_KINDS = [
  "oidc",
  "google",
  "microsoft",
  "github",
  "wecom",
  "dingtalk",
  "feishu",
  "wechat",
  "link",
] as const;
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** A button of the log-in page. */
export const providerButtonSchema = z.object({
  slug: slugSchema,
  kind: z.enum(PROVIDER_KINDS),
  name: z.string(),
});
export type ProviderButton = z.infer<typeof providerButtonSchema>;

/**
 * Why the way to a provider and back did not end signed in, as the log-in page is told:
 * `expired` the way was too old, used, or begun in another browser · `denied` the person or the
 * platform said no · `failed` the platform could not be asked · `not_proven` what it said of the
 * person could not be verified · `outsider` not a member of the organisation · `confirm` log in
 * once with what you have, and it is linked · `no_account` nobody gets an account by this way ·
 * `no_room` the site is full · `linked_elsewhere` it is another account's · `refused` the account
 * may not log in · `too_many` attempts from there, wait · `unavailable` there is no such provider, or it is switched off.
 */
export const SIGN_IN_PROBLEMS = [
  "expired",
  "denied",
  "failed",
  "not_proven",
  "outsider",
  "confirm",
  "no_account",
  "no_room",
  "linked_elsewhere",
  "refused",
  "too_many",
  "unavailable",
] as const;
export type SignInProblem = (typeof SIGN_IN_PROBLEMS)[number];

/** One's own account at a provider. */
export const identitySchema = providerButtonSchema.extend({
  /** Null: not linked. */
  linked: z.object({ email: z.string(), name: z.string(), at: z.string() }).nullable(),
});
export type Identity = z.infer<typeof identitySchema>;

const nextSchema = z.string().max(2_000).optional();
const fieldsSchema = z.record(z.string().max(40), z.string().max(8_000));

export const providerInputSchema = z.strictObject({
  slug: slugSchema,
  kind: z.enum(PROVIDER_KINDS),
  name: z.string().trim().min(1).max(60),
  enabled: z.boolean().default(true),
  settings: fieldsSchema,
  /** Absent: what is kept stays. */
  secret: secret(fieldsSchema).optional(),
  /** Whether a person without an account gets one; only while the site takes registrations. */
  registers: z.boolean().default(true),
  /** Slug of the level for new people; null: the default one. */
  level: slugSchema.nullable().default(null),
  /** Domains of e-mail addresses whose owner the provider is believed to know. */
  trustedDomains: z.array(hostSchema).max(50).default([]),
});
export type ProviderInput = z.input<typeof providerInputSchema>;

export const providerSchema = providerInputSchema.omit({ secret: true }).extend({
  id: z.string(),
  /** What the secret is recognised by; empty: there is none. */
  secretHint: z.string(),
  people: z.number().int(),
});
export type Provider = z.infer<typeof providerSchema>;

export const providerKindSchema = z.object({
  kind: z.enum(PROVIDER_KINDS),
  label: z.object({ "zh-CN": z.string(), en: z.string() }),
  guide: guideSchema,
  /** Ends of our addresses that the platform must be told: what it sends people back to. */
  path: z.enum(["callback", "enter"]),
});
export type ProviderKindInfo = z.infer<typeof providerKindSchema>;

export const signInPageSchema = z.object({
  settings: signInSettingsSchema,
  /** What Turnstile's secret is recognised by; empty: there is none. */
  turnstileSecretHint: z.string(),
  registration: z.boolean(),
  /** In the order of the log-in page. */
  providers: z.array(providerSchema),
  kinds: z.array(providerKindSchema),
});
export type SignInPage = z.infer<typeof signInPageSchema>;

const checkSchema = z.object({
  ok: z.boolean(),
  steps: z.array(probeStepSchema.omit({ step: true }).extend({ step: z.string() })),
});
export type ProviderCheck = z.infer<typeof checkSchema>;

export const providerEndpoints = {
  "GET /api/auth/providers/{slug}/start": {
    auth: "public",
    summary: "Go to another place to log in; it leads back to `next`, a path of this site.",
    query: z.object({ next: nextSchema }),
    raw: "text/html",
  },
  "GET /api/auth/providers/{slug}/callback": {
    auth: "public",
    summary: "The way back from there; leads on to a page of this site.",
    query: z.object({
      code: z.string().max(4_000).optional(),
      /** DingTalk's name of the code. */
      authCode: z.string().max(4_000).optional(),
      state: z.string().max(4_000).optional(),
      iss: z.string().max(2_000).optional(),
      error: z.string().max(1_000).optional(),
      error_description: z.string().max(4_000).optional(),
    }),
    raw: "text/html",
  },
  "GET /api/auth/providers/{slug}/enter": {
    auth: "public",
    summary: "Come in by a signed link of the site's own system; each works once, for a minute.",
    query: z.object({ token: z.string().max(8_000), next: nextSchema }),
    raw: "text/html",
  },
  "GET /api/auth/identities": {
    auth: "user",
    summary: "The other places to log in at, and which of them are linked to one's account.",
    response: list(identitySchema).extend({
      /** Whether the last link may be taken away: there is another way in. */
      unlinkable: z.boolean(),
    }),
  },
  "POST /api/auth/identities/{slug}": {
    auth: "user",
    personal: true,
    audited: "identities.link",
    summary: "Begin to link one's account there; answers the page to go to.",
    body: z.strictObject({ next: nextSchema }),
    response: z.object({ url: z.string() }),
  },
  "DELETE /api/auth/identities/{slug}": {
    auth: "user",
    personal: true,
    audited: "identities.unlink",
    summary: "Unlink one's account there; refused where it is the last way in.",
  },
  "GET /api/admin/sign-in": {
    auth: "console",
    permission: "site.read",
    summary: "How people log in: switches, providers, and the guides of each kind.",
    response: signInPageSchema,
  },
  "PUT /api/admin/sign-in": {
    auth: "console",
    permission: "site.write",
    summary: "Change the switches of the log-in page, and Turnstile's keys.",
    body: signInSettingsSchema.extend({
      /** Absent: what is kept stays. */
      turnstileSecret: secret(z.string().trim().max(200)).optional(),
    }),
    response: signInPageSchema,
  },
  "GET /api/admin/sign-in/providers": {
    auth: "console",
    permission: "site.read",
    summary: "The providers, in the order of the log-in page.",
    response: list(providerSchema),
  },
  "POST /api/admin/sign-in/providers": {
    auth: "console",
    permission: "site.write",
    summary: "Add a provider.",
    body: providerInputSchema,
    response: providerSchema,
  },
  "PUT /api/admin/sign-in/providers/{id}": {
    auth: "console",
    permission: "site.write",
    summary: "Change a provider.",
    body: providerInputSchema,
    response: providerSchema,
  },
  "DELETE /api/admin/sign-in/providers/{id}": {
    auth: "console",
    permission: "site.write",
    summary: "Remove a provider, with every link to it.",
  },
  "PUT /api/admin/sign-in/order": {
    auth: "console",
    permission: "site.write",
    summary: "The order of the buttons: ids of all providers.",
    body: z.strictObject({ ids: z.array(z.string().max(64)).max(100) }),
  },
  "POST /api/admin/sign-in/test": {
    auth: "console",
    permission: "site.write",
    audited: false,
    summary: "Test a provider before it is saved; `id` names the one whose kept secret is meant.",
    body: providerInputSchema.extend({ id: z.string().max(64).optional() }),
    response: checkSchema,
  },
} as const satisfies EndpointTable;

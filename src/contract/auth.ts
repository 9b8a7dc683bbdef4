/** Sign-in, the boot data of the pages, and the one-time set-up. */
import * as z from "zod";
import { brandingSchema, ROLES, SITE_KINDS } from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { PERMISSIONS } from "./permissions.ts";
import { providerButtonSchema } from "./providers.ts";
import { secret } from "./secret.ts";
import { emailSchema, localeSchema, passwordSchema } from "./values.ts";

export const meSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum([...ROLES, "operator"]),
  /** What the role allows in the console; empty: it does not open it. */
  permissions: z.array(z.enum(PERMISSIONS)),
  /** Slug and name of the subscription level that counts now. */
  level: z.object({ slug: z.string(), name: z.string() }).nullable(),
  /** When it ends; null: it does not. */
  levelExpiresAt: z.string().nullable(),
  /** The level that has ended, where the default one has taken its place. */
  endedLevel: z.object({ slug: z.string(), name: z.string() }).nullable(),
  locale: localeSchema.nullable(),
});
export type Me = z.infer<typeof meSchema>;

export const SECOND_FACTOR_WAYS = ["totp", "passkey", "recovery"] as const;
export type SecondFactorWay = (typeof SECOND_FACTOR_WAYS)[number];

/** The password was right; now one of these: the ticket and it go to `/api/auth/second-factor`. */
export const secondFactorAskedSchema = z.object({
  secondFactor: z.object({ ticket: z.string(), ways: z.array(z.enum(SECOND_FACTOR_WAYS)) }),
});
export type SecondFactorAsked = z.infer<typeof secondFactorAskedSchema>;
export const signInAnswerSchema = z.union([meSchema, secondFactorAskedSchema]);
export type SignInAnswer = z.infer<typeof signInAnswerSchema>;

/**
 * What a page knows before its first request, written by the Worker into
 * `<script type="application/json" id="boot">`.
 */
export const bootSchema = z.object({
  /** `platform` on the platform's own host. */
  host: z.enum(["site", "platform"]),
  site: z.object({
    slug: z.string(),
    name: z.string(),
    kind: z.enum(SITE_KINDS),
    locale: localeSchema,
    branding: brandingSchema,
    registration: z.boolean(),
    /** Whether people may use what is open to guests without logging in. */
    guests: z.boolean(),
    /** Whom to ask for credits; empty: nobody is named. */
    contact: z.string(),
    /** Other places to log in at, in the order of their buttons. */
    providers: z.array(providerButtonSchema),
    /** Turnstile's site key; null: nobody is asked. */
    turnstileSiteKey: z.string().nullable(),
    /** Whether people log in with a password; whoever looks after the site always may. */
    passwords: z.boolean(),
    /** Log-in by a code that is mailed, and whether registration asks for one. */
    emailCode: z.boolean(),
    verifyEmail: z.boolean(),
  }),
  /** Null when nobody is signed in. */
  me: meSchema.nullable(),
  /** Whether the console asks for a second factor that this session has not shown. */
  secondFactorNeeded: z.boolean(),
  /** Until when an operator acts as this person; null: it is the person himself. */
  impersonatedUntil: z.string().nullable(),
  /** True while no operator exists: the console shows the set-up page. */
  setupNeeded: z.boolean(),
  version: z.string(),
});
export type Boot = z.infer<typeof bootSchema>;

export const authEndpoints = {
  "GET /api/auth/boot": {
    auth: "public",
    summary: "The boot data of the page.",
    response: bootSchema,
  },
  "POST /api/auth/login": {
    auth: "public",
    human: "after_failures",
    summary: "Log in with e-mail and password; sets the session cookie.",
    body: z.strictObject({ email: emailSchema, password: secret(z.string().min(1).max(256)) }),
    response: signInAnswerSchema,
  },
  "POST /api/auth/register": {
    auth: "public",
    human: "always",
    summary: "Register with e-mail and password where the site allows it; sets the session cookie.",
    body: z.strictObject({
      email: emailSchema,
      password: passwordSchema,
      name: z.string().trim().max(100).default(""),
      /** From the mail, where the site asks for it. */
      code: secret(z.string().trim().max(20)).optional(),
    }),
    response: signInAnswerSchema,
  },
  "POST /api/auth/logout": {
    auth: "user",
    audited: "sign_out",
    summary: "End this session at once.",
  },
  "POST /api/auth/setup": {
    auth: "public",
    summary: "Use the one-time set-up link: make the operator and the demo site's owner.",
    body: z.strictObject({
      token: secret(z.string().min(1).max(200)),
      email: emailSchema,
      password: passwordSchema,
    }),
    response: signInAnswerSchema,
  },
  "PATCH /api/auth/me": {
    auth: "user",
    summary: "Change one's name or language.",
    body: z.strictObject({
      name: z.string().trim().max(100).optional(),
      locale: localeSchema.optional(),
    }),
    response: meSchema,
  },
  "POST /api/auth/password": {
    auth: "user",
    audited: "password.change",
    summary: "Change one's password; every other session ends.",
    body: z.strictObject({ current: secret(z.string().min(1).max(256)), next: passwordSchema }),
  },
} as const satisfies EndpointTable;

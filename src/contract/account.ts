/** What people do with their own account: other ways to log in, sessions, second factors. */
import * as z from "zod";
import { meSchema, signInAnswerSchema } from "./auth.ts";
import type { EndpointTable } from "./endpoint.ts";
import { secret } from "./secret.ts";
import { emailSchema, idSchema, list, passwordSchema } from "./values.ts";

/** Six digits, as they are typed or pasted. */
export const codeSchema = secret(
  z
    .string()
    .max(40)
    .transform((text) => text.replace(/\s/g, ""))
    .pipe(z.string().regex(/^\d{6}$/, "six digits")),
);
const ticketSchema = secret(z.string().min(1).max(4_000));
const currentPassword = secret(z.string().max(256).default(""));

/** What the browser's WebAuthn gives; its inside is checked by whoever verifies it. */
const credentialSchema = secret(
  z.looseObject({
    id: z.string().max(2_000),
    rawId: z.string().max(2_000),
    type: z.literal("public-key"),
    response: z.record(z.string(), z.unknown()),
    clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
  }),
);
const passkeyShownSchema = z.strictObject({ ticket: ticketSchema, response: credentialSchema });
/** `options` are for the browser's `navigator.credentials`, in its JSON form. */
const passkeyOfferSchema = z.object({ ticket: z.string(), options: z.unknown() });

export const ownSessionSchema = z.object({
  id: z.string(),
  /** `password`, `code`, `passkey`, a provider's slug … */
  method: z.string(),
  /** Empty where it is not known. */
  address: z.string(),
  /** `Chrome 141 · macOS` */
  agent: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type OwnSession = z.infer<typeof ownSessionSchema>;

export const secondFactorsSchema = list(
  z.object({
    id: z.string(),
    kind: z.enum(["totp", "passkey"]),
    name: z.string(),
    createdAt: z.string(),
    lastUsedAt: z.string().nullable(),
  }),
).extend({ recoveryCodesLeft: z.number().int() });
export type SecondFactors = z.infer<typeof secondFactorsSchema>;

/** Null: the codes from before still stand. */
const addedSchema = z.object({ recoveryCodes: z.array(z.string()).nullable() });

/** Ways in. */
export const waysInEndpoints = {
  "POST /api/auth/codes": {
    auth: "public",
    human: "always",
    summary: "Have a code mailed; the answer is the same whether there is an account or not.",
    body: z.strictObject({ purpose: z.enum(["login", "register", "reset"]), email: emailSchema }),
  },
  "POST /api/auth/login/code": {
    auth: "public",
    summary: "Log in with a code from a mail; sets the session cookie.",
    body: z.strictObject({ email: emailSchema, code: codeSchema }),
    response: signInAnswerSchema,
  },
  "POST /api/auth/reset": {
    auth: "public",
    summary: "Choose a new password with a code from a mail; every session ends.",
    body: z.strictObject({ email: emailSchema, code: codeSchema, password: passwordSchema }),
    response: signInAnswerSchema,
  },
  "POST /api/auth/second-factor": {
    auth: "public",
    summary: "The second half of a log-in: the ticket, and a code or a passkey.",
    body: z.strictObject({
      ticket: ticketSchema,
      shown: z.union([
        z.strictObject({ code: codeSchema }),
        z.strictObject({ recoveryCode: secret(z.string().min(1).max(40)) }),
        z.strictObject({ passkey: passkeyShownSchema }),
      ]),
    }),
    response: signInAnswerSchema,
  },
  "POST /api/auth/passkey/options": {
    auth: "public",
    summary: "What a browser needs to show a passkey; with a ticket, one of that user's.",
    body: z.strictObject({ ticket: ticketSchema.optional() }),
    response: passkeyOfferSchema,
  },
  "POST /api/auth/passkey": {
    auth: "public",
    summary: "Log in with a passkey alone; sets the session cookie.",
    body: passkeyShownSchema,
    response: signInAnswerSchema,
  },
} as const satisfies EndpointTable;

/** For whoever is in. */
export const ownEndpoints = {
  "POST /api/auth/email/code": {
    auth: "user",
    personal: true,
    summary: "Have a code mailed to a new e-mail of one's own.",
    body: z.strictObject({ email: emailSchema, password: currentPassword }),
  },
  "POST /api/auth/email": {
    auth: "user",
    personal: true,
    audited: "email.change",
    summary: "Change one's e-mail with the code that was mailed to it; the old one is told.",
    body: z.strictObject({ email: emailSchema, code: codeSchema }),
    response: meSchema,
  },
  "GET /api/auth/sessions": {
    auth: "user",
    summary: "One's live sessions, newest first.",
    response: list(ownSessionSchema),
  },
  "DELETE /api/auth/sessions/{id}": {
    auth: "user",
    personal: true,
    audited: "sessions.end",
    summary: "End one of one's sessions at once.",
  },
  "POST /api/auth/sessions/end": {
    auth: "user",
    personal: true,
    audited: "sessions.end_all",
    summary: "Sign out everywhere but here.",
  },
  "GET /api/auth/second-factors": {
    auth: "user",
    summary: "One's authenticator apps and passkeys.",
    response: secondFactorsSchema,
  },
  "POST /api/auth/second-factors/totp": {
    auth: "user",
    personal: true,
    summary: "A secret for an authenticator app; it counts once its first code was answered.",
    body: z.strictObject({}),
    response: z.object({ id: z.string(), secret: secret(z.string()), url: secret(z.string()) }),
  },
  "POST /api/auth/second-factors/totp/confirm": {
    auth: "user",
    personal: true,
    audited: "second_factors.add",
    summary: "The first code of an authenticator app.",
    body: z.strictObject({ id: idSchema, code: codeSchema }),
    response: addedSchema,
  },
  "POST /api/auth/second-factors/passkey/options": {
    auth: "user",
    personal: true,
    summary: "What a browser needs to make a passkey.",
    body: z.strictObject({}),
    response: passkeyOfferSchema,
  },
  "POST /api/auth/second-factors/passkey": {
    auth: "user",
    personal: true,
    audited: "second_factors.add",
    summary: "Add a passkey that the browser has made.",
    body: passkeyShownSchema.extend({ name: z.string().trim().max(60).default("") }),
    response: addedSchema,
  },
  "POST /api/auth/second-factors/recovery": {
    auth: "user",
    personal: true,
    audited: "second_factors.recovery",
    summary: "New recovery codes; those before are void.",
    body: z.strictObject({}),
    response: z.object({ recoveryCodes: z.array(z.string()) }),
  },
  "DELETE /api/auth/second-factors/{id}": {
    auth: "user",
    personal: true,
    audited: "second_factors.remove",
    summary: "Remove one of one's second factors.",
  },
} as const satisfies EndpointTable;

export const accountEndpoints = {
  ...waysInEndpoints,
  ...ownEndpoints,
} as const satisfies EndpointTable;

export const factorEndpoints = {
  "DELETE /api/admin/users/{id}/second-factors": {
    auth: "console",
    permission: "people.write",
    summary: "Remove the second factors of a user who has lost them.",
  },
} as const satisfies EndpointTable;

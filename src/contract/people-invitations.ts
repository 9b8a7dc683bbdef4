/** Asking people to join: invitations of the console, and the page that a link leads to. */
import * as z from "zod";
import { signInAnswerSchema } from "./auth.ts";
import { ROLES } from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { secret } from "./secret.ts";
import { emailSchema, list, localeSchema, passwordSchema, slugSchema } from "./values.ts";

export const invitationSchema = z.object({
  id: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  level: z.object({ slug: z.string(), name: z.string() }).nullable(),
  invitedBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  state: z.enum(["open", "accepted", "revoked", "expired"]),
});
export type Invitation = z.infer<typeof invitationSchema>;

/** The link works once and is shown this once; whoever has it can accept in the invited one's name. */
const invitedSchema = z.object({ invitation: invitationSchema, link: secret(z.string()) });

export const invitationEndpoints = {
  "GET /api/admin/invitations": {
    auth: "console",
    permission: "people.read",
    summary: "Invitations, newest first.",
    response: list(invitationSchema),
  },
  "POST /api/admin/invitations": {
    auth: "console",
    permission: "people.write",
    summary: "Invite somebody by e-mail; the link is in the mail, and shown this once.",
    body: z.strictObject({
      email: emailSchema,
      role: z.enum(ROLES).default("member"),
      level: slugSchema.nullable().default(null),
      /** Of the mail. */
      locale: localeSchema.optional(),
    }),
    response: invitedSchema,
  },
  "POST /api/admin/invitations/{id}/resend": {
    auth: "console",
    permission: "people.write",
    summary: "Send an invitation again: with a new link and a new end. The old link is void.",
    response: invitedSchema,
  },
  "DELETE /api/admin/invitations/{id}": {
    auth: "console",
    permission: "people.write",
    summary: "Revoke an invitation; its link is void at once.",
  },
} as const satisfies EndpointTable;

const tokenSchema = secret(z.string().min(1).max(200));

export const acceptEndpoints = {
  "POST /api/auth/invitation": {
    auth: "public",
    summary: "Whom an invitation is for, by the token of its link.",
    body: z.strictObject({ token: tokenSchema }),
    response: z.object({ email: z.string(), role: z.enum(ROLES), expiresAt: z.string() }),
  },
  "POST /api/auth/invitation/accept": {
    auth: "public",
    audited: "invitations.accept",
    summary: "Accept an invitation with a password of one's own; sets the session cookie.",
    body: z.strictObject({
      token: tokenSchema,
      name: z.string().trim().max(100).default(""),
      password: passwordSchema,
    }),
    response: signInAnswerSchema,
  },
} as const satisfies EndpointTable;

/** How a site sends mail, and what became of what it sent. */
import * as z from "zod";
import type { EndpointTable } from "./endpoint.ts";
import { secret } from "./secret.ts";
import { emailSchema, page, pageQuerySchema } from "./values.ts";

export const MAIL_TRANSPORTS = ["smtp", "http", "binding"] as const;

const smtpSchema = z.strictObject({
  host: z.string().trim().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  /** `none` is for a server on this very machine, where the operator allows it. */
  security: z.enum(["tls", "starttls", "none"]),
  user: z.string().max(254),
});
const own = { sender: emailSchema, secret: secret(z.string().max(1_000)).optional() };

/** An absent `secret` leaves the one that is kept. */
export const mailInputSchema = z.discriminatedUnion("transport", [
  z.strictObject({ transport: z.literal("smtp"), ...own, settings: smtpSchema }),
  z.strictObject({
    transport: z.literal("http"),
    ...own,
    /** Empty: Resend's own address. */
    settings: z.strictObject({ url: z.union([z.literal(""), z.url().max(1_000)]) }),
  }),
  z.strictObject({ transport: z.literal("binding"), ...own, settings: z.strictObject({}) }),
]);
export type MailInput = z.infer<typeof mailInputSchema>;

export const mailPageSchema = z.object({
  /** The site's own way; null: as the deployment does. */
  own: z
    .object({
      transport: z.enum(MAIL_TRANSPORTS),
      sender: z.string(),
      settings: z.record(z.string(), z.string()),
      secretHint: z.string(),
    })
    .nullable(),
  /** Of the deployment; `outbox`: mail goes nowhere. */
  deployment: z.object({ transport: z.enum([...MAIL_TRANSPORTS, "outbox"]), sender: z.string() }),
  /** Whether Cloudflare's binding is there. */
  binding: z.boolean(),
  /** On one's own machine the outbox shows what stands in mails. */
  development: z.boolean(),
});
export type MailPage = z.infer<typeof mailPageSchema>;

export const sentMailSchema = z.object({
  id: z.string(),
  recipient: z.string(),
  subject: z.string(),
  /** `kept`: there is no way to send it. */
  state: z.enum(["sent", "waiting", "failed", "kept"]),
  attempts: z.number().int(),
  problem: z.string().nullable(),
  createdAt: z.string(),
  sentAt: z.string().nullable(),
  /** In development only. */
  text: z.string().nullable(),
});
export type SentMail = z.infer<typeof sentMailSchema>;

export const mailEndpoints = {
  "GET /api/admin/mail": {
    auth: "console",
    permission: "site.read",
    summary: "How the site sends mail.",
    response: mailPageSchema,
  },
  "PUT /api/admin/mail": {
    auth: "console",
    permission: "site.write",
    summary: "Send mail the site's own way.",
    body: mailInputSchema,
  },
  "DELETE /api/admin/mail": {
    auth: "console",
    permission: "site.write",
    summary: "Send mail as the deployment does.",
  },
  "POST /api/admin/mail/test": {
    auth: "console",
    permission: "site.write",
    summary: "Send a test mail to oneself, with these settings or those that are kept.",
    body: z.strictObject({ settings: mailInputSchema.nullable() }),
    response: z.object({
      ok: z.boolean(),
      /** `login`, `tls`, `timeout` …; null where it went well. */
      problem: z.string().nullable(),
      detail: z.string(),
    }),
  },
  "GET /api/admin/mail/sent": {
    auth: "console",
    permission: "site.read",
    summary: "Mail of the last week, newest first.",
    query: pageQuerySchema,
    response: page(sentMailSchema),
  },
} as const satisfies EndpointTable;

/** The audit: who did what to a site, when, from where, and what changed by it. */
import * as z from "zod";
import type { EndpointTable } from "./endpoint.ts";
import { localeSchema, page, pageQuerySchema } from "./values.ts";

/** `refused`: for an expected reason, its `code`; `unfinished`: begun, and nothing is known of its end. */
export const AUDIT_OUTCOMES = ["done", "refused", "failed", "unfinished"] as const;
/** `nobody`: who has not logged in (yet); `token`: whoever holds the operator's token. */
export const AUDIT_ACTORS = ["user", "operator", "token", "nobody", "system"] as const;

export const auditActorSchema = z.object({
  kind: z.enum(AUDIT_ACTORS),
  /** Empty where there is none. */
  id: z.string(),
  /** The e-mail as it was then; of a failed log-in the one that was tried. */
  name: z.string(),
});
export type AuditActor = z.infer<typeof auditActorSchema>;

export const auditTargetSchema = z.object({
  /** `users`, `models` …, as in the address of the API. */
  kind: z.string(),
  id: z.string(),
  name: z.string(),
});
export type AuditTarget = z.infer<typeof auditTargetSchema>;

/** One field; absent before: it was added; absent after: it is gone. */
export const auditChangeSchema = z.object({
  /** `limits.rpm` */
  field: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
export type AuditChange = z.infer<typeof auditChangeSchema>;

export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.string(),
  /** `users.change`, `users.grants.create`, `sign_in` */
  action: z.string(),
  outcome: z.enum(AUDIT_OUTCOMES),
  /** Of what was refused, the error's code. */
  code: z.string().nullable(),
  actor: auditActorSchema,
  target: auditTargetSchema.nullable(),
  /** Null where it is not known. */
  address: z.string().nullable(),
  /** `Chrome 141 · macOS`; empty where nothing was said. */
  agent: z.string(),
  requestId: z.string().nullable(),
  /** What was sent, as far as its schema knows it, secrets masked. */
  asked: z.unknown().nullable(),
  changes: z.array(auditChangeSchema),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditFilterSchema = z.object({
  /** One entry. */
  id: z.string().max(64).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  /** An action, or what several begin with: `users`. */
  action: z.string().max(100).optional(),
  /** An id, or a part of the e-mail. */
  actor: z.string().max(300).optional(),
  /** An id, or a part of the name. */
  target: z.string().max(300).optional(),
  address: z.string().max(64).optional(),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
});
export const auditQuerySchema = auditFilterSchema.extend(pageQuerySchema.shape);

export const auditEndpoints = {
  "GET /api/admin/audit": {
    auth: "console",
    permission: "audit.read",
    summary: "Who did what to the site, newest first; thirteen months are kept.",
    query: auditQuerySchema,
    response: page(auditEntrySchema),
  },
  "GET /api/admin/audit.csv": {
    auth: "console",
    permission: "audit.read",
    summary: "The audit as a file, with the same filters.",
    query: auditFilterSchema.extend({ locale: localeSchema.optional() }),
    raw: "text/csv",
  },
} as const satisfies EndpointTable;

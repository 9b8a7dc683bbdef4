/** The console's API: accounts on platforms. */
import * as z from "zod";
import { settingsSchema } from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { connectorInfoSchema, offerSchema, probeResultSchema } from "./guide.ts";
import { secret } from "./secret.ts";
import { list, slugSchema } from "./values.ts";

export const connectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  connector: z.string(),
  enabled: z.boolean(),
  settings: settingsSchema,
  /** Never the values: which fields are set, and the last characters to recognise them by. */
  secrets: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      weight: z.number(),
      hint: z.string(),
      /** What the platform said when it refused it; others are used until it has been seen to work. */
      disabledReason: z.string().nullable(),
      /** Whether the account's owner has consented; null: it needs no consent. */
      authorised: z.boolean().nullable(),
    }),
  ),
  health: z.enum(["unknown", "connected", "needs_attention"]),
  /** Why it needs attention. */
  healthDetail: z.string().nullable(),
  checkedAt: z.string().nullable(),
  usedBy: z.object({ models: z.number().int(), agents: z.number().int() }),
});
export type Connection = z.infer<typeof connectionSchema>;

/** How asking an account's owner for consent has ended. */
export type ConsentOutcome = "done" | "denied" | "failed" | "changed" | "invalid";

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
        values: z.record(z.string(), secret(z.string().max(10_000))).default({}),
      }),
    )
    .max(50)
    .default([]),
});

export const connectionEndpoints = {
  "GET /api/admin/connectors": {
    auth: "console",
    permission: "publishing.read",
    summary: "The platforms that can be connected, each with its guide.",
    response: list(connectorInfoSchema),
  },
  "GET /api/admin/connections": {
    auth: "console",
    permission: "publishing.read",
    summary: "Connections.",
    response: list(connectionSchema),
  },
  "POST /api/admin/connections": {
    auth: "console",
    permission: "site.write",
    summary: "Make a connection.",
    body: connectionInputSchema,
    response: connectionSchema,
  },
  "PUT /api/admin/connections/{id}": {
    auth: "console",
    permission: "site.write",
    summary: "Change a connection; secrets without values are kept.",
    body: connectionInputSchema,
    response: connectionSchema,
  },
  "DELETE /api/admin/connections/{id}": {
    auth: "console",
    permission: "site.write",
    summary: "Delete a connection that nothing uses.",
  },
  "POST /api/admin/connections/test": {
    auth: "console",
    permission: "site.write",
    summary:
      "Test a connection before saving it; of a stored one, absent secret values are taken from the store.",
    body: connectionInputSchema,
    response: probeResultSchema,
  },
  "POST /api/admin/connections/{id}/test": {
    auth: "console",
    permission: "site.write",
    summary: "Test a stored connection and remember the result as its health.",
    response: probeResultSchema,
  },
  "POST /api/admin/connections/{id}/authorise": {
    auth: "console",
    permission: "site.write",
    summary: "Begin asking an account's owner for consent: the platform's page to open.",
    body: z.strictObject({ secret: z.string().max(64) }),
    response: z.object({ url: secret(z.string()) }),
  },
  "GET /api/callback/{connector}/oauth": {
    auth: "console",
    permission: "site.write",
    audited: "connections.consent",
    summary: "Where the platform sends its account's owner back to; leads on to the console.",
    query: z.object({
      state: z.string().max(4000).optional(),
      code: z.string().max(4000).optional(),
      error: z.string().max(4000).optional(),
    }),
    raw: "text/html",
  },
  "GET /api/admin/connections/{id}/offers": {
    auth: "console",
    permission: "publishing.read",
    summary: "The agents and models the platform offers, as it lists them now.",
    response: list(offerSchema),
  },
} as const satisfies EndpointTable;

/** The operator's API, on the platform's host. */
import * as z from "zod";
import { EDITIONS } from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";

export const siteSummarySchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  edition: z.enum(EDITIONS),
  hosts: z.array(z.string()),
  users: z.number().int(),
  agents: z.number().int(),
  createdAt: z.string(),
});

/** One difference between the file and what is stored. */
export const changeSchema = z.object({
  action: z.enum(["create", "update", "delete"]),
  /** `sites[acme].models[openai/gpt-4o-mini]` */
  path: z.string(),
  /** Changed fields, before and after; secrets are masked. */
  fields: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
});
export type Change = z.infer<typeof changeSchema>;

export const platformEndpoints = {
  "GET /api/platform/sites": {
    auth: "operator",
    summary: "All sites.",
    response: z.object({ data: z.array(siteSummarySchema) }),
  },
  "POST /api/platform/config": {
    auth: "operator",
    summary: "Apply a configuration file; with `dryRun` only say what would change.",
    body: z.strictObject({ config: z.unknown(), dryRun: z.boolean().default(false) }),
    response: z.object({ applied: z.boolean(), changes: z.array(changeSchema) }),
  },
  "GET /api/platform/sites/{slug}/config": {
    auth: "operator",
    summary: "Export a site as a configuration file (without secrets and passwords).",
    response: z.unknown(),
  },
} as const satisfies EndpointTable;

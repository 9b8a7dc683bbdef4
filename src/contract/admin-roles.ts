/** The console's API: what each role may do. */
import * as z from "zod";
import { ROLES } from "./config.ts";
import type { EndpointTable } from "./endpoint.ts";
import { PERMISSIONS } from "./permissions.ts";
import { list } from "./values.ts";

export const roleSchema = z.object({
  role: z.enum(ROLES),
  permissions: z.array(z.enum(PERMISSIONS)),
  /** Whether whoever asks may make somebody one. */
  mayGive: z.boolean(),
});
export type RoleInfo = z.infer<typeof roleSchema>;

export const roleEndpoints = {
  "GET /api/admin/roles": {
    auth: "console",
    permission: "site.read",
    summary: "The roles of a site, and what each may do.",
    response: list(roleSchema),
  },
} as const satisfies EndpointTable;

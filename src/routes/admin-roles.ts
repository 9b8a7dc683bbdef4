/** The console: what each role may do. */
import type { roleEndpoints } from "../contract/admin-roles.ts";
import { ROLES } from "../contract/config.ts";
import { may, mayGive, permissionsOf } from "../core/permissions.ts";
import type { Handlers } from "../http/endpoint.ts";

export const roleHandlers = {
  "GET /api/admin/roles": (c) => ({
    data: ROLES.map((role) => ({
      role,
      permissions: [...permissionsOf(role)],
      mayGive: may(c.var.user.role, "people.write") && mayGive(c.var.user.role, role),
    })),
  }),
} satisfies Handlers<typeof roleEndpoints>;

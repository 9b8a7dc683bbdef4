/**
 * Which role may do what: the one table. It is asked by `requireCaller` for every endpoint of the
 * console, and by whoever lets one person change another.
 *
 * 1. A role that may change an area may read it.
 * 2. Whoever gives a role has all that it allows: nobody makes somebody who may more than himself.
 * 3. Owners are made and changed by owners alone (on the platform's own site by the operator too).
 */
import type { Role } from "../contract/config.ts";
import { PERMISSIONS, type Permission } from "../contract/permissions.ts";

/** `operator` is a user of the platform's own site, and has no place on another. */
export type AnyRole = Role | "operator";

const TABLE: Record<AnyRole, readonly Permission[]> = {
  operator: PERMISSIONS,
  owner: PERMISSIONS,
  admin: PERMISSIONS,
  finance: [
    "site.read",
    "people.read",
    "money.read",
    "money.write",
    "publishing.read",
    "insight.read",
  ],
  editor: ["site.read", "publishing.read", "publishing.write", "insight.read"],
  auditor: [
    "site.read",
    "people.read",
    "money.read",
    "publishing.read",
    "insight.read",
    "audit.read",
  ],
  member: [],
};

export function permissionsOf(role: AnyRole): readonly Permission[] {
  return TABLE[role];
}

export function may(role: AnyRole, permission: Permission): boolean {
  return TABLE[role].includes(permission);
}

/** Whether the console shows anything to the role. */
export function opensConsole(role: AnyRole): boolean {
  return TABLE[role].length > 0;
}

/** Whether `actor` may make somebody a `role`, or change somebody who is one. */
export function mayGive(actor: AnyRole, role: Role): boolean {
  if (role === "owner") return actor === "owner" || actor === "operator";
  return TABLE[role].every((permission) => may(actor, permission));
}

import type { Role } from "@contract";

export const ROLES = [
  "owner",
  "admin",
  "finance",
  "editor",
  "auditor",
  "member",
] as const satisfies readonly Role[];

const CONSOLE_ROLES = ROLES.filter((role) => role !== "member");

/** Every role but member opens the console. */
export const opensConsole = (role: string): boolean =>
  role === "operator" || (CONSOLE_ROLES as readonly string[]).includes(role);

import type { Role } from "@contract";

export const ROLES = [
  "owner",
  "admin",
  "finance",
  "editor",
  "auditor",
  "member",
] as const satisfies readonly Role[];

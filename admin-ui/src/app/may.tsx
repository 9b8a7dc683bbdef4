/** What the signed-in person's role allows. The server decides; here nothing is offered in vain. */
import type { Permission } from "@contract";
import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { pageAt } from "./navigation.ts";
import { useMe } from "./session.tsx";

export function useMay(permission: Permission): boolean {
  return useMe().permissions.includes(permission);
}

/** Shows its children to those who have the permission. */
export function Allowed({ to, children }: { to: Permission; children: ReactNode }) {
  return useMay(to) && children;
}

/** Whether what the page in sight shows may be changed. */
export function useMayChangePage(): boolean {
  const { pathname } = useLocation();
  const { permissions } = useMe();
  const writes = pageAt(pathname)?.writes;
  return writes === undefined || permissions.includes(writes);
}

/** The console's pages, once, for the navigation bar and the command palette. */
import type { Permission } from "@contract";
import {
  IconAdjustments,
  IconApps,
  IconChartBar,
  IconHome,
  IconKey,
  IconListSearch,
  IconLogin2,
  IconMail,
  IconMessages,
  IconPlug,
  IconRobot,
  IconShieldCheck,
  IconStack2,
  IconStairs,
  IconUserShield,
  IconUsers,
  IconWorldWww,
  type TablerIcon,
} from "@tabler/icons-react";

export type PageId =
  | "home"
  | "connections"
  | "models"
  | "agents"
  | "playground"
  | "users"
  | "levels"
  | "keys"
  | "apps"
  | "usage"
  | "requests"
  | "audit"
  | "roles"
  | "settings"
  | "signIn"
  | "mail"
  | "domains";

export interface NavigationItem {
  id: PageId;
  to:
    | "/"
    | "/connections"
    | "/models"
    | "/agents"
    | "/playground"
    | "/users"
    | "/levels"
    | "/keys"
    | "/apps"
    | "/usage"
    | "/requests"
    | "/audit"
    | "/roles"
    | "/settings"
    | "/sign-in"
    | "/mail"
    | "/domains";
  icon: TablerIcon;
  /** Whoever lacks it is not shown the page, and told so at its address. */
  needs: Permission;
  /** Whoever lacks it sees its forms, and cannot change anything in them. */
  writes?: Permission;
}

export interface NavigationGroup {
  id: "publish" | "people" | "insight" | "site" | null;
  items: readonly NavigationItem[];
}

export const NAVIGATION: readonly NavigationGroup[] = [
  { id: null, items: [{ id: "home", to: "/", icon: IconHome, needs: "site.read" }] },
  {
    id: "publish",
    items: [
      {
        id: "connections",
        to: "/connections",
        icon: IconPlug,
        needs: "publishing.read",
        writes: "site.write",
      },
      {
        id: "models",
        to: "/models",
        icon: IconStack2,
        needs: "publishing.read",
        writes: "publishing.write",
      },
      {
        id: "agents",
        to: "/agents",
        icon: IconRobot,
        needs: "publishing.read",
        writes: "publishing.write",
      },
      { id: "playground", to: "/playground", icon: IconMessages, needs: "publishing.write" },
    ],
  },
  {
    id: "people",
    items: [
      { id: "users", to: "/users", icon: IconUsers, needs: "people.read", writes: "people.write" },
      { id: "levels", to: "/levels", icon: IconStairs, needs: "site.read", writes: "money.write" },
      { id: "keys", to: "/keys", icon: IconKey, needs: "people.read", writes: "people.write" },
      { id: "apps", to: "/apps", icon: IconApps, needs: "people.read", writes: "people.write" },
      { id: "roles", to: "/roles", icon: IconUserShield, needs: "site.read" },
    ],
  },
  {
    id: "insight",
    items: [
      { id: "usage", to: "/usage", icon: IconChartBar, needs: "insight.read" },
      { id: "requests", to: "/requests", icon: IconListSearch, needs: "insight.read" },
      { id: "audit", to: "/audit", icon: IconShieldCheck, needs: "audit.read" },
    ],
  },
  {
    id: "site",
    items: [
      {
        id: "settings",
        to: "/settings",
        icon: IconAdjustments,
        needs: "site.read",
        writes: "site.write",
      },
      {
        id: "domains",
        to: "/domains",
        icon: IconWorldWww,
        needs: "site.read",
        writes: "site.write",
      },
      { id: "signIn", to: "/sign-in", icon: IconLogin2, needs: "site.read", writes: "site.write" },
      { id: "mail", to: "/mail", icon: IconMail, needs: "site.read", writes: "site.write" },
    ],
  },
];

/** The page of an address inside the console: `/users?open=…` is of the users' page. */
export function pageAt(pathname: string): NavigationItem | undefined {
  const [, first = ""] = pathname.split("/");
  return NAVIGATION.flatMap((group) => group.items).find((item) => item.to === `/${first}`);
}

/** What is there for somebody with these permissions; groups without a page are not. */
export function navigationFor(permissions: readonly Permission[]): NavigationGroup[] {
  return NAVIGATION.map(({ id, items }) => ({
    id,
    items: items.filter(({ needs }) => permissions.includes(needs)),
  })).filter(({ items }) => items.length > 0);
}

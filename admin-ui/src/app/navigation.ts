/** The console's pages, once, for the navigation bar and the command palette. */
import {
  IconAdjustments,
  IconChartBar,
  IconHome,
  IconKey,
  IconListSearch,
  IconLogin2,
  IconMessages,
  IconPlug,
  IconRobot,
  IconStack2,
  IconStairs,
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
  | "usage"
  | "requests"
  | "settings"
  | "signIn"
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
    | "/usage"
    | "/requests"
    | "/settings"
    | "/sign-in"
    | "/domains";
  icon: TablerIcon;
}

export interface NavigationGroup {
  id: "publish" | "people" | "insight" | "site" | null;
  items: readonly NavigationItem[];
}

export const NAVIGATION: readonly NavigationGroup[] = [
  { id: null, items: [{ id: "home", to: "/", icon: IconHome }] },
  {
    id: "publish",
    items: [
      { id: "connections", to: "/connections", icon: IconPlug },
      { id: "models", to: "/models", icon: IconStack2 },
      { id: "agents", to: "/agents", icon: IconRobot },
      { id: "playground", to: "/playground", icon: IconMessages },
    ],
  },
  {
    id: "people",
    items: [
      { id: "users", to: "/users", icon: IconUsers },
      { id: "levels", to: "/levels", icon: IconStairs },
      { id: "keys", to: "/keys", icon: IconKey },
    ],
  },
  {
    id: "insight",
    items: [
      { id: "usage", to: "/usage", icon: IconChartBar },
      { id: "requests", to: "/requests", icon: IconListSearch },
    ],
  },
  {
    id: "site",
    items: [
      { id: "settings", to: "/settings", icon: IconAdjustments },
      { id: "domains", to: "/domains", icon: IconWorldWww },
      { id: "signIn", to: "/sign-in", icon: IconLogin2 },
    ],
  },
];

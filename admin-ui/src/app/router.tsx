/** Every page's address, its search parameters, and the chunk that holds it. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { parseSearch, searchOf, stringifySearch } from "../lib/search.ts";
import { PageCrashed, PageMissing, PagePending } from "./fallbacks.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: searchOf("search", "edition", "suspended", "open"),
  component: lazyRouteComponent(() => import("./start.tsx"), "Start"),
});

const mine = createRoute({
  getParentRoute: () => root,
  path: "/mine",
  component: lazyRouteComponent(
    () => import("../features/sites/own-sites-page.tsx"),
    "OwnSitesPage",
  ),
});
const editions = createRoute({
  getParentRoute: () => root,
  path: "/editions",
  component: lazyRouteComponent(
    () => import("../features/sites/editions-page.tsx"),
    "EditionsPage",
  ),
});

const connections = createRoute({
  getParentRoute: () => root,
  path: "/connections",
  validateSearch: searchOf("consent"),
  component: lazyRouteComponent(
    () => import("../features/connections/connections-page.tsx"),
    "ConnectionsPage",
  ),
});
const connectionNew = createRoute({
  getParentRoute: () => root,
  path: "/connections/new",
  validateSearch: searchOf("connector"),
  component: lazyRouteComponent(
    () => import("../features/connections/connection-new-page.tsx"),
    "ConnectionNewPage",
  ),
});
const connection = createRoute({
  getParentRoute: () => root,
  path: "/connections/$id",
  validateSearch: searchOf("consent"),
  component: lazyRouteComponent(
    () => import("../features/connections/connection-page.tsx"),
    "ConnectionPage",
  ),
});
const connectionPublish = createRoute({
  getParentRoute: () => root,
  path: "/connections/$id/publish",
  component: lazyRouteComponent(
    () => import("../features/connections/publish-page.tsx"),
    "PublishPage",
  ),
});

const models = createRoute({
  getParentRoute: () => root,
  path: "/models",
  validateSearch: searchOf("search", "sort", "page", "kind"),
  component: lazyRouteComponent(() => import("../features/models/models-page.tsx"), "ModelsPage"),
});
const model = createRoute({
  getParentRoute: () => root,
  path: "/models/$id",
  component: lazyRouteComponent(() => import("../features/models/model-page.tsx"), "ModelPage"),
});

const agents = createRoute({
  getParentRoute: () => root,
  path: "/agents",
  validateSearch: searchOf("search"),
  component: lazyRouteComponent(() => import("../features/agents/agents-page.tsx"), "AgentsPage"),
});
const agent = createRoute({
  getParentRoute: () => root,
  path: "/agents/$id",
  component: lazyRouteComponent(() => import("../features/agents/agent-page.tsx"), "AgentPage"),
});

const playground = createRoute({
  getParentRoute: () => root,
  path: "/playground",
  validateSearch: searchOf("target", "against"),
  component: lazyRouteComponent(
    () => import("../features/playground/playground-page.tsx"),
    "PlaygroundPage",
  ),
});

const levels = createRoute({
  getParentRoute: () => root,
  path: "/levels",
  validateSearch: searchOf("search", "sort", "page", "open"),
  component: lazyRouteComponent(() => import("../features/levels/levels-page.tsx"), "LevelsPage"),
});

const users = createRoute({
  getParentRoute: () => root,
  path: "/users",
  validateSearch: searchOf(
    "search",
    "level",
    "role",
    "enabled",
    "kind",
    "expiry",
    "seen",
    "joined",
    "sort",
    "open",
    // Of the opened user: which tab, and which lines of the statement.
    "tab",
    "type",
    "since",
    "model",
    "key",
    "request",
  ),
  component: lazyRouteComponent(() => import("../features/users/users-page.tsx"), "UsersPage"),
});

const usersImport = createRoute({
  getParentRoute: () => root,
  path: "/users/import",
  component: lazyRouteComponent(() => import("../features/users/import-page.tsx"), "ImportPage"),
});
const invitations = createRoute({
  getParentRoute: () => root,
  path: "/users/invitations",
  validateSearch: searchOf("search", "sort", "page", "open"),
  component: lazyRouteComponent(
    () => import("../features/users/invitations-page.tsx"),
    "InvitationsPage",
  ),
});
const guests = createRoute({
  getParentRoute: () => root,
  path: "/users/guests",
  component: lazyRouteComponent(() => import("../features/users/guests-page.tsx"), "GuestsPage"),
});

const keys = createRoute({
  getParentRoute: () => root,
  path: "/keys",
  validateSearch: searchOf("search", "sort", "page", "state"),
  component: lazyRouteComponent(() => import("../features/keys/keys-page.tsx"), "KeysPage"),
});

const apps = createRoute({
  getParentRoute: () => root,
  path: "/apps",
  validateSearch: searchOf("search", "sort", "page", "open"),
  component: lazyRouteComponent(() => import("../features/apps/apps-page.tsx"), "AppsPage"),
});

const usage = createRoute({
  getParentRoute: () => root,
  path: "/usage",
  validateSearch: searchOf("range", "from", "to", "by", "step", "metric", "sort", "page"),
  component: lazyRouteComponent(() => import("../features/usage/usage-page.tsx"), "UsagePage"),
});

const requests = createRoute({
  getParentRoute: () => root,
  path: "/requests",
  validateSearch: searchOf(
    "range",
    "from",
    "to",
    "model",
    "user",
    "connection",
    "status",
    "key",
    "open",
  ),
  component: lazyRouteComponent(
    () => import("../features/requests/requests-page.tsx"),
    "RequestsPage",
  ),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  validateSearch: searchOf("range", "action", "actor", "target", "outcome", "open"),
  component: lazyRouteComponent(() => import("../features/audit/audit-page.tsx"), "AuditPage"),
});

const roles = createRoute({
  getParentRoute: () => root,
  path: "/roles",
  component: lazyRouteComponent(() => import("../features/roles/roles-page.tsx"), "RolesPage"),
});

const domains = createRoute({
  getParentRoute: () => root,
  path: "/domains",
  component: lazyRouteComponent(() => import("../features/hosts/hosts-page.tsx"), "HostsPage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(
    () => import("../features/settings/settings-page.tsx"),
    "SettingsPage",
  ),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: searchOf("open", "kind"),
  component: lazyRouteComponent(() => import("../features/sign-in/sign-in-page.tsx"), "SignInPage"),
});

const mail = createRoute({
  getParentRoute: () => root,
  path: "/mail",
  component: lazyRouteComponent(() => import("../features/mail/mail-page.tsx"), "MailPage"),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  component: lazyRouteComponent(
    () => import("../features/account/account-page.tsx"),
    "AccountPage",
  ),
});

const routeTree = root.addChildren([
  home,
  mine,
  editions,
  connections,
  connectionNew,
  connection,
  connectionPublish,
  models,
  model,
  agents,
  agent,
  playground,
  levels,
  users,
  usersImport,
  invitations,
  guests,
  keys,
  apps,
  usage,
  requests,
  audit,
  roles,
  domains,
  settings,
  signIn,
  mail,
  account,
]);

export function createConsoleRouter() {
  return createRouter({
    routeTree,
    basepath: "/admin",
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPendingMs: 150,
    scrollRestoration: true,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageCrashed,
    defaultNotFoundComponent: PageMissing,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}

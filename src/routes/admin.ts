/** The console's API, one file per area. */
import { adminEndpoints } from "../contract/admin.ts";
import { type App, serve } from "../http/endpoint.ts";
import { auditHandlers } from "./admin-audit.ts";
import { connectionHandlers } from "./admin-connections.ts";
import { explainHandlers } from "./admin-explain.ts";
import { hostHandlers } from "./admin-hosts.ts";
import { insightHandlers } from "./admin-insight.ts";
import { mailHandlers } from "./admin-mail.ts";
import { peopleHandlers } from "./admin-people.ts";
import { playgroundHandlers } from "./admin-playground.ts";
import { publishingHandlers } from "./admin-publishing.ts";
import { roleHandlers } from "./admin-roles.ts";
import { siteHandlers } from "./admin-site.ts";

export function adminRoutes(app: App): void {
  serve(app, adminEndpoints, {
    ...siteHandlers,
    ...connectionHandlers,
    ...hostHandlers,
    ...mailHandlers,
    ...explainHandlers,
    ...publishingHandlers,
    ...peopleHandlers,
    ...roleHandlers,
    ...auditHandlers,
    ...insightHandlers,
    ...playgroundHandlers,
  });
}

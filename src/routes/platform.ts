/** The operator's API. */
import { platformEndpoints } from "../contract/platform.ts";
import { type App, serve } from "../http/endpoint.ts";
import { exportSite } from "../services/config/export.ts";
import { configure, listSites } from "../services/operations.ts";

export function platformRoutes(app: App): void {
  serve(app, platformEndpoints, {
    "GET /api/platform/sites": async (c) => ({ data: await listSites(c.var.services) }),
    "POST /api/platform/config": (c, { body }) =>
      configure(c.var.services, body.config, body.dryRun),
    "GET /api/platform/sites/{slug}/config": (c, { params }) =>
      exportSite(c.var.services, params.slug),
  });
}

/** The operator's API. */
import { createHash } from "node:crypto";
import { platformEndpoints } from "../contract/platform.ts";
import { type App, serve } from "../http/endpoint.ts";
import { applyConfig, exportSite } from "../services/config/apply.ts";
import { checkConnection } from "../services/connections.ts";
import { writeDeployment } from "../store/deployment.ts";
import { listSites } from "../store/sites.ts";

export function platformRoutes(app: App): void {
  serve(app, platformEndpoints, {
    "GET /api/platform/sites": async (c) => {
      const sites = await listSites(c.var.services.db);
      return {
        data: sites.map(({ id, slug, name, edition, hosts, users, agents, createdAt }) => ({
          id,
          slug,
          name,
          edition,
          hosts,
          users,
          agents,
          createdAt: new Date(createdAt).toISOString(),
        })),
      };
    },
    "POST /api/platform/config": async (c, { body }) => {
      const result = await applyConfig(c.var.services, body.config, body.dryRun, checkConnection);
      if (result.applied) {
        const digest = createHash("sha256").update(JSON.stringify(body.config)).digest("hex");
        await writeDeployment(c.var.services.db, "config_digest", digest);
      }
      return result;
    },
    "GET /api/platform/sites/{slug}/config": (c, { params }) =>
      exportSite(c.var.services, params.slug),
  });
}

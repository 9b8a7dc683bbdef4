/** The platform's host: one's own sites, and the operator's API. */
import { entryEndpoints, ownSiteEndpoints, platformEndpoints } from "../contract/platform.ts";
import { addressOf, originOf } from "../http/address.ts";
import type { AppContext } from "../http/app.ts";
import { type App, serve } from "../http/endpoint.ts";
import { exportSite } from "../services/config/export.ts";
import { listEditions } from "../services/editions.ts";
import { slugState } from "../services/hosts/subdomain.ts";
import { configure } from "../services/operations.ts";
import { redeemTicket } from "../services/sites-entry.ts";
import * as operator from "../services/sites-operator.ts";
import { createOwnSite, enterOwnSite, ownSites } from "../services/sites-own.ts";
import { changePlatformSettings, readPlatformSettings } from "../services/sites-settings.ts";
import { signedIn } from "./auth.ts";

export function platformRoutes(app: App): void {
  serve(app, entryEndpoints, {
    "POST /api/auth/enter": async (c, { body }) => {
      const { services, site } = c.var;
      return await signedIn(c, await redeemTicket(services, site, body.ticket, originOf(c)));
    },
  });
  serve(app, ownSiteEndpoints, {
    "GET /api/platform/mine": (c) => ownSites(c.var.services, c.var.user),
    "POST /api/platform/mine": (c, { body }) =>
      createOwnSite(c.var.services, c.var.user, body, addressOf(c)),
    "POST /api/platform/mine/{slug}/enter": (c, { params }) =>
      enterOwnSite(c.var.services, c.var.user, params.slug),
    "GET /api/platform/slugs/{slug}": async (c, { params: { slug } }) => ({
      slug,
      state: await slugState(c.var.services, null, slug),
    }),
  });
  operatorRoutes(app);
}

function operatorOf(c: AppContext): operator.Operator {
  const { operator: who, user } = c.var;
  const actor =
    who === "token"
      ? { kind: "token" as const, id: "", name: "" }
      : { kind: "operator" as const, id: who, name: user.email };
  return { actor, ...originOf(c) };
}

function operatorRoutes(app: App): void {
  serve(app, platformEndpoints, {
    "GET /api/platform/sites": (c, { query }) => operator.listSites(c.var.services, query),
    "GET /api/platform/sites/{slug}": (c, { params }) =>
      operator.readSite(c.var.services, params.slug),
    "PATCH /api/platform/sites/{slug}": (c, { params, body }) =>
      operator.changeSite(c.var.services, params.slug, body, operatorOf(c)),
    "POST /api/platform/sites/{slug}/impersonate": (c, { params, body }) =>
      operator.impersonate(c.var.services, params.slug, body.reason, operatorOf(c)),
    "GET /api/platform/editions": async (c) => ({ data: await listEditions(c.var.services) }),
    "PUT /api/platform/editions/{slug}": (c, { params, body }) =>
      operator.saveEdition(c.var.services, params.slug, body),
    "GET /api/platform/settings": (c) => readPlatformSettings(c.var.services),
    "PATCH /api/platform/settings": (c, { body }) => changePlatformSettings(c.var.services, body),
    "POST /api/platform/config": (c, { body }) =>
      configure(c.var.services, body.config, body.dryRun),
    "GET /api/platform/sites/{slug}/config": (c, { params }) =>
      exportSite(c.var.services, params.slug),
  });
}

/** What the pages for apps ask: consent, devices, a user's apps; the console's apps. */
import { adminAppsEndpoints, portalAppsEndpoints } from "../contract/oauth.ts";
import { refuse } from "../core/failure.ts";
import { addressOf } from "../http/address.ts";
import type { AppContext } from "../http/app.ts";
import { type App, serve } from "../http/endpoint.ts";
import * as apps from "../services/oauth/apps.ts";
import {
  type Authorization,
  consentRequest,
  decideAuthorization,
  readAuthorization,
} from "../services/oauth/authorize.ts";
import { decideDevice, deviceRequest } from "../services/oauth/devices.ts";
import { allowedApps, changeAllowance, revokeApp } from "../services/oauth/grants.ts";
import { issuerOf } from "./oauth.ts";

export function oauthPageRoutes(app: App): void {
  serve(app, portalAppsEndpoints, {
    "GET /api/portal/oauth/request": async (c, { query }) =>
      await consentRequest(c.var.services, c.var.user, await asked(c, query.query)),
    "POST /api/portal/oauth/request": async (c, { body }) => {
      const { query, ...decision } = body;
      const order = { ...decision, issuer: issuerOf(c) };
      const authorization = await asked(c, query);
      return {
        redirect: await decideAuthorization(c.var.services, c.var.user, authorization, order),
      };
    },
    "GET /api/portal/oauth/device": async (c, { query }) =>
      await deviceRequest(c.var.services, c.var.user, query.code, addressOf(c)),
    "POST /api/portal/oauth/device": async (c, { body }) => {
      await decideDevice(c.var.services, c.var.user, body, addressOf(c));
    },
    "GET /api/portal/apps": async (c) => ({
      data: await allowedApps(c.var.services, c.var.user),
    }),
    "PATCH /api/portal/apps/{id}": async (c, { params, body }) =>
      await changeAllowance(c.var.services, c.var.user, params.id, body.creditsPerMonth),
    "DELETE /api/portal/apps/{id}": async (c, { params }) => {
      await revokeApp(c.var.services, c.var.user, params.id);
    },
  });
  serve(app, adminAppsEndpoints, {
    "GET /api/admin/apps": async (c) => ({
      data: await apps.listApps(c.var.services, c.var.site.id),
    }),
    "POST /api/admin/apps": async (c, { body }) =>
      await apps.makeApp(c.var.services, c.var.site.id, body),
    "PATCH /api/admin/apps/{id}": async (c, { params, body }) =>
      await apps.changeApp(c.var.services, c.var.site.id, params.id, body),
    "DELETE /api/admin/apps/{id}": async (c, { params }) => {
      await apps.deleteApp(c.var.services, c.var.site.id, params.id);
    },
    "GET /api/admin/apps/{id}/users": async (c, { params }) => ({
      data: await apps.appUsers(c.var.services, c.var.site.id, params.id),
    }),
  });
}

/** The page has the query that the app came with: it is read as strictly as on arrival. */
async function asked(c: AppContext, query: string): Promise<Authorization> {
  const { services, site, onPlatformHost } = c.var;
  if (onPlatformHost) refuse("not_found", "There is nothing here.");
  const read = await readAuthorization(services, site, query, issuerOf(c));
  if (read.ok) return read.value;
  const message =
    read.error.kind === "page" ? read.error.message : "The app asks for nothing valid.";
  return refuse("invalid_value", message, { param: "query" });
}

/** The console's API. */
import { connectorInfos } from "../connectors/registry.ts";
import { adminEndpoints } from "../contract/admin.ts";
import type { Role } from "../contract/config.ts";
import { refuse } from "../core/failure.ts";
import { meterOf } from "../durable/meter/client.ts";
import type { AppContext } from "../http/app.ts";
import { type App, serve } from "../http/endpoint.ts";
import * as connections from "../services/connections.ts";
import * as people from "../services/console/people.ts";
import * as publishing from "../services/console/publishing.ts";
import * as site from "../services/console/site.ts";
import * as apiKeys from "../services/identity/api-keys.ts";
import { walletEntries } from "../services/wallets.ts";
import { keysOfSite } from "../store/keys.ts";
import { loadParts } from "../store/parts.ts";

export function adminRoutes(app: App): void {
  serve(app, adminEndpoints, {
    "GET /api/admin/overview": (c) => site.overview(c.var.services, c.var.site),
    "GET /api/admin/site": (c) => site.readSettings(c.var.services, c.var.site.id),
    "PATCH /api/admin/site": (c, { body }) =>
      site.changeSettings(c.var.services, c.var.site.id, body),

    "GET /api/admin/connectors": () => ({ data: connectorInfos() }),
    "GET /api/admin/connections": async (c) => ({
      data: await connections.listConnections(c.var.services, c.var.site.id),
    }),
    "POST /api/admin/connections": (c, { body }) =>
      connections.saveConnection(c.var.services, c.var.site.id, body, null),
    "PUT /api/admin/connections/{id}": (c, { params, body }) =>
      connections.saveConnection(c.var.services, c.var.site.id, body, params.id),
    "DELETE /api/admin/connections/{id}": (c, { params }) =>
      connections.deleteConnection(c.var.services, c.var.site.id, params.id),
    "POST /api/admin/connections/test": (c, { body }) =>
      connections.testInput(c.var.services, c.var.site.id, body),
    "POST /api/admin/connections/{id}/test": (c, { params }) =>
      connections.testStored(c.var.services, c.var.site.id, params.id),
    "GET /api/admin/connections/{id}/offers": async (c, { params }) => ({
      data: await connections.offersOf(c.var.services, c.var.site.id, params.id),
    }),

    "GET /api/admin/models": async (c) => ({
      data: await publishing.listModels(c.var.services, c.var.site.id),
    }),
    "POST /api/admin/models": (c, { body }) =>
      publishing.saveModel(c.var.services, c.var.site.id, body, null),
    "PUT /api/admin/models/prices": (c, { body }) =>
      publishing.setPrices(c.var.services, c.var.site.id, body.prices),
    "PUT /api/admin/models/{id}": (c, { params, body }) =>
      publishing.saveModel(c.var.services, c.var.site.id, body, params.id),
    "DELETE /api/admin/models/{id}": (c, { params }) =>
      publishing.deleteModel(c.var.services, c.var.site.id, params.id),

    "GET /api/admin/agents": async (c) => ({
      data: await publishing.listAgents(c.var.services, c.var.site.id),
    }),
    "POST /api/admin/agents": (c, { body }) =>
      publishing.saveAgent(c.var.services, c.var.site.id, body, null),
    "PUT /api/admin/agents/order": (c, { body }) =>
      publishing.orderAgents(c.var.services, c.var.site.id, body.ids),
    "PUT /api/admin/agents/{id}": (c, { params, body }) =>
      publishing.saveAgent(c.var.services, c.var.site.id, body, params.id),
    "DELETE /api/admin/agents/{id}": (c, { params }) =>
      publishing.deleteAgent(c.var.services, c.var.site.id, params.id),

    "GET /api/admin/levels": async (c) => ({
      data: await publishing.listLevels(c.var.services, c.var.site.id),
    }),
    "POST /api/admin/levels": (c, { body }) =>
      publishing.saveLevel(c.var.services, c.var.site.id, body, null),
    "PUT /api/admin/levels/{id}": (c, { params, body }) =>
      publishing.saveLevel(c.var.services, c.var.site.id, body, params.id),
    "DELETE /api/admin/levels/{id}": (c, { params }) =>
      publishing.deleteLevel(c.var.services, c.var.site.id, params.id),
    "GET /api/admin/groups": async (c) => ({
      data: (await loadParts(c.var.services.db, c.var.site.id)).groups,
    }),

    "GET /api/admin/users": (c, { query }) => people.listUsers(c.var.services, c.var.site, query),
    "POST /api/admin/users": (c, { body }) =>
      people.addUser(c.var.services, c.var.site, actor(c).role, body),
    "GET /api/admin/users/{id}": (c, { params }) =>
      people.readUser(c.var.services, c.var.site, params.id),
    "PATCH /api/admin/users/{id}": (c, { params, body }) =>
      people.changeUser(c.var.services, c.var.site, actor(c), params.id, body),
    "POST /api/admin/users/{id}/grants": (c, { params, body }) =>
      people.grantCredits(c.var.services, c.var.site.id, params.id, body),
    "GET /api/admin/users/{id}/entries": async (c, { params, query }) => {
      const owner = await ownerOf(c, params.id);
      return await walletEntries(c.var.services, owner, query.limit, query.after ?? null);
    },

    "GET /api/admin/keys": async (c) => ({
      data: (await keysOfSite(c.var.services.db, c.var.site.id)).map((key) => ({
        ...apiKeys.shownKey(key),
        user: { id: key.userId, email: key.email },
      })),
    }),
    "POST /api/admin/users/{id}/keys": async (c, { params, body }) =>
      await apiKeys.createKey(c.var.services, await ownerOf(c, params.id), body),
    "DELETE /api/admin/users/{id}/keys/{keyId}": async (c, { params }) =>
      await apiKeys.revokeKey(c.var.services, await ownerOf(c, params.id), params.keyId),

    "GET /api/admin/usage": async (c, { query }) => ({
      data: await meterOf(c.var.services.env, c.var.site.id).usage({
        from: Date.parse(query.from),
        to: Date.parse(query.to),
        step: query.step,
        ...(query.by === undefined ? {} : { by: query.by }),
      }),
    }),
    "GET /api/admin/requests": (c, { query }) => {
      const { from, to, ...rest } = query;
      const given = Object.fromEntries(
        Object.entries(rest).filter(([, value]) => value !== undefined),
      );
      return meterOf(c.var.services.env, c.var.site.id).requests({
        limit: query.limit,
        ...given,
        ...(from === undefined ? {} : { from: Date.parse(from) }),
        ...(to === undefined ? {} : { to: Date.parse(to) }),
      });
    },
    "GET /api/admin/requests/{id}": async (c, { params }) =>
      (await meterOf(c.var.services.env, c.var.site.id).request(params.id)) ??
      refuse("request_not_found", "There is no such request."),
  });
}

function actor(c: AppContext): { userId: string; role: Role } {
  const { userId, role } = c.var.user;
  // An operator is nobody on a tenant's host: requireCaller has let in roles of the site only.
  return { userId, role: role === "operator" ? "owner" : role };
}

/** A user of this site, or 404: an id of another tenant is not there. */
async function ownerOf(c: AppContext, userId: string): Promise<{ siteId: string; userId: string }> {
  await people.requireUserRow(c.var.services, c.var.site.id, userId);
  return { siteId: c.var.site.id, userId };
}

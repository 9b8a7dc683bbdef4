/** The console: models, agents, levels, groups. */
import type { adminEndpoints } from "../contract/admin.ts";
import type { Handlers } from "../http/endpoint.ts";
import { cacheState, purgeCache } from "../services/cache/upkeep.ts";
import * as publishing from "../services/console/publishing.ts";
import { priceHistory, setPrices } from "../services/prices.ts";

export const publishingHandlers = {
  "GET /api/admin/models": async (c) => ({
    data: await publishing.listModels(c.var.services, c.var.site.id),
  }),
  "POST /api/admin/models": (c, { body }) =>
    publishing.saveModel(c.var.services, c.var.site.id, body, null, c.var.user.email),
  "PUT /api/admin/models/prices": (c, { body }) =>
    setPrices(c.var.services, c.var.site.id, body.prices, c.var.user.email),
  "GET /api/admin/prices": (c, { query }) => priceHistory(c.var.services, c.var.site.id, query),
  "PUT /api/admin/models/{id}": (c, { params, body }) =>
    publishing.saveModel(c.var.services, c.var.site.id, body, params.id, c.var.user.email),
  "DELETE /api/admin/models/{id}": (c, { params }) =>
    publishing.deleteModel(c.var.services, c.var.site.id, params.id),

  "GET /api/admin/models/{id}/cache": (c, { params }) =>
    cacheState(c.var.services, c.var.site.id, params.id),
  "DELETE /api/admin/models/{id}/cache": (c, { params }) =>
    purgeCache(c.var.services, c.var.site.id, params.id),

  "GET /api/admin/agents": async (c) => ({
    data: await publishing.listAgents(c.var.services, c.var.site.id),
  }),
  "POST /api/admin/agents": (c, { body }) =>
    publishing.saveAgent(c.var.services, c.var.site.id, body, null, c.var.user.email),
  "PUT /api/admin/agents/order": (c, { body }) =>
    publishing.orderAgents(c.var.services, c.var.site.id, body.ids),
  "PUT /api/admin/agents/{id}": (c, { params, body }) =>
    publishing.saveAgent(c.var.services, c.var.site.id, body, params.id, c.var.user.email),
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
    data: await publishing.listGroups(c.var.services, c.var.site.id),
  }),
} satisfies Partial<Handlers<typeof adminEndpoints>>;

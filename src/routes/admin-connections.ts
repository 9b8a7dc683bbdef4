/** The console: connections and what they offer. */
import type { adminEndpoints } from "../contract/admin.ts";
import type { Handlers } from "../http/endpoint.ts";
import * as connections from "../services/connections.ts";

export const connectionHandlers = {
  "GET /api/admin/connectors": () => ({ data: connections.listConnectors() }),
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
} satisfies Partial<Handlers<typeof adminEndpoints>>;

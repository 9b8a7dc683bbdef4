/** The console: connections and what they offer. */
import type { adminEndpoints } from "../contract/admin.ts";
import type { Handlers } from "../http/endpoint.ts";
import * as connections from "../services/connections.ts";
import { beginConsent, finishConsent } from "../services/connections-oauth.ts";

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
  "POST /api/admin/connections/{id}/authorise": (c, { params, body }) =>
    beginConsent(c.var.services, c.var.session, {
      slug: params.id,
      secretId: body.secret,
      origin: new URL(c.req.url).origin,
    }),
  "GET /api/callback/{connector}/oauth": async (c, { params, query }) => {
    const back = { connectorId: params.connector, ...query };
    const { slug, outcome } = await finishConsent(c.var.services, c.var.session, back);
    const page = slug === null ? "" : `/${slug}`;
    const way = outcome === "done" ? "/publish" : `?consent=${outcome}`;
    c.header("cache-control", "no-store");
    return c.redirect(`/admin/connections${page}${way}`, 303);
  },
  "GET /api/admin/connections/{id}/offers": async (c, { params }) => ({
    data: await connections.offersOf(c.var.services, c.var.site.id, params.id),
  }),
} satisfies Partial<Handlers<typeof adminEndpoints>>;

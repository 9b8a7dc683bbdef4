/** The console: usage and the request log. */
import type { adminEndpoints } from "../contract/admin.ts";
import { refuse } from "../core/failure.ts";
import type { Handlers } from "../http/endpoint.ts";
import * as insight from "../services/console/insight.ts";

export const insightHandlers = {
  "GET /api/admin/usage": async (c, { query }) => ({
    data: await insight.usage(c.var.services, c.var.site.id, query),
  }),
  "GET /api/admin/requests": (c, { query }) =>
    insight.requests(c.var.services, c.var.site.id, query),
  "GET /api/admin/requests/{id}": async (c, { params }) =>
    (await insight.request(c.var.services, c.var.user, params.id)) ??
    refuse("request_not_found", "There is no such request."),
} satisfies Partial<Handlers<typeof adminEndpoints>>;

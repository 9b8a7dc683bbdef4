/** The console: why somebody may or may not use something. */
import type { explainEndpoints } from "../contract/explain.ts";
import type { Handlers } from "../http/endpoint.ts";
import { explainAccess } from "../services/console/explain.ts";

export const explainHandlers = {
  "GET /api/admin/access/explain": (c, { query }) =>
    explainAccess(c.var.services, c.var.site, query.user ?? null, query.target),
} satisfies Handlers<typeof explainEndpoints>;

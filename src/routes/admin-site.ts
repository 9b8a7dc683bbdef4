/** The console: the site itself and its home page. */
import type { adminEndpoints } from "../contract/admin.ts";
import { addressOf } from "../http/address.ts";
import type { Handlers } from "../http/endpoint.ts";
import * as site from "../services/console/site.ts";
import { editionOf } from "../services/editions.ts";

export const siteHandlers = {
  "GET /api/admin/overview": (c) => site.overview(c.var.services, c.var.site),
  "GET /api/admin/site": (c) => site.readSettings(c.var.services, c.var.site.id, addressOf(c)),
  "PATCH /api/admin/site": (c, { body }) =>
    site.changeSettings(c.var.services, c.var.site.id, body, addressOf(c)),
  "GET /api/admin/edition": (c) => editionOf(c.var.services, c.var.site),
} satisfies Partial<Handlers<typeof adminEndpoints>>;

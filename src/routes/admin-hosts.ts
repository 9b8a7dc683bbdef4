/** The console: the site's subdomain and its own domains. */
import type { hostEndpoints } from "../contract/hosts.ts";
import { deferOf } from "../http/app.ts";
import type { Handlers } from "../http/endpoint.ts";
import * as hosts from "../services/hosts/own-hosts.ts";
import { changeSubdomain, slugState } from "../services/hosts/subdomain.ts";

export const hostHandlers = {
  "GET /api/admin/hosts": (c) => hosts.listHosts(c.var.services, c.var.site),
  "POST /api/admin/hosts": (c, { body }) => hosts.claimHost(c.var.services, c.var.site, body.host),
  "POST /api/admin/hosts/{host}/check": (c, { params }) =>
    hosts.checkNow(c.var.services, c.var.site, params.host),
  "DELETE /api/admin/hosts/{host}": async (c, { params }) => {
    const { after } = await hosts.giveUpHost(c.var.services, c.var.site, params.host);
    deferOf(c)(after());
  },
  "GET /api/admin/subdomain": async (c, { query: { slug } }) => ({
    slug,
    state: await slugState(c.var.services, c.var.site.id, slug),
  }),
  "PUT /api/admin/subdomain": (c, { body }) =>
    changeSubdomain(c.var.services, c.var.site, body.slug),
} satisfies Handlers<typeof hostEndpoints>;

/** The console: how the site sends mail; second factors of users who have lost them. */
import type { factorEndpoints } from "../contract/account.ts";
import type { mailEndpoints } from "../contract/mail.ts";
import type { Handlers } from "../http/endpoint.ts";
import { forgetMail, readMail, saveMail, sentMails, testMail } from "../services/console/mail.ts";
import { requireMayChange } from "../services/console/people.ts";
import { removeFactorsOf } from "../services/identity/second-factors.ts";

export const mailHandlers = {
  "GET /api/admin/mail": (c) => readMail(c.var.services, c.var.site.id),
  "PUT /api/admin/mail": (c, { body }) => saveMail(c.var.services, c.var.site.id, body),
  "DELETE /api/admin/mail": (c) => forgetMail(c.var.services, c.var.site.id),
  "POST /api/admin/mail/test": (c, { body }) =>
    testMail(c.var.services, c.var.site, { input: body.settings, to: c.var.user.email }),
  "GET /api/admin/mail/sent": (c, { query }) => sentMails(c.var.services, c.var.site.id, query),
  "DELETE /api/admin/users/{id}/second-factors": async (c, { params }) => {
    const { services, site, user } = c.var;
    await requireMayChange(services, site.id, user.role, params.id);
    await removeFactorsOf(services, { siteId: site.id, userId: params.id });
  },
} satisfies Handlers<typeof mailEndpoints & typeof factorEndpoints>;

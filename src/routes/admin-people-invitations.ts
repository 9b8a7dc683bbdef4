/** The console: users from a file, and by invitation. */
import type { importEndpoints } from "../contract/people-import.ts";
import type { invitationEndpoints } from "../contract/people-invitations.ts";
import type { AppContext } from "../http/app.ts";
import type { Handlers } from "../http/endpoint.ts";
import { requireMayGive } from "../services/console/people.ts";
import { importUsers } from "../services/console/people-import.ts";
import { namesOf } from "../services/console/people-names.ts";
import * as invitations from "../services/identity/invitations.ts";

export const importHandlers = {
  "POST /api/admin/users/import": (c, { body }) =>
    importUsers(c.var.services, c.var.site, c.var.user, body),
} satisfies Handlers<typeof importEndpoints>;

export const invitationHandlers = {
  "GET /api/admin/invitations": async (c) => ({
    data: await invitations.listInvitations(c.var.services, c.var.site),
  }),
  "POST /api/admin/invitations": async (c, { body }) => {
    const { services, site, user } = c.var;
    requireMayGive(user.role, body.role);
    const { level } = await namesOf(services, site);
    return await invitations.invite(services, site, {
      ...by(c),
      email: body.email,
      role: body.role,
      levelId: body.level === null ? null : level(body.level),
      ...(body.locale === undefined ? {} : { locale: body.locale }),
    });
  },
  "POST /api/admin/invitations/{id}/resend": (c, { params }) =>
    invitations.resend(c.var.services, c.var.site, params.id, by(c)),
  "DELETE /api/admin/invitations/{id}": (c, { params }) =>
    invitations.revoke(c.var.services, c.var.site, params.id),
} satisfies Handlers<typeof invitationEndpoints>;

function by(c: AppContext) {
  const { site, user } = c.var;
  return {
    locale: site.locale,
    origin: new URL(c.req.url).origin,
    by: { userId: user.userId, name: user.email },
  };
}

/** The page that an invitation's link leads to. */
import { acceptEndpoints } from "../contract/people-invitations.ts";
import { addressOf, originOf } from "../http/address.ts";
import { type App, serve } from "../http/endpoint.ts";
import { acceptInvitation, openInvitation } from "../services/identity/invitations.ts";
import { signedIn } from "./auth.ts";

export function authInvitationRoutes(app: App): void {
  serve(app, acceptEndpoints, {
    "POST /api/auth/invitation": (c, { body }) =>
      openInvitation(c.var.services, c.var.site, body.token, addressOf(c)),
    "POST /api/auth/invitation/accept": async (c, { body }) =>
      await signedIn(c, await acceptInvitation(c.var.services, c.var.site, body, originOf(c))),
  });
}

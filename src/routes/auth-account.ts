/** One's own account: codes by mail, sessions, second factors. */
import { ownEndpoints, waysInEndpoints } from "../contract/account.ts";
import { addressOf, originOf } from "../http/address.ts";
import type { AppContext } from "../http/app.ts";
import { type App, serve } from "../http/endpoint.ts";
import { signOutEverywhere } from "../services/identity/accounts.ts";
import * as entries from "../services/identity/mailed-entries.ts";
import { requestCode } from "../services/identity/one-time-codes.ts";
import { endOwnSession, ownSessions } from "../services/identity/own-sessions.ts";
import * as passkeys from "../services/identity/passkeys.ts";
import { describeUser } from "../services/identity/people.ts";
import * as second from "../services/identity/second-factors.ts";
import { signIn, userOfTicket } from "../services/identity/sign-in.ts";
import { offerTotp } from "../services/identity/totp.ts";
import { requireUserRow } from "../services/identity/user-row.ts";
import { keepSession, signedIn } from "./auth.ts";

export function entryRoutes(app: App): void {
  serve(app, waysInEndpoints, {
    "POST /api/auth/codes": (c, { body }) =>
      requestCode(c.var.services, c.var.site, body, addressOf(c)),
    "POST /api/auth/login/code": async (c, { body }) =>
      await signedIn(c, await entries.logInByCode(c.var.services, c.var.site, body, originOf(c))),
    "POST /api/auth/reset": async (c, { body }) =>
      await signedIn(c, await entries.resetPassword(c.var.services, c.var.site, body, originOf(c))),
    "POST /api/auth/second-factor": async (c, { body: { ticket, shown } }) => {
      const given = { ticket, shown: shown as second.Shown, place: placeOf(c) };
      const { services, site } = c.var;
      return await signedIn(c, await second.showSecondFactor(services, site, given, originOf(c)));
    },
    "POST /api/auth/passkey/options": async (c, { body: { ticket } }) => {
      const { services, site } = c.var;
      const asked = ticket === undefined ? null : await userOfTicket(services, site, ticket);
      return await passkeys.askForPasskey(services, placeOf(c), asked?.user.id ?? null);
    },
    "POST /api/auth/passkey": async (c, { body: { ticket, response } }) => {
      const { services, site } = c.var;
      const userId = await passkeys.userOfPasskey(services, placeOf(c), { ticket, response });
      const user = await requireUserRow(services, site.id, userId);
      return await signedIn(
        c,
        await signIn(services, site, user, { ...originOf(c), method: "passkey" }),
      );
    },
  });
}

export function accountRoutes(app: App): void {
  serve(app, ownEndpoints, {
    "POST /api/auth/email/code": (c, { body }) => {
      const wanted = { ...body, userId: c.var.user.userId };
      return entries.askForEmail(c.var.services, c.var.site, wanted, addressOf(c));
    },
    "POST /api/auth/email": async (c, { body }) => {
      const { services, site, user } = c.var;
      await entries.changeEmail(services, site, { ...body, userId: user.userId });
      return await describeUser(services, site, user.userId);
    },
    "GET /api/auth/sessions": async (c) => ({
      data: await ownSessions(c.var.services, c.var.session),
    }),
    "DELETE /api/auth/sessions/{id}": (c, { params }) =>
      endOwnSession(c.var.services, c.var.session, params.id),
    "POST /api/auth/sessions/end": async (c) => {
      const { services, site, session } = c.var;
      keepSession(c, await signOutEverywhere(services, site, session, originOf(c)));
    },
    "GET /api/auth/second-factors": (c) => second.listFactors(c.var.services, c.var.session),
    "POST /api/auth/second-factors/totp": async (c) => {
      const { services, site, session } = c.var;
      await second.requireFactorShown(services, session);
      const user = await requireUserRow(services, site.id, session.userId);
      return await offerTotp(services, site, user);
    },
    "POST /api/auth/second-factors/totp/confirm": async (c, { body }) => {
      await second.requireFactorShown(c.var.services, c.var.session);
      await second.confirmTotp(c.var.services, c.var.session, body);
      return await added(c);
    },
    "POST /api/auth/second-factors/passkey/options": async (c) => {
      const { services, site, session } = c.var;
      await second.requireFactorShown(services, session);
      const user = await requireUserRow(services, site.id, session.userId);
      return await passkeys.offerPasskey(services, placeOf(c), user);
    },
    "POST /api/auth/second-factors/passkey": async (c, { body }) => {
      const { services, session } = c.var;
      await second.requireFactorShown(services, session);
      await passkeys.addPasskey(services, placeOf(c), session.userId, body);
      return await added(c);
    },
    "POST /api/auth/second-factors/recovery": async (c) => ({
      recoveryCodes: await second.renewRecoveryCodes(c.var.services, c.var.session),
    }),
    "DELETE /api/auth/second-factors/{id}": (c, { params }) =>
      second.removeOwnFactor(c.var.services, c.var.session, params.id),
  });
}

/** The origin that the browser is at: what a passkey is bound to. */
function placeOf(c: AppContext): passkeys.Place {
  const { id, name } = c.var.site;
  return { siteId: id, siteName: name, origin: new URL(c.req.url).origin };
}

async function added(c: AppContext): Promise<{ recoveryCodes: string[] | null }> {
  const { recoveryCodes, token } = await second.afterAdding(c.var.services, c.var.session);
  keepSession(c, { token });
  return { recoveryCodes };
}

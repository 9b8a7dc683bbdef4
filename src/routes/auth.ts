/** Sign-in and the boot data. */
import { authEndpoints, type Me, type SignInAnswer } from "../contract/auth.ts";
import { originOf } from "../http/address.ts";
import type { AppContext } from "../http/app.ts";
import { bootOf } from "../http/boot.ts";
import { type App, serve } from "../http/endpoint.ts";
import { linkKept } from "../http/sign-in-cookies.ts";
import * as accounts from "../services/identity/accounts.ts";
import { changeOwnProfile, describeUser } from "../services/identity/people.ts";
import { SESSION_TTL_MS, sessionCookie } from "../services/identity/sessions.ts";
import type { SignInOutcome } from "../services/identity/sign-in.ts";

export function authRoutes(app: App): void {
  serve(app, authEndpoints, {
    "GET /api/auth/boot": (c) => bootOf(c),
    "POST /api/auth/login": async (c, { body }) =>
      await signedIn(c, await accounts.logIn(c.var.services, c.var.site, body, originOf(c))),
    "POST /api/auth/register": async (c, { body }) =>
      await signedIn(c, await accounts.register(c.var.services, c.var.site, body, originOf(c))),
    "POST /api/auth/setup": async (c, { body }) =>
      await signedIn(c, await accounts.setUp(c.var.services, c.var.site, body, originOf(c))),
    "POST /api/auth/logout": async (c) => {
      await accounts.logOut(c.var.services, c.var.session);
      c.header("set-cookie", sessionCookie(isSecure(c), "", 0));
    },
    "PATCH /api/auth/me": async (c, { body }) => {
      await changeOwnProfile(c.var.services, c.var.site, c.var.user.userId, body);
      return await me(c, c.var.user.userId);
    },
    "POST /api/auth/password": async (c, { body }) => {
      const renewed = await accounts.changePassword(
        c.var.services,
        c.var.site,
        c.var.session,
        body,
        originOf(c),
      );
      keepSession(c, renewed);
    },
  });
}

function isSecure(c: AppContext): boolean {
  return new URL(c.req.url).protocol === "https:";
}

/** From now on this browser has this session. */
export function keepSession(c: AppContext, { token }: { token: string }): void {
  c.header("set-cookie", sessionCookie(isSecure(c), token, SESSION_TTL_MS));
}

/** The cookie and the person, or the question for a second factor. */
export async function signedIn(c: AppContext, result: SignInOutcome): Promise<SignInAnswer> {
  if (result.kind === "second_factor") {
    return { secondFactor: { ticket: result.ticket, ways: result.ways } };
  }
  keepSession(c, result);
  await linkKept(c, result.userId);
  return await me(c, result.userId);
}

async function me(c: AppContext, userId: string): Promise<Me> {
  return await describeUser(c.var.services, c.var.site, userId);
}

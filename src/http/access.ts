/** Who is calling: the policy of each endpoint, enforced in one place. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Endpoint, EndpointKey, Policy } from "../contract/endpoint.ts";
import { refuse } from "../core/failure.ts";
import { may, opensConsole } from "../core/permissions.ts";
import type { UserProfile } from "../core/site.ts";
import { authoriseSession } from "../services/identity/callers.ts";
import { readCookie, sessionCookieName, verifySession } from "../services/identity/sessions.ts";
import type { AppContext } from "./app.ts";
import { currentGuest } from "./guests.ts";

export async function requireCaller(
  c: AppContext,
  policy: Policy & Pick<Endpoint, "guests">,
): Promise<void> {
  const { auth } = policy;
  const operatorByToken = carriesOperatorToken(c);
  if (!operatorByToken) requireSameOrigin(c);
  if (auth === "public") return;
  if ((auth === "account" || auth === "operator") && !c.var.onPlatformHost) {
    refuse("not_found", "There is nothing here.");
  }
  if (auth === "operator") {
    if (operatorByToken) {
      c.set("operator", "token");
      return;
    }
    const user = await requireUser(c);
    if (user.role !== "operator") refuse("access_denied", "Only the operator may do that.");
    c.set("operator", user.userId);
    return;
  }
  const { role } = await requireUser(c, policy.guests === true);
  if (policy.auth !== "console") return;
  if (opensConsole(role) && lacksSecondFactor(c)) {
    refuse(
      "second_factor_needed",
      "This site asks for a second factor: set one up in your account.",
    );
  }
  if (may(role, policy.permission)) return;
  if (!opensConsole(role)) refuse("access_denied", "Your role does not open the console.");
  refuse("access_denied", `Your role does not allow that: it needs ${policy.permission}.`);
}

/** Whether the site asks the console's people for a factor that this session has not shown. */
export function lacksSecondFactor(c: AppContext): boolean {
  const { site, session } = c.var;
  const shown = session.secondFactor === true || session.impersonatedBy !== undefined;
  return site.signIn.secondFactor === true && !shown;
}

/** One's own account, but for leaving. */
const OWN_ACCOUNT = /^(POST|PUT|PATCH|DELETE) \/api\/auth\/(?!logout$)/;

/** What only the person himself may do: an operator who acts as him leaves no way in behind. */
export function requireInPerson(
  c: AppContext,
  key: EndpointKey,
  { auth, personal = auth === "user" && OWN_ACCOUNT.test(key) ? true : [] }: Endpoint,
  body: unknown,
): void {
  if (auth === "public" || c.var.session?.impersonatedBy === undefined) return;
  const sent = personal === true || personal.some((field) => Object(body)[field] !== undefined);
  if (!sent) return;
  refuse("access_denied", "Only the person himself may do that, not who acts as him.");
}

/** The signed-in user, with the wallet's word that the session still stands. */
async function requireUser(c: AppContext, orGuest = false): Promise<UserProfile> {
  const signedIn = (await currentUser(c)) ?? (orGuest ? await currentGuest(c) : null);
  return signedIn ?? refuse("expired_session", "Please log in.");
}

/** Null when nobody is signed in, or the session has ended. */
export async function currentUser(c: AppContext): Promise<UserProfile | null> {
  const { services, site } = c.var;
  const secure = new URL(c.req.url).protocol === "https:";
  const token = readCookie(c.req.header("cookie"), sessionCookieName(secure));
  if (!token) return null;
  const session = await verifySession(services.keys.session, site.id, token);
  if (!session) return null;
  const profile = await authoriseSession(services, site, session);
  if (!profile) return null;
  c.set("session", session);
  c.set("user", profile);
  return profile;
}

/** Whoever holds it runs the deployment. */
export function carriesOperatorToken(c: AppContext): boolean {
  const expected = c.var.services.environment.operatorToken;
  const given = c.req.header("authorization")?.match(/^Bearer (pa-.+)$/)?.[1];
  if (!expected || !given) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A page of another origin must not act with this user's cookie. Browsers send Origin with every
 * unsafe request; one that comes with a cookie and without Origin is refused too.
 */
function requireSameOrigin(c: AppContext): void {
  if (SAFE_METHODS.has(c.req.method)) return;
  const origin = c.req.header("origin");
  const own = new URL(c.req.url).origin;
  if (origin === undefined ? c.req.header("cookie") === undefined : origin === own) return;
  refuse("origin_not_allowed", "This request did not come from a page of this site.");
}

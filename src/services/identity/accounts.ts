/** Log-in, registration, the one-time set-up, log-out. */
import { createHash, timingSafeEqual } from "node:crypto";
import { refuse } from "../../core/failure.ts";
import { opensConsole } from "../../core/permissions.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import { newId } from "../../store/ids.ts";
import * as sessions from "../../store/sessions.ts";
import * as users from "../../store/users.ts";
import { recordAudit } from "../audit.ts";
import { LETTERS } from "../mail/letter.ts";
import { sendMail } from "../mail/send.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { PLATFORM_SITE_ID } from "../sites.ts";
import { redeemCode } from "./one-time-codes.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import type { SessionClaims } from "./sessions.ts";
import {
  type Arrival,
  type SignedIn,
  type SignInOutcome,
  signIn,
  startSession,
} from "./sign-in.ts";

/** From where somebody tries. */
export type Origin = Omit<Arrival, "method" | "impersonatedBy">;

const LOGIN_RULE = { max: 10, windowMs: 15 * 60_000 };
const ADDRESS_RULE = { max: 60, windowMs: 15 * 60_000 };
/** Verified in place of a hash that is not there, so that an unknown e-mail takes as long as a wrong password. */
let nobodysHash: Promise<string> | undefined;

function hashOfNobody(): Promise<string> {
  nobodysHash ??= hashPassword("nobody has this password");
  return nobodysHash;
}

/** Counts an attempt from an address; where no address is known there is nothing to count by. */
async function attempted(
  services: Services,
  what: string,
  address: string | null,
  rule: { max: number; windowMs: number },
): Promise<{ retryAfterMs: number }> {
  if (address === null) return { retryAfterMs: 0 };
  return await throttleOf(services.env, `${what}:address:${address}`).attempt(rule);
}

/** The same answer for unknown, wrong and disabled: it tells nobody who has an account. */
const WRONG = "The e-mail or the password is wrong.";

const NO_PASSWORDS = "This site takes no passwords: please choose another way to log in.";

export const takesPasswords = (site: Pick<SiteSnapshot, "signIn">): boolean =>
  site.signIn.password !== false;

export async function logIn(
  services: Services,
  site: SiteSnapshot,
  attempt: { email: string; password: string },
  origin: Origin,
): Promise<SignInOutcome> {
  const byEmail = throttleOf(services.env, `login:${site.id}:email:${attempt.email}`);
  const waits = await Promise.all([
    byEmail.attempt(LOGIN_RULE),
    attempted(services, `login:${site.id}`, origin.address, ADDRESS_RULE),
  ]);
  const retryAfterMs = Math.max(...waits.map((wait) => wait.retryAfterMs));
  if (retryAfterMs > 0) {
    refuse("rate_limit_login", "Too many attempts; please wait.", { retryAfterMs });
  }
  const user = await users.findByEmail(services.db, site.id, attempt.email);
  const matches = await verifyPassword(
    attempt.password,
    user?.passwordHash ?? (await hashOfNobody()),
  );
  if (!user?.passwordHash || !matches || !user.enabled) {
    await auditRefusal(services, site, attempt.email, "password", origin);
    refuse("invalid_login", WRONG);
  }
  await byEmail.clear();
  // Whoever looks after the site keeps this door: nobody locks himself out by a switch.
  if (!takesPasswords(site) && !opensConsole(user.role)) refuse("access_denied", NO_PASSWORDS);
  return await signIn(services, site, user, { ...origin, method: "password" });
}

/** Who was tried and from where; the same for an account that is not there. */
async function auditRefusal(
  services: Services,
  site: SiteSnapshot,
  email: string,
  method: string,
  { address, agent, requestId }: Origin,
): Promise<void> {
  await recordAudit(services, site.id, {
    action: "sign_in",
    actor: { kind: "nobody", id: "", name: email },
    asked: { method },
    code: "invalid_login",
    address,
    agent,
    requestId: requestId ?? null,
  });
}

export async function register(
  services: Services,
  site: SiteSnapshot,
  person: { email: string; password: string; name: string; code?: string | undefined },
  origin: Origin,
): Promise<SignInOutcome> {
  if (!site.registration) refuse("access_denied", "This site does not take registrations.");
  if (!takesPasswords(site)) refuse("access_denied", NO_PASSWORDS);
  const { retryAfterMs } = await attempted(services, `register:${site.id}`, origin.address, {
    max: 20,
    windowMs: 3_600_000,
  });
  if (retryAfterMs > 0)
    refuse("rate_limit_login", "Too many registrations; please wait.", { retryAfterMs });
  const emailVerifiedAt = await verified(services, site, person);
  if (await users.findByEmail(services.db, site.id, person.email)) {
    refuse("conflict", "There is an account with this e-mail already.", { param: "email" });
  }
  const level = [...site.levels.values()].find((one) => one.isDefault);
  const user = await users.createUser(services.db, site.id, {
    id: newId("user"),
    email: person.email,
    name: person.name,
    passwordHash: await hashPassword(person.password),
    role: "member",
    levelId: level?.id ?? null,
    emailVerifiedAt,
  });
  return await signIn(services, site, user, { ...origin, method: "registration" });
}

/** Where the site asks for it, only who has the code from the mail goes on. */
async function verified(
  services: Services,
  site: SiteSnapshot,
  { email, code }: { email: string; code?: string | undefined },
): Promise<number | null> {
  if (!site.signIn.verifyEmail) return null;
  if (code === undefined) {
    return refuse("invalid_value", "The code from the mail is needed.", { param: "code" });
  }
  await redeemCode(services, site, { purpose: "register", email, code });
  return Date.now();
}

/** Makes the operator, and the owner of the demo site, once. */
export async function setUp(
  services: Services,
  site: SiteSnapshot,
  person: { token: string; email: string; password: string },
  origin: Origin,
): Promise<SignInOutcome> {
  const arrival = { ...origin, method: "setup" };
  const expected = services.environment.setupHash;
  const given = createHash("sha256").update(person.token).digest();
  if (!expected || !timingSafeEqual(Buffer.from(expected, "hex"), given)) {
    refuse("setup_link_used", "This set-up link is not valid (any more).");
  }
  if (await users.hasOperator(services.db, PLATFORM_SITE_ID)) {
    refuse("setup_link_used", "Portico has been set up already; please log in.");
  }
  const passwordHash = await hashPassword(person.password);
  const account = { email: person.email, name: "", passwordHash, levelId: null };
  const operator = await users.createUser(services.db, PLATFORM_SITE_ID, {
    ...account,
    id: newId("user"),
    role: "operator",
  });
  if (site.id === PLATFORM_SITE_ID) return await signIn(services, site, operator, arrival);
  const existing = await users.findByEmail(services.db, site.id, person.email);
  if (existing)
    refuse("conflict", "There is an account with this e-mail on this site already.", {
      param: "email",
    });
  const owner = await users.createUser(services.db, site.id, {
    ...account,
    id: newId("user"),
    role: "owner",
  });
  return await signIn(services, site, owner, arrival);
}

export async function setupNeeded(services: Services): Promise<boolean> {
  if (!services.environment.setupHash) return false;
  return !(await users.hasOperator(services.db, PLATFORM_SITE_ID));
}

export async function logOut(services: Services, session: SessionClaims): Promise<void> {
  const { siteId, userId, sessionId, expiresAt } = session;
  await walletOf(services.env, siteId, userId).revokeSession(sessionId, expiresAt);
  await sessions.revokeSession(services.db, siteId, sessionId);
}

/** Every other session ends: the epoch grows, and this browser gets a session of the new one. */
export async function changePassword(
  services: Services,
  site: SiteSnapshot,
  session: SessionClaims,
  change: { current: string; next: string },
  origin: Origin,
): Promise<SignedIn> {
  const { userId } = session;
  const user = await users.findById(services.db, site.id, userId);
  if (!user?.passwordHash || !(await verifyPassword(change.current, user.passwordHash))) {
    refuse("invalid_value", "The current password is wrong.", { param: "current" });
  }
  await users.setPassword(services.db, site.id, userId, await hashPassword(change.next));
  await sendMail(services, site, {
    to: user.email,
    letter: LETTERS[user.locale ?? site.locale].passwordChanged(),
  });
  return await renewSession(services, site, session, origin);
}

/** After the epoch has grown: all sessions are over, in the wallet too. Answers the user as he is now. */
export async function endSessions(
  services: Services,
  site: SiteSnapshot,
  userId: string,
): Promise<users.UserRow> {
  await sessions.revokeAllSessions(services.db, site.id, userId);
  await deliverProfiles(services, site.id);
  const user = await users.findById(services.db, site.id, userId);
  return user ?? refuse("expired_session", "Please log in.");
}

/** Ends every session of the user; this browser gets a session of the new epoch. */
export async function signOutEverywhere(
  services: Services,
  site: SiteSnapshot,
  session: SessionClaims,
  origin: Origin,
): Promise<SignedIn> {
  await sessions.growEpoch(services.db, site.id, session.userId);
  return await renewSession(services, site, session, origin);
}

async function renewSession(
  services: Services,
  site: SiteSnapshot,
  { userId, secondFactor = false }: SessionClaims,
  origin: Origin,
): Promise<SignedIn> {
  const user = await endSessions(services, site, userId);
  const arrival = { ...origin, method: "renewal" };
  return await startSession(services, site, user, arrival, { secondFactor });
}

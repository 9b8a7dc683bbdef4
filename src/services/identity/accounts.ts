/** Log-in, registration, the one-time set-up, log-out. */
import { createHash, timingSafeEqual } from "node:crypto";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import { newId } from "../../store/ids.ts";
import * as sessions from "../../store/sessions.ts";
import * as users from "../../store/users.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { PLATFORM_SITE_ID } from "../sites.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { SESSION_TTL_MS, type SessionClaims, signSession } from "./sessions.ts";

export interface SignedIn {
  userId: string;
  /** The cookie's value. */
  token: string;
}

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

export async function logIn(
  services: Services,
  site: SiteSnapshot,
  attempt: { email: string; password: string; address: string | null },
): Promise<SignedIn> {
  const byEmail = throttleOf(services.env, `login:${site.id}:email:${attempt.email}`);
  const waits = await Promise.all([
    byEmail.attempt(LOGIN_RULE),
    attempted(services, `login:${site.id}`, attempt.address, ADDRESS_RULE),
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
  if (!user?.passwordHash || !matches || !user.enabled) refuse("invalid_login", WRONG);
  await byEmail.clear();
  return await startSession(services, site, user);
}

export async function register(
  services: Services,
  site: SiteSnapshot,
  person: { email: string; password: string; name: string; address: string | null },
): Promise<SignedIn> {
  if (!site.registration) refuse("access_denied", "This site does not take registrations.");
  const { retryAfterMs } = await attempted(services, `register:${site.id}`, person.address, {
    max: 20,
    windowMs: 3_600_000,
  });
  if (retryAfterMs > 0)
    refuse("rate_limit_login", "Too many registrations; please wait.", { retryAfterMs });
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
  });
  return await startSession(services, site, user);
}

/** Makes the operator, and the owner of the demo site, once. */
export async function setUp(
  services: Services,
  site: SiteSnapshot,
  person: { token: string; email: string; password: string },
): Promise<SignedIn> {
  const expected = services.environment.setupHash;
  const given = createHash("sha256").update(person.token).digest();
  if (!expected || !timingSafeEqual(Buffer.from(expected, "hex"), given)) {
    refuse("setup_link_used", "This set-up link is not valid (any more).");
  }
  if ((await users.countUsers(services.db, PLATFORM_SITE_ID)) > 0) {
    refuse("setup_link_used", "Portico has been set up already; please log in.");
  }
  const passwordHash = await hashPassword(person.password);
  const account = { email: person.email, name: "", passwordHash, levelId: null };
  const operator = await users.createUser(services.db, PLATFORM_SITE_ID, {
    ...account,
    id: newId("user"),
    role: "operator",
  });
  if (site.id === PLATFORM_SITE_ID) return await startSession(services, site, operator);
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
  return await startSession(services, site, owner);
}

export async function setupNeeded(services: Services): Promise<boolean> {
  if (!services.environment.setupHash) return false;
  return (await users.countUsers(services.db, PLATFORM_SITE_ID)) === 0;
}

/** A new session each time: an id that was known before log-in is worth nothing after it. */
async function startSession(
  services: Services,
  site: SiteSnapshot,
  user: { id: string; sessionEpoch: number; lastLoginAt: number | null },
): Promise<SignedIn> {
  const expiresAt = Date.now() + SESSION_TTL_MS;
  const sessionId = newId("session");
  await sessions.createSession(services.db, site.id, { id: sessionId, userId: user.id, expiresAt });
  if (user.lastLoginAt === null && site.signupMicro > 0) {
    await deliverProfiles(services, site.id);
    await walletOf(services.env, site.id, user.id).grant({
      operationId: `signup:${user.id}`,
      amountMicro: site.signupMicro,
      reason: "signup",
      expiresAt: null,
      priority: 0,
    });
  }
  await users.noteLogin(services.db, site.id, user.id, Date.now());
  const claims: SessionClaims = {
    siteId: site.id,
    userId: user.id,
    sessionId,
    epoch: user.sessionEpoch,
    expiresAt,
  };
  return { userId: user.id, token: await signSession(services.keys.session, claims) };
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
  userId: string,
  change: { current: string; next: string },
): Promise<SignedIn> {
  const user = await users.findById(services.db, site.id, userId);
  if (!user?.passwordHash || !(await verifyPassword(change.current, user.passwordHash))) {
    refuse("invalid_value", "The current password is wrong.", { param: "current" });
  }
  await users.setPassword(services.db, site.id, userId, await hashPassword(change.next));
  await sessions.revokeAllSessions(services.db, site.id, userId);
  await deliverProfiles(services, site.id);
  const renewed = await users.findById(services.db, site.id, userId);
  return await startSession(services, site, renewed ?? user);
}

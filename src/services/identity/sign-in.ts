/**
 * The one way in. Whoever has been recognised, by a password, a code, a provider, an invitation or
 * an operator, gets his session here and nowhere else.
 *
 * 1. A disabled user gets no session, whatever he has proven.
 * 2. Every session has a new id: one that was known before log-in is worth nothing after it.
 * 3. Who has a second factor gets a ticket in place of a session, and a session for the ticket
 *    and the factor. The ticket dies after minutes, and with a new password.
 * 4. Every sign-in is in the audit before its token leaves.
 */
import { SECOND_FACTOR_WAYS, type SecondFactorWay } from "../../contract/auth.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { shortAgent } from "../../core/user-agent.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import { newId } from "../../store/ids.ts";
import { confirmedFactors, type SecondFactorRow } from "../../store/second-factors.ts";
import { createSession } from "../../store/sessions.ts";
import * as users from "../../store/users.ts";
import { recordAudit } from "../audit.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { IMPERSONATION_TTL_MS, SESSION_TTL_MS, signSession } from "./sessions.ts";

/** Who comes in, and from where. */
export interface Arrival {
  /** `password`, `code`, `passkey`, `invitation`, `registration`, a provider's slug … */
  method: string;
  address: string | null;
  /** The `user-agent` header as it came. */
  agent: string | null | undefined;
  requestId?: string | null;
  /** The operator who acts as this user: he has shown his own factor. */
  impersonatedBy?: string;
}

export interface SignedIn {
  kind: "signed_in";
  userId: string;
  /** The cookie's value. */
  token: string;
}

/** Half way in: the ticket is for `POST /api/auth/second-factor`. */
export interface SecondFactorAsked {
  kind: "second_factor";
  ticket: string;
  ways: SecondFactorWay[];
}
export type SignInOutcome = SignedIn | SecondFactorAsked;

const TICKET_TTL_MS = 10 * 60_000;
const TICKET_PURPOSE = "second-factor-ticket";

/** What the ticket says: who has shown what, until when. */
export interface Ticket {
  userId: string;
  epoch: number;
  method: string;
  expiresAt: number;
}

/** Lets a recognised user in, or asks for his second factor. Refuses who is disabled. */
export async function signIn(
  services: Services,
  site: SiteSnapshot,
  user: users.UserRow,
  arrival: Arrival,
): Promise<SignInOutcome> {
  if (!user.enabled) refuse("user_disabled", "This account is disabled.");
  if (arrival.method === "passkey" || arrival.impersonatedBy !== undefined) {
    return await startSession(services, site, user, arrival, { secondFactor: true });
  }
  const ways = waysOf(await confirmedFactors(services.db, site.id, user.id));
  if (ways.length === 0) {
    return await startSession(services, site, user, arrival, { secondFactor: false });
  }
  const ticket: Ticket = {
    userId: user.id,
    epoch: user.sessionEpoch,
    method: arrival.method,
    expiresAt: Date.now() + TICKET_TTL_MS,
  };
  const sealed = await services.vault.sealFor(site.id, TICKET_PURPOSE, JSON.stringify(ticket));
  return { kind: "second_factor", ticket: sealed, ways };
}

/** Recovery codes alone ask for nothing: they stand in for a factor that is lost. */
export function waysOf(factors: readonly Pick<SecondFactorRow, "kind">[]): SecondFactorWay[] {
  const kinds = new Set(factors.map((factor) => factor.kind));
  if (!kinds.has("totp") && !kinds.has("passkey")) return [];
  return SECOND_FACTOR_WAYS.filter((way) => kinds.has(way));
}

/** The user of a ticket; refuses one that is forged, of another site, too old or overtaken. */
export async function userOfTicket(
  services: Services,
  site: SiteSnapshot,
  sealed: string,
): Promise<{ user: users.UserRow; method: string }> {
  const text = await services.vault.openFor(site.id, TICKET_PURPOSE, sealed);
  const ticket = text === null ? null : (JSON.parse(text) as Ticket);
  const user =
    ticket && ticket.expiresAt > Date.now()
      ? await users.findById(services.db, site.id, ticket.userId)
      : null;
  if (!ticket || !user?.enabled || user.sessionEpoch !== ticket.epoch) {
    return refuse("expired_session", "This took too long; please log in again.");
  }
  return { user, method: ticket.method };
}

/** The session itself, for whoever has shown all that is asked of him. */
export async function startSession(
  services: Services,
  site: SiteSnapshot,
  user: users.UserRow,
  arrival: Arrival,
  { secondFactor }: { secondFactor: boolean },
): Promise<SignedIn> {
  const { method, address, agent, impersonatedBy } = arrival;
  const sessionId = newId("session");
  const lasts = impersonatedBy === undefined ? SESSION_TTL_MS : IMPERSONATION_TTL_MS;
  const expiresAt = Date.now() + lasts;
  await createSession(services.db, site.id, {
    id: sessionId,
    userId: user.id,
    expiresAt,
    method,
    address: address ?? "",
    agent: shortAgent(agent),
    impersonatedBy: impersonatedBy ?? null,
  });
  await auditSignIn(services, site, user, arrival);
  if (impersonatedBy === undefined) await welcome(services, site, user);
  const token = await signSession(services.keys.session, {
    siteId: site.id,
    userId: user.id,
    sessionId,
    epoch: user.sessionEpoch,
    expiresAt,
    secondFactor,
    ...(impersonatedBy === undefined ? {} : { impersonatedBy }),
  });
  return { kind: "signed_in", userId: user.id, token };
}

async function auditSignIn(
  services: Services,
  site: SiteSnapshot,
  user: users.UserRow,
  { method, address, agent, requestId, impersonatedBy }: Arrival,
): Promise<void> {
  await recordAudit(services, site.id, {
    action: "sign_in",
    actor:
      impersonatedBy === undefined
        ? { kind: "user", id: user.id, name: user.email }
        : { kind: "operator", id: impersonatedBy, name: "" },
    target: { kind: "users", id: user.id, name: user.email },
    asked: { method },
    address,
    agent,
    requestId: requestId ?? null,
  });
}

/** The credits of the first log-in; given once, however many begin at the same time. */
async function welcome(services: Services, site: SiteSnapshot, user: users.UserRow): Promise<void> {
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
}

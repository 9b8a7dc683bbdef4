/**
 * From the platform's host to a site's: cookies do not cross hosts, a ticket does.
 *
 * 1. A ticket is sealed for one site: no other can open it. It says which user of the site comes.
 * 2. It works once, within a minute, however many try at the same time: a counter of its own says
 *    who was first. It dies with every other session of the user.
 * 3. Who comes by it is signed in as by any other way: a disabled user is not, one who has a second
 *    factor is asked for it. An operator who acts as an owner is neither asked nor welcomed, and his
 *    session ends after half an hour.
 */

import { refuse } from "../core/failure.ts";
import { makeId } from "../core/ids.ts";
import type { SiteSnapshot } from "../core/site.ts";
import { throttleOf } from "../durable/throttle/client.ts";
import { findById, type UserRow } from "../store/users.ts";
import { type Arrival, type SignInOutcome, signIn } from "./identity/sign-in.ts";
import type { Services } from "./services.ts";

const TTL_MS = 60_000;
const PURPOSE = "entry-ticket";

interface Ticket {
  id: string;
  userId: string;
  epoch: number;
  expiresAt: number;
  impersonatedBy?: string;
}

/** `impersonatedBy`: the operator who is to act as this user. */
export async function issueTicket(
  services: Services,
  user: UserRow,
  impersonatedBy?: string,
): Promise<string> {
  const ticket: Ticket = {
    id: makeId("session", crypto.getRandomValues(new Uint8Array(10))),
    userId: user.id,
    epoch: user.sessionEpoch,
    expiresAt: Date.now() + TTL_MS,
    ...(impersonatedBy === undefined ? {} : { impersonatedBy }),
  };
  return await services.vault.sealFor(user.siteId, PURPOSE, JSON.stringify(ticket));
}

export async function redeemTicket(
  services: Services,
  site: SiteSnapshot,
  sealed: string,
  origin: Omit<Arrival, "method" | "impersonatedBy">,
): Promise<SignInOutcome> {
  const gone = () => refuse("expired_session", "This link has been used or is too old.");
  const text = await services.vault.openFor(site.id, PURPOSE, sealed);
  const ticket = text === null ? null : (JSON.parse(text) as Ticket);
  if (!ticket || ticket.expiresAt <= Date.now()) return gone();
  const uses = throttleOf(services.env, `entry:${ticket.id}`);
  const { retryAfterMs } = await uses.attempt({ max: 1, windowMs: 2 * TTL_MS });
  const user = retryAfterMs > 0 ? null : await findById(services.db, site.id, ticket.userId);
  if (!user || user.sessionEpoch !== ticket.epoch) return gone();
  const { impersonatedBy } = ticket;
  const how = impersonatedBy === undefined ? {} : { impersonatedBy };
  const method = impersonatedBy === undefined ? "platform" : "impersonation";
  return await signIn(services, site, user, { ...origin, ...how, method });
}

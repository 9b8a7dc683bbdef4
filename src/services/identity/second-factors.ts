/**
 * A second proof beside the password: for whoever wants it, and for whoever opens the console
 * where the site demands it.
 *
 * 1. Who has a factor changes his factors only in a session that has shown one.
 * 2. Guesses are counted for each user, whatever the ticket.
 * 3. The first factor comes with recovery codes; with the last one they go.
 */
import type { SecondFactors } from "../../contract/account.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import * as factors from "../../store/second-factors.ts";
import type { Services } from "../services.ts";
import type { Origin } from "./accounts.ts";
import { type Place, userOfPasskey } from "./passkeys.ts";
import { makeRecoveryCodes, recoveryCodesLeft, useRecoveryCode } from "./recovery-codes.ts";
import { type SessionClaims, signSession } from "./sessions.ts";
import { type SignedIn, startSession, userOfTicket, waysOf } from "./sign-in.ts";
import { useTotp } from "./totp.ts";

const GUESSES = { max: 10, windowMs: 15 * 60_000 };

export type Shown =
  | { code: string }
  | { recoveryCode: string }
  | { passkey: { ticket: string; response: unknown } };

/** The second half of a log-in. */
export async function showSecondFactor(
  services: Services,
  site: SiteSnapshot,
  { ticket, shown, place }: { ticket: string; shown: Shown; place: Place },
  origin: Origin,
): Promise<SignedIn> {
  const { user, method } = await userOfTicket(services, site, ticket);
  const guesses = throttleOf(services.env, `second-factor:${site.id}:${user.id}`);
  const { retryAfterMs } = await guesses.attempt(GUESSES);
  if (retryAfterMs > 0)
    refuse("rate_limit_login", "Too many attempts; please wait.", { retryAfterMs });
  const way = await accepted(services, { siteId: site.id, userId: user.id }, shown, place);
  if (way === null) refuse("invalid_login", "This was not accepted.");
  await guesses.clear();
  const arrival = { ...origin, method: `${method}+${way}` };
  return await startSession(services, site, user, arrival, { secondFactor: true });
}

interface Person {
  siteId: string;
  userId: string;
}

/** By what it was accepted; null: it was not. */
async function accepted(
  services: Services,
  person: Person,
  shown: Shown,
  place: Place,
): Promise<string | null> {
  if ("passkey" in shown) {
    const userId = await userOfPasskey(services, place, shown.passkey);
    return userId === person.userId ? "passkey" : null;
  }
  if ("recoveryCode" in shown) {
    return (await useRecoveryCode(services, person, shown.recoveryCode)) ? "recovery" : null;
  }
  const all = await factors.confirmedFactors(services.db, person.siteId, person.userId);
  for (const factor of all) {
    if (factor.kind === "totp" && (await useTotp(services, factor, shown.code))) return "totp";
  }
  return null;
}

export async function listFactors(services: Services, person: Person): Promise<SecondFactors> {
  const rows = await factors.confirmedFactors(services.db, person.siteId, person.userId);
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    data: rows.flatMap(({ id, kind, name, createdAt, lastUsedAt }) =>
      kind === "recovery"
        ? []
        : [
            {
              id,
              kind,
              name,
              createdAt: new Date(createdAt).toISOString(),
              lastUsedAt: iso(lastUsedAt),
            },
          ],
    ),
    recoveryCodesLeft: recoveryCodesLeft(rows),
  };
}

/** Refuses a session that was begun before there was a factor, or without it. */
export async function requireFactorShown(
  services: Services,
  session: SessionClaims,
): Promise<factors.SecondFactorRow[]> {
  const rows = await factors.confirmedFactors(services.db, session.siteId, session.userId);
  if (waysOf(rows).length > 0 && !session.secondFactor) {
    refuse("access_denied", "Log in again with your second factor to change it.");
  }
  return rows;
}

/** What follows a factor that was just added: codes for the first one, a session that has shown it. */
export async function afterAdding(
  services: Services,
  session: SessionClaims,
): Promise<{ recoveryCodes: string[] | null; token: string }> {
  const rows = await factors.confirmedFactors(services.db, session.siteId, session.userId);
  const recoveryCodes =
    recoveryCodesLeft(rows) === 0 ? await makeRecoveryCodes(services, session) : null;
  const token = await signSession(services.keys.session, { ...session, secondFactor: true });
  return { recoveryCodes, token };
}

export async function confirmTotp(
  services: Services,
  session: SessionClaims,
  { id, code }: { id: string; code: string },
): Promise<void> {
  const { siteId, userId } = session;
  const { retryAfterMs } = await throttleOf(
    services.env,
    `second-factor:${siteId}:${userId}`,
  ).attempt(GUESSES);
  if (retryAfterMs > 0)
    refuse("rate_limit_login", "Too many attempts; please wait.", { retryAfterMs });
  const factor = await factors.findFactor(services.db, { siteId, userId, id });
  const begun = factor?.kind === "totp" && factor.confirmedAt === null;
  if (!begun || !(await useTotp(services, factor, code))) {
    refuse("invalid_value", "The code is wrong. Check the clock of your phone.", { param: "code" });
  }
}

export async function removeOwnFactor(
  services: Services,
  session: SessionClaims,
  id: string,
): Promise<void> {
  await requireFactorShown(services, session);
  const { siteId, userId } = session;
  const removed = await factors.removeFactors(services.db, siteId, userId, { id });
  if (removed.length === 0) refuse("not_found", "There is no such second factor.");
  const left = await factors.confirmedFactors(services.db, siteId, userId);
  if (waysOf(left).length === 0) {
    await factors.removeFactors(services.db, siteId, userId, { kind: "recovery" });
  }
}

export async function renewRecoveryCodes(
  services: Services,
  session: SessionClaims,
): Promise<string[]> {
  const rows = await requireFactorShown(services, session);
  if (waysOf(rows).length === 0) refuse("conflict", "Set up a second factor first.");
  return await makeRecoveryCodes(services, session);
}

/** For a person who has lost his: he logs in with what is left and sets up another. */
export async function removeFactorsOf(services: Services, person: Person): Promise<void> {
  const removed = await factors.removeFactors(services.db, person.siteId, person.userId);
  if (removed.length === 0) refuse("not_found", "This user has no second factor.");
}

/**
 * Passkeys (WebAuthn), as a second factor and as the only thing that is shown: whoever holds the
 * device and unlocks it has proven both.
 *
 * 1. A challenge is sealed for its site and purpose, lives five minutes and is used once.
 * 2. The origin and the name of the host are checked: a key made at one host answers at no other.
 * 3. An authenticator that counts never goes back: a copy of it is refused.
 */
import { refuse } from "../../core/failure.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import { newId } from "../../store/ids.ts";
import * as factors from "../../store/second-factors.ts";
import type { Services } from "../services.ts";
import * as webauthn from "./webauthn.ts";

/** Where it happens: the site, and the origin that the browser is at. */
export interface Place {
  siteId: string;
  siteName: string;
  origin: string;
}

const CHALLENGE_TTL_MS = 5 * 60_000;
type Purpose = "passkey-made" | "passkey-shown";

const hostOf = (place: Place): string => new URL(place.origin).hostname;

async function seal(services: Services, place: Place, purpose: Purpose, challenge: string) {
  const expiresAt = Date.now() + CHALLENGE_TTL_MS;
  const text = JSON.stringify({ challenge, expiresAt });
  return await services.vault.sealFor(place.siteId, purpose, text);
}

/** The challenge of a ticket, once; refuses one that is forged, old, or was used. */
async function open(
  services: Services,
  place: Place,
  purpose: Purpose,
  ticket: string,
): Promise<string> {
  const text = await services.vault.openFor(place.siteId, purpose, ticket);
  const opened = text ? (JSON.parse(text) as { challenge: string; expiresAt: number }) : null;
  if (opened && opened.expiresAt > Date.now()) {
    const once = { max: 1, windowMs: CHALLENGE_TTL_MS * 2 };
    const used = throttleOf(services.env, `challenge:${place.siteId}:${opened.challenge}`);
    if ((await used.attempt(once)).retryAfterMs === 0) return opened.challenge;
  }
  return refuse("invalid_value", "This took too long; please try again.", { param: "ticket" });
}

const knownIds = (rows: factors.SecondFactorRow[]): string[] =>
  rows.flatMap(({ credentialId }) => (credentialId === null ? [] : [credentialId]));

/** What a browser needs, and the ticket that goes back with its answer. */
export interface PasskeyOffer {
  ticket: string;
  options: object;
}

export async function offerPasskey(
  services: Services,
  place: Place,
  user: { id: string; email: string; name: string },
): Promise<PasskeyOffer> {
  const rows = await factors.confirmedFactors(services.db, place.siteId, user.id);
  const challenge = webauthn.newChallenge();
  const options = webauthn.creationOptions(
    { id: hostOf(place), name: place.siteName },
    { id: user.id, name: user.email, displayName: user.name || user.email },
    { challenge, known: knownIds(rows) },
  );
  return { ticket: await seal(services, place, "passkey-made", challenge), options };
}

export async function addPasskey(
  services: Services,
  place: Place,
  userId: string,
  made: { ticket: string; name: string; response: unknown },
): Promise<void> {
  const expected = await expectedOf(services, place, "passkey-made", made.ticket);
  const credential = webauthn.madeCredential(made.response, expected);
  if (!credential) return refusePasskey();
  if (await factors.findPasskey(services.db, place.siteId, credential.id)) {
    refuse("conflict", "This passkey is known already.", { param: "response" });
  }
  const now = Date.now();
  const { id: credentialId, publicKey, counter } = credential;
  await factors.insertFactor(services.db, {
    siteId: place.siteId,
    id: newId("factor"),
    userId,
    kind: "passkey",
    name: made.name,
    credentialId,
    publicKey,
    counter,
    confirmedAt: now,
    createdAt: now,
  });
}

/** For one user's keys, or where nobody is known yet for whichever the device holds. */
export async function askForPasskey(
  services: Services,
  place: Place,
  userId: string | null,
): Promise<PasskeyOffer> {
  const rows =
    userId === null ? [] : await factors.confirmedFactors(services.db, place.siteId, userId);
  const challenge = webauthn.newChallenge();
  const options = webauthn.requestOptions(hostOf(place), { challenge, known: knownIds(rows) });
  return { ticket: await seal(services, place, "passkey-shown", challenge), options };
}

/** Whose key it is; refuses in one sentence whatever is wrong with it. */
export async function userOfPasskey(
  services: Services,
  place: Place,
  shown: { ticket: string; response: unknown },
): Promise<string> {
  const expected = await expectedOf(services, place, "passkey-shown", shown.ticket);
  const credentialId = webauthn.credentialIdIn(shown.response);
  if (credentialId === null) return refusePasskey();
  const row = await factors.findPasskey(services.db, place.siteId, credentialId);
  if (!row?.publicKey) return refusePasskey();
  const { siteId, id, userId, counter, publicKey } = row;
  const known = { id: credentialId, publicKey };
  const shownNow = webauthn.shownCounter(shown.response, expected, known);
  if (shownNow === null) return refusePasskey();
  // An authenticator that does not count says nought for ever.
  if (shownNow === 0 && counter === 0) await factors.noteUse(services.db, { siteId, id });
  else if (!(await factors.advanceCounter(services.db, { siteId, id }, shownNow))) {
    return refusePasskey();
  }
  return userId;
}

async function expectedOf(
  services: Services,
  place: Place,
  purpose: Purpose,
  ticket: string,
): Promise<webauthn.Expected> {
  const challenge = await open(services, place, purpose, ticket);
  return { challenge, origin: place.origin, rpId: hostOf(place) };
}

function refusePasskey(): never {
  return refuse("invalid_login", "This passkey was not accepted.");
}

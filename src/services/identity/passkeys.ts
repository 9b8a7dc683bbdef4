/**
 * Passkeys (WebAuthn), as a second factor and as the only thing that is shown: whoever holds the
 * device and unlocks it has proven both.
 *
 * 1. A challenge is sealed for its site and purpose, lives five minutes and is used once.
 * 2. The origin and the name of the host are checked: a key made at one host answers at no other.
 * 3. An authenticator that counts never goes back: a copy of it is refused.
 */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { refuse } from "../../core/failure.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import { newId } from "../../store/ids.ts";
import * as factors from "../../store/second-factors.ts";
import type { Services } from "../services.ts";

/** What the browser answers, as it came: verified here and nowhere else. */
export type MadePasskey = RegistrationResponseJSON;
export type ShownPasskey = AuthenticationResponseJSON;

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

export async function offerPasskey(
  services: Services,
  place: Place,
  user: { id: string; email: string; name: string },
): Promise<{ ticket: string; options: PublicKeyCredentialCreationOptionsJSON }> {
  const known = await factors.confirmedFactors(services.db, place.siteId, user.id);
  const options = await generateRegistrationOptions({
    rpName: place.siteName,
    rpID: hostOf(place),
    userName: user.email,
    userDisplayName: user.name || user.email,
    userID: Uint8Array.from(new TextEncoder().encode(user.id)),
    attestationType: "none",
    authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
    excludeCredentials: known.flatMap(({ credentialId }) =>
      credentialId === null ? [] : [{ id: credentialId }],
    ),
  });
  return { ticket: await seal(services, place, "passkey-made", options.challenge), options };
}

export async function addPasskey(
  services: Services,
  place: Place,
  userId: string,
  made: { ticket: string; name: string; response: RegistrationResponseJSON },
): Promise<void> {
  const expectedChallenge = await open(services, place, "passkey-made", made.ticket);
  const verified = await verifyRegistrationResponse({
    response: made.response,
    expectedChallenge,
    expectedOrigin: place.origin,
    expectedRPID: hostOf(place),
    requireUserVerification: true,
  }).catch(() => null);
  if (!verified?.verified) return refusePasskey();
  const { credential } = verified.registrationInfo;
  if (await factors.findPasskey(services.db, place.siteId, credential.id)) {
    refuse("conflict", "This passkey is known already.", { param: "response" });
  }
  const now = Date.now();
  await factors.insertFactor(services.db, {
    siteId: place.siteId,
    id: newId("factor"),
    userId,
    kind: "passkey",
    name: made.name,
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString("base64url"),
    counter: credential.counter,
    confirmedAt: now,
    createdAt: now,
  });
}

/** For one user's keys, or where nobody is known yet for whichever the device holds. */
export async function askForPasskey(
  services: Services,
  place: Place,
  userId: string | null,
): Promise<{ ticket: string; options: PublicKeyCredentialRequestOptionsJSON }> {
  const known =
    userId === null ? [] : await factors.confirmedFactors(services.db, place.siteId, userId);
  const options = await generateAuthenticationOptions({
    rpID: hostOf(place),
    userVerification: "required",
    allowCredentials: known.flatMap(({ credentialId }) =>
      credentialId === null ? [] : [{ id: credentialId }],
    ),
  });
  return { ticket: await seal(services, place, "passkey-shown", options.challenge), options };
}

/** Whose key it is; refuses in one sentence whatever is wrong with it. */
export async function userOfPasskey(
  services: Services,
  place: Place,
  shown: { ticket: string; response: AuthenticationResponseJSON },
): Promise<string> {
  const expectedChallenge = await open(services, place, "passkey-shown", shown.ticket);
  const row = await factors.findPasskey(services.db, place.siteId, shown.response.id);
  if (!row?.publicKey || row.credentialId === null) return refusePasskey();
  const { siteId, id, counter, userId } = row;
  const verified = await verifyAuthenticationResponse({
    response: shown.response,
    expectedChallenge,
    expectedOrigin: place.origin,
    expectedRPID: hostOf(place),
    requireUserVerification: true,
    credential: {
      id: row.credentialId,
      publicKey: Uint8Array.from(Buffer.from(row.publicKey, "base64url")),
      counter,
    },
  }).catch(() => null);
  if (!verified?.verified) return refusePasskey();
  const { newCounter } = verified.authenticationInfo;
  if (newCounter === 0) await factors.noteUse(services.db, { siteId, id });
  else if (!(await factors.advanceCounter(services.db, { siteId, id }, newCounter))) {
    return refusePasskey();
  }
  return userId;
}

function refusePasskey(): never {
  return refuse("invalid_login", "This passkey was not accepted.");
}

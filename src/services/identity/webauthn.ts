/**
 * What of WebAuthn a log-in needs: the options that a browser asks an authenticator with, and the
 * proof that its answer is one to them. No statement is asked for of who made the authenticator
 * (attestation `none`), so of a new key nothing is proven but that its holder was there: the key
 * is taken as the browser gives it (SPKI), and every later answer is verified by it.
 *
 * 1. An answer counts only for its challenge, its origin and its host, and with the person
 *    present and verified.
 * 2. A key is bound to its algorithm: one of three, none of which knows a shared secret.
 * 3. What is not of the expected form is refused, never guessed at.
 */
import { createHash, createPublicKey, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import * as z from "zod";

/** COSE's numbers of Ed25519, ES256 and RS256. */
const ALGORITHMS = [-8, -7, -257] as const;
const TYPE_OF: Record<string, (typeof ALGORITHMS)[number]> = { ed25519: -8, ec: -7, rsa: -257 };
/** What the answer of an authenticator says of itself, in its 33rd byte. */
const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;
const HEAD_BYTES = 37;
const AAGUID_BYTES = 16;

const base64url = z
  .string()
  .regex(/^[\w-]*$/)
  .max(20_000);
const credential = { id: base64url.min(1).max(1_400), type: z.literal("public-key") };

const madeCredentialSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    /** DER of the public key (SPKI). */
    publicKey: base64url,
  }),
});
const shownCredentialSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
  }),
});

/** What an answer must be to. */
export interface Expected {
  challenge: string;
  origin: string;
  /** The host name. */
  rpId: string;
}

export interface PublicKeyCredential {
  id: string;
  /** base64url of SPKI. */
  publicKey: string;
  counter: number;
}

const bytesOf = (text: string): Buffer => Buffer.from(text, "base64url");
const sha256 = (data: Buffer | string): Buffer => createHash("sha256").update(data).digest();

export const newChallenge = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");

const named = (id: string) => ({ type: "public-key", id });

/** For `navigator.credentials.create`, in its JSON form. */
export function creationOptions(
  rp: { id: string; name: string },
  user: { id: string; name: string; displayName: string },
  { challenge, known }: { challenge: string; known: readonly string[] },
) {
  return {
    rp,
    user: { ...user, id: Buffer.from(user.id).toString("base64url") },
    challenge,
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
    timeout: 300_000,
    attestation: "none",
    authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
    excludeCredentials: known.map(named),
  };
}

/** For `navigator.credentials.get`, in its JSON form. */
export function requestOptions(
  rpId: string,
  { challenge, known }: { challenge: string; known: readonly string[] },
) {
  return {
    rpId,
    challenge,
    timeout: 300_000,
    userVerification: "required",
    allowCredentials: known.map(named),
  };
}

/** The key that was made; null where the answer is not one to what was asked. */
export function madeCredential(answer: unknown, expected: Expected): PublicKeyCredential | null {
  const parsed = madeCredentialSchema.safeParse(answer);
  if (!parsed.success) return null;
  const { id, response } = parsed.data;
  const data = bytesOf(response.authenticatorData);
  const counter = counterOf(data, expected.rpId);
  const isAsked = isAnswer(response.clientDataJSON, "webauthn.create", expected);
  if (counter === null || !isAsked || credentialIdOf(data) !== id) return null;
  return publicKeyOf(response.publicKey) && { id, publicKey: response.publicKey, counter };
}

/** Which key an answer says it is of; null where it says nothing. */
export function credentialIdIn(answer: unknown): string | null {
  return shownCredentialSchema.safeParse(answer).data?.id ?? null;
}

/** The authenticator's counter now; null where the answer does not prove the key. */
export function shownCounter(
  answer: unknown,
  expected: Expected,
  { id, publicKey }: Pick<PublicKeyCredential, "id" | "publicKey">,
): number | null {
  const parsed = shownCredentialSchema.safeParse(answer);
  if (!parsed.success || parsed.data.id !== id) return null;
  const { response } = parsed.data;
  const data = bytesOf(response.authenticatorData);
  const counter = counterOf(data, expected.rpId);
  const key = publicKeyOf(publicKey);
  const isAsked = isAnswer(response.clientDataJSON, "webauthn.get", expected);
  if (counter === null || !key || !isAsked) return null;
  const signed = Buffer.concat([data, sha256(bytesOf(response.clientDataJSON))]);
  // Ed25519 hashes by itself.
  const hash = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  return verify(hash, signed, key, bytesOf(response.signature)) ? counter : null;
}

const clientDataSchema = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
});

function isAnswer(clientData: string, type: string, { challenge, origin }: Expected): boolean {
  let said: unknown;
  try {
    said = JSON.parse(bytesOf(clientData).toString("utf8"));
  } catch {
    // Not JSON: not an answer of a browser.
    return false;
  }
  const parsed = clientDataSchema.safeParse(said);
  if (!parsed.success) return false;
  const { data } = parsed;
  const isHere = data.type === type && data.origin === origin && data.crossOrigin !== true;
  return isHere && timingSafeEqual(sha256(data.challenge), sha256(challenge));
}

/** Null where it is of another host, or nobody was there and verified. */
function counterOf(data: Buffer, rpId: string): number | null {
  if (data.length < HEAD_BYTES || !data.subarray(0, 32).equals(sha256(rpId))) return null;
  const flags = data[32] ?? 0;
  return flags & PRESENT && flags & VERIFIED ? data.readUInt32BE(33) : null;
}

/** Of a new key: what the authenticator calls it. */
function credentialIdOf(data: Buffer): string | null {
  const start = HEAD_BYTES + AAGUID_BYTES + 2;
  if (!((data[32] ?? 0) & HAS_CREDENTIAL) || data.length < start) return null;
  const end = start + data.readUInt16BE(start - 2);
  return data.length < end ? null : data.subarray(start, end).toString("base64url");
}

/** Null for what is no key of the three kinds. */
function publicKeyOf(spki: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: bytesOf(spki), format: "der", type: "spki" });
    const type = key.asymmetricKeyType ?? "";
    if (!(type in TYPE_OF)) return null;
    const curve = key.asymmetricKeyDetails?.namedCurve;
    return type === "ec" && curve !== "prime256v1" ? null : key;
  } catch {
    // What cannot be read as a key is none.
    return null;
  }
}

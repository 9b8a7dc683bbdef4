/**
 * Sealed secrets: AES-256-GCM under a key of the site, bound to its connection and secret id, so
 * that a sealed text moved to another row or tenant does not open.
 *
 * Form: `v1.<key id>.<nonce>.<ciphertext>`, base64url. The key id tells which master key is
 * needed without telling anything of it. Opening fails closed.
 */
const VERSION = "v1";
const NONCE_BYTES = 12;
const KEY_ID_BYTES = 6;

export interface SealContext {
  siteId: string;
  connectionId: string;
  secretId: string;
}

interface SiteKey {
  id: string;
  key: CryptoKey;
}

/** By master key, then site: each is derived once an isolate. */
const derived = new WeakMap<Uint8Array, Map<string, Promise<SiteKey>>>();
const MAX_KEYS = 1_000;

async function siteKey(masterKey: Uint8Array, siteId: string): Promise<SiteKey> {
  const known = derived.get(masterKey) ?? new Map<string, Promise<SiteKey>>();
  derived.set(masterKey, known);
  const cached = known.get(siteId);
  if (cached) return await cached;
  if (known.size >= MAX_KEYS) known.clear();
  const made = derive(masterKey, siteId);
  known.set(siteId, made);
  return await made;
}

const purpose = (info: string) => ({
  name: "HKDF",
  hash: "SHA-256",
  salt: new Uint8Array(0),
  info: new TextEncoder().encode(info),
});

async function derive(masterKey: Uint8Array, siteId: string): Promise<SiteKey> {
  const base = await crypto.subtle.importKey("raw", masterKey.slice(), "HKDF", false, [
    "deriveKey",
    "deriveBits",
  ]);
  const id = await crypto.subtle.deriveBits(purpose("portico:seal-key-id"), base, KEY_ID_BYTES * 8);
  const key = await crypto.subtle.deriveKey(
    purpose(`portico:seal:${siteId}`),
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
  return { id: toBase64(new Uint8Array(id)), key };
}

const boundTo = (context: SealContext) =>
  Uint8Array.from(
    new TextEncoder().encode(`${context.siteId}/${context.connectionId}/${context.secretId}`),
  );

export async function seal(
  masterKey: Uint8Array,
  context: SealContext,
  text: string,
): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const { id, key } = await siteKey(masterKey, context.siteId);
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce, additionalData: boundTo(context) },
    key,
    new TextEncoder().encode(text),
  );
  return `${VERSION}.${id}.${toBase64(nonce)}.${toBase64(new Uint8Array(sealed))}`;
}

/** Throws when the text was sealed under another key or for another place, or was tampered with. */
export async function unseal(
  masterKey: Uint8Array,
  context: SealContext,
  sealed: string,
): Promise<string> {
  const [version, keyId, nonce, ciphertext] = sealed.split(".");
  if (version !== VERSION || !nonce || !ciphertext) throw new Error("not a sealed secret");
  const { id, key } = await siteKey(masterKey, context.siteId);
  if (keyId !== id) throw new Error("the secret was sealed under another master key");
  const opened = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: fromBase64(nonce), additionalData: boundTo(context) },
    key,
    fromBase64(ciphertext),
  );
  return new TextDecoder().decode(opened);
}

/** What an admin recognises a secret by: its last four characters, if it is long enough to spare them. */
export function hintOf(values: Record<string, string>): string {
  const [first = ""] = Object.values(values);
  return first.length >= 16 ? `…${first.slice(-4)}` : "…";
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) =>
    char.charCodeAt(0),
  );
}

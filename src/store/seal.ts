/**
 * Sealed secrets: AES-256-GCM under a key of the site, bound to its connection and secret id, so
 * that a sealed text moved to another row or tenant does not open.
 *
 * Form: `v1.<nonce>.<ciphertext>`, base64url. Opening fails closed.
 */
const VERSION = "v1";
const NONCE_BYTES = 12;

export interface SealContext {
  siteId: string;
  connectionId: string;
  secretId: string;
}

const keys = new Map<string, Promise<CryptoKey>>();
const MAX_KEYS = 1_000;

async function siteKey(masterKey: Uint8Array, siteId: string): Promise<CryptoKey> {
  const name = `${siteId}:${toBase64(masterKey)}`;
  const cached = keys.get(name);
  if (cached) return await cached;
  if (keys.size >= MAX_KEYS) keys.clear();
  const made = derive(masterKey, siteId);
  keys.set(name, made);
  return await made;
}

async function derive(masterKey: Uint8Array, siteId: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", masterKey.slice(), "HKDF", false, [
    "deriveKey",
  ]);
  return await crypto.subtle.deriveKey(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: new Uint8Array(0),
      info: new TextEncoder().encode(`portico:seal:${siteId}`),
    },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
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
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce, additionalData: boundTo(context) },
    await siteKey(masterKey, context.siteId),
    new TextEncoder().encode(text),
  );
  return `${VERSION}.${toBase64(nonce)}.${toBase64(new Uint8Array(sealed))}`;
}

/** Throws when the text was sealed under another key or for another place, or was tampered with. */
export async function unseal(
  masterKey: Uint8Array,
  context: SealContext,
  sealed: string,
): Promise<string> {
  const [version, nonce, ciphertext] = sealed.split(".");
  if (version !== VERSION || !nonce || !ciphertext) throw new Error("not a sealed secret");
  const opened = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: fromBase64(nonce), additionalData: boundTo(context) },
    await siteKey(masterKey, context.siteId),
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

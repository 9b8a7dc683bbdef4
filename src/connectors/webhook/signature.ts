/**
 * Signatures after the specification "Standard Webhooks", for which verifiers exist in most
 * languages: HMAC-SHA256 over `<id>.<timestamp>.<body>`.
 */

export interface Moment {
  id: string;
  /** Seconds since 1970: receivers refuse what is older than minutes. */
  at: number;
}

const encoder = new TextEncoder();

export async function signatureHeaders(
  body: string,
  secret: string,
  { id, at }: Moment,
): Promise<Record<string, string>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", keyOf(secret), algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(`${id}.${at}.${body}`));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(at),
    "webhook-signature": `v1,${Buffer.from(mac).toString("base64")}`,
  };
}

/** The specification's own form (`whsec_` and base64), or any other text as it is. */
function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const encoded = /^whsec_([A-Za-z0-9+/]+=*)$/.exec(secret)?.[1];
  return encoded === undefined
    ? new Uint8Array(encoder.encode(secret))
    : Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
}

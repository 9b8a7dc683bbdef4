/**
 * Access tokens: 66 bytes as url-safe base64 after `pt-`.
 *
 *   version 1 | site 10 | user 10 | grant 8 | app 10 | scopes 1 | ends 4 | random 6 | tag 16
 *
 * The tag is an HMAC under a key of its own, so a token is checked at the edge without asking
 * anybody, and there is no algorithm in it that a forger could choose. What it names still has to
 * stand: the grant is a key in its user's profile, and the wallet has the last word.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { KEY_SCOPES } from "../../contract/config.ts";
import { decodeBase32, encodeBase32, ID_PREFIXES } from "../../core/ids.ts";

export const ACCESS_TOKEN_TTL_MS = 3_600_000;

const VERSION = 1;
const BODY_BYTES = 50;
const TAG_BYTES = 16;
const PREFIX = "pt-";
const TEXT_LENGTH = PREFIX.length + ((BODY_BYTES + TAG_BYTES) * 4) / 3;

export interface AccessToken {
  siteId: string;
  userId: string;
  grantId: string;
  clientId: string;
  /** `gateway`, `wallet`: the models that it is for are the grant's. */
  scopes: string[];
  /** Milliseconds since 1970, whole seconds. */
  expiresAt: number;
}

/** In the place of a key's hash: no text of a key hashes to it, so nothing but a token names it. */
export const grantMark = (grantId: string): string => `app:${grantId}`;

function bytesOf(id: string): Uint8Array {
  const bytes = decodeBase32(id.slice(id.indexOf("_") + 1));
  if (!bytes) throw new Error(`not an id: ${id}`);
  return bytes;
}

const tagOf = (key: Uint8Array, body: Uint8Array): Buffer =>
  createHmac("sha256", key).update(body).digest().subarray(0, TAG_BYTES);

export function mintAccessToken(key: Uint8Array, token: AccessToken): string {
  const body = Buffer.alloc(BODY_BYTES);
  body[0] = VERSION;
  body.set(bytesOf(token.siteId), 1);
  body.set(bytesOf(token.userId), 11);
  body.set(bytesOf(token.grantId), 21);
  body.set(bytesOf(token.clientId), 29);
  body[39] = KEY_SCOPES.reduce(
    (bits, scope, at) => bits | (token.scopes.includes(scope) ? 1 << at : 0),
    0,
  );
  body.writeUInt32BE(Math.floor(token.expiresAt / 1000), 40);
  body.set(crypto.getRandomValues(new Uint8Array(6)), 44);
  return `${PREFIX}${Buffer.concat([body, tagOf(key, body)]).toString("base64url")}`;
}

/** Whether the text is of this form at all; it may still be forged or over. */
export const looksLikeAccessToken = (text: string): boolean =>
  text.length === TEXT_LENGTH && text.startsWith(PREFIX);

/** Null: not made by this deployment. Whether it is over is for the caller to look at. */
export function parseAccessToken(key: Uint8Array, text: string): AccessToken | null {
  if (!looksLikeAccessToken(text)) return null;
  const bytes = Buffer.from(text.slice(PREFIX.length), "base64url");
  if (bytes.length !== BODY_BYTES + TAG_BYTES || bytes[0] !== VERSION) return null;
  const body = bytes.subarray(0, BODY_BYTES);
  if (!timingSafeEqual(tagOf(key, body), bytes.subarray(BODY_BYTES))) return null;
  const id = (kind: keyof typeof ID_PREFIXES, from: number, to: number) =>
    `${ID_PREFIXES[kind]}_${encodeBase32(body.subarray(from, to))}`;
  const bits = body[39] ?? 0;
  return {
    siteId: id("site", 1, 11),
    userId: id("user", 11, 21),
    grantId: id("key", 21, 29),
    clientId: id("app", 29, 39),
    scopes: KEY_SCOPES.filter((_, at) => (bits & (1 << at)) !== 0),
    expiresAt: body.readUInt32BE(40) * 1000,
  };
}

/**
 * API keys in the `pk-` form. 56 bytes as url-safe base64:
 *
 *   version 1 | site 10 | user 10 | key 8 | secret 15 | tag 12
 *
 * The site, user and key say which wallet to ask; the tag is an HMAC that only this deployment
 * can make, so a forged key is refused without asking anybody. The wallet holds the SHA-256 of
 * the whole text and has the last word.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { decodeBase32, encodeBase32, ID_PREFIXES } from "../../core/ids.ts";

const VERSION = 1;
const BODY_BYTES = 44;
const TAG_BYTES = 12;
const TEXT_LENGTH = 3 + Math.ceil(((BODY_BYTES + TAG_BYTES) * 4) / 3);
const KEY_ID_BYTES = 8;

export interface KeyAddress {
  siteId: string;
  userId: string;
  keyId: string;
}

/** SHA-256 of the whole text, hex: how keys are stored everywhere. */
export function hashKey(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function idBytes(id: string, length: number): Uint8Array {
  const bytes = decodeBase32(id.slice(id.indexOf("_") + 1));
  if (bytes?.length !== length) throw new Error(`not an id: ${id}`);
  return bytes;
}

function tagOf(tagKey: Uint8Array, body: Uint8Array): Buffer {
  return createHmac("sha256", tagKey).update(body).digest().subarray(0, TAG_BYTES);
}

/** Makes a key of a user; its id is part of the text. */
export function mintKey(
  tagKey: Uint8Array,
  owner: { siteId: string; userId: string },
): { text: string; keyId: string; hash: string; prefix: string } {
  const keyBytes = crypto.getRandomValues(new Uint8Array(KEY_ID_BYTES));
  const body = Buffer.concat([
    Uint8Array.of(VERSION),
    idBytes(owner.siteId, 10),
    idBytes(owner.userId, 10),
    keyBytes,
    crypto.getRandomValues(new Uint8Array(15)),
  ]);
  const text = `pk-${Buffer.concat([body, tagOf(tagKey, body)]).toString("base64url")}`;
  return {
    text,
    keyId: `${ID_PREFIXES.key}_${encodeBase32(keyBytes)}`,
    hash: hashKey(text),
    prefix: `pk-…${text.slice(-6)}`,
  };
}

/** A key that says nothing of itself, in the form of AIGNE's: without dots. Found by its hash. */
export function mintBlockletKey(): ReturnType<typeof mintKey> {
  const keyBytes = crypto.getRandomValues(new Uint8Array(KEY_ID_BYTES));
  const random = crypto.getRandomValues(new Uint8Array(32));
  const text = `blocklet-${Buffer.from(random).toString("base64url")}`;
  return {
    text,
    keyId: `${ID_PREFIXES.key}_${encodeBase32(keyBytes)}`,
    hash: hashKey(text),
    prefix: `blocklet-…${text.slice(-6)}`,
  };
}

/**
 * `foreign`: not of our form, so perhaps brought along from elsewhere. `forged`: of our form, but
 * not made by this deployment.
 */
export type ParsedKey =
  | { kind: "ours"; address: KeyAddress }
  | { kind: "forged" }
  | { kind: "foreign" };

export function parseKey(tagKey: Uint8Array, text: string): ParsedKey {
  if (text.length !== TEXT_LENGTH || !text.startsWith("pk-")) return { kind: "foreign" };
  const bytes = Buffer.from(text.slice(3), "base64url");
  if (bytes.length !== BODY_BYTES + TAG_BYTES || bytes[0] !== VERSION) return { kind: "foreign" };
  const body = bytes.subarray(0, BODY_BYTES);
  if (!timingSafeEqual(tagOf(tagKey, body), bytes.subarray(BODY_BYTES))) return { kind: "forged" };
  return {
    kind: "ours",
    address: {
      siteId: `${ID_PREFIXES.site}_${encodeBase32(body.subarray(1, 11))}`,
      userId: `${ID_PREFIXES.user}_${encodeBase32(body.subarray(11, 21))}`,
      keyId: `${ID_PREFIXES.key}_${encodeBase32(body.subarray(21, 29))}`,
    },
  };
}

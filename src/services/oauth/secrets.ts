/** Random texts that are shown once and kept as their SHA-256: codes, tokens, client secrets. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** 256 random bits; the prefix says what it is for, to people and to secret scanners. */
export function newSecret(prefix: string): string {
  const random = crypto.getRandomValues(new Uint8Array(32));
  return `${prefix}${Buffer.from(random).toString("base64url")}`;
}

export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The S256 challenge of a PKCE verifier. */
export const challengeOf = (verifier: string): string =>
  createHash("sha256").update(verifier).digest("base64url");

/**
 * The refresh token that follows one: always the same, so that an answer that got lost, or a race,
 * leads to one successor and not to a second line of tokens.
 */
export const successorOf = (key: Uint8Array, token: string): string =>
  `pr-${createHmac("sha256", key).update(token).digest("base64url")}`;

/** In time that depends on the lengths only. */
export function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

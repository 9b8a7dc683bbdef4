/**
 * Session tokens: a signed JWT in an HttpOnly cookie. The signature is checked at the edge; that
 * the session was not ended and the user not disabled is the wallet's word.
 */
import { jwtVerify, SignJWT } from "jose";

export const SESSION_TTL_MS = 30 * 24 * 3600 * 1000;
/** Of an operator who acts as somebody. */
export const IMPERSONATION_TTL_MS = 30 * 60_000;

export interface SessionClaims {
  siteId: string;
  userId: string;
  sessionId: string;
  epoch: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** Whether a second factor was shown; absent: none was. */
  secondFactor?: boolean;
  /** The operator who acts as this user; absent: the user himself. */
  impersonatedBy?: string;
}

export async function signSession(key: Uint8Array, claims: SessionClaims): Promise<string> {
  return new SignJWT({
    sid: claims.sessionId,
    ep: claims.epoch,
    ...(claims.secondFactor ? { sf: true } : {}),
    ...(claims.impersonatedBy === undefined ? {} : { imp: claims.impersonatedBy }),
  })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(claims.userId)
    .setAudience(claims.siteId)
    .setExpirationTime(Math.floor(claims.expiresAt / 1000))
    .sign(key);
}

/** Null when the token is not a live one of this site. The site is part of what is verified. */
export async function verifySession(
  key: Uint8Array,
  siteId: string,
  token: string,
): Promise<SessionClaims | null> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], audience: siteId });
    if (
      typeof payload.sub !== "string" ||
      typeof payload.sid !== "string" ||
      typeof payload.ep !== "number" ||
      payload.exp === undefined
    ) {
      return null;
    }
    return {
      siteId,
      userId: payload.sub,
      sessionId: payload.sid,
      epoch: payload.ep,
      expiresAt: payload.exp * 1000,
      ...(payload.sf === true ? { secondFactor: true } : {}),
      ...(typeof payload.imp === "string" ? { impersonatedBy: payload.imp } : {}),
    };
  } catch {
    // jose throws for every way in which a token can be wrong; to the caller they are one.
    return null;
  }
}

/** On https the `__Host-` prefix pins the cookie to this very host; plain http is localhost only. */
export function sessionCookieName(secure: boolean): string {
  return secure ? "__Host-portico" : "portico";
}

export function sessionCookie(secure: boolean, token: string, maxAgeMs: number): string {
  const attributes = [
    `${sessionCookieName(secure)}=${token}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Lax",
    `Max-Age=${Math.floor(maxAgeMs / 1000)}`,
  ];
  if (secure) attributes.push("Secure");
  return attributes.join("; ");
}

export function readCookie(header: string | null | undefined, name: string): string | null {
  for (const part of (header ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals >= 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return null;
}

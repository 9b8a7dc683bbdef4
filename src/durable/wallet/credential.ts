/** Whether a credential still stands. Pure. */
import { timingSafeEqual } from "node:crypto";
import { mayComeFrom } from "../../core/key-scope.ts";
import type { ProfileKey, UserProfile } from "../../core/site.ts";
import type { AdmitRefusal, Credential } from "./protocol.ts";

/** What the answer depends on besides the credential. */
export interface Standing {
  profile: UserProfile | null;
  /** Whether the caller has just read the profile from the store: then it is not asked again. */
  fresh: boolean;
  isRevoked(sessionId: string): boolean;
  now: number;
}

export type CredentialCheck =
  | { ok: true; profile: UserProfile; key: ProfileKey | null }
  | { ok: false; reason: AdmitRefusal };

/**
 * A key or session epoch that the wallet has never heard of may be newer than its profile, so the
 * caller is asked for the profile once; what is known to be void is refused at once.
 */
export function checkCredential(
  credential: Credential,
  scope: "gateway" | "wallet",
  standing: Standing,
): CredentialCheck {
  const { profile, now } = standing;
  if (!profile) return refuse("profile_needed");
  if (credential.kind === "session") {
    if (credential.epoch > profile.sessionEpoch && !standing.fresh) return refuse("profile_needed");
    const stands =
      credential.epoch === profile.sessionEpoch && !standing.isRevoked(credential.sessionId);
    if (!stands) return refuse("session_expired");
    return profile.enabled ? { ok: true, profile, key: null } : refuse("user_disabled");
  }
  const key = profile.keys.find((one) => one.id === credential.keyId);
  if (!key) return refuse(standing.fresh ? "unknown_key" : "profile_needed");
  if (!sameText(key.hash, credential.keyHash) || key.revoked) return refuse("unknown_key");
  if (key.expiresAt !== null && key.expiresAt <= now) return refuse("key_expired");
  if (!profile.enabled) return refuse("user_disabled");
  if (!reaches(key, credential.scopes, scope)) return refuse("scope_missing");
  if (!mayComeFrom(key, credential.address ?? null)) return refuse("ip_not_allowed");
  return { ok: true, profile, key };
}

/** An app reads a wallet only where it was allowed to; a key that pays may see what is there. */
function reaches(
  key: ProfileKey,
  ofToken: string[] | undefined,
  scope: "gateway" | "wallet",
): boolean {
  if (ofToken) return ofToken.includes(scope) && key.scopes.includes(scope);
  return key.scopes.includes(scope) || (scope === "wallet" && key.scopes.includes("gateway"));
}

function refuse(reason: AdmitRefusal): { ok: false; reason: AdmitRefusal } {
  return { ok: false, reason };
}

/** In time that depends on the length only. */
function sameText(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

/** What a wallet knows of its user and site, and whether a credential stands by it. */
import { allows, isGuest } from "../../core/access.ts";
import { mayUse } from "../../core/key-scope.ts";
import type { ProfileKey, UserProfile } from "../../core/site.ts";
import { type CredentialCheck, checkCredential } from "./credential.ts";
import { levelOf, type Memory } from "./memory.ts";
import type { WalletNotes } from "./notes.ts";
import type { AdmitRequest, Credential, LimitPolicy } from "./protocol.ts";

/** `brought`: the profile that came with this very call, if any. */
export function stands(
  memory: Memory,
  credential: Credential,
  scope: "gateway" | "wallet",
  brought: UserProfile | undefined,
  now: number,
): CredentialCheck {
  return checkCredential(credential, scope, {
    profile: memory.profile,
    fresh: brought !== undefined,
    isRevoked: (sessionId) => memory.revoked.has(sessionId),
    now,
  });
}

/** Whether the target is for this user as he is now, and the key for this target. */
export function mayCall(
  memory: Memory,
  { profile, key }: { profile: UserProfile; key: ProfileKey | null },
  { access, model }: Pick<AdmitRequest, "access" | "model">,
  now: number,
): boolean {
  const levelId = levelOf({ profile, policy: memory.policy }, now);
  return mayUse(key, model) && allows(access, { ...profile, levelId, guest: isGuest(profile) });
}

/** Keeps it unless a newer one is known. */
export function takeProfile(memory: Memory, notes: WalletNotes, profile: UserProfile): void {
  const known = memory.profile;
  if (known && (known.siteId !== profile.siteId || known.userId !== profile.userId)) {
    throw new Error("the profile of another user was brought to this wallet");
  }
  if (known && known.version >= profile.version) return;
  notes.putFact("profile", profile);
  memory.profile = profile;
}

/** False when the caller knows newer terms than this wallet and has not brought them. */
export function takePolicy(
  memory: Memory,
  notes: WalletNotes,
  brought: LimitPolicy | undefined,
  version: number,
  now: number,
): boolean {
  const { policy: known, profile } = memory;
  if (brought && (!known || brought.version > known.version)) {
    notes.putFact("policy", brought);
    memory.policy = brought;
  }
  if (brought) return true;
  if (!known || known.version < version) return false;
  if (profile?.levelExpiresAt && known.defaultLevelId === undefined) return false;
  // A level that the terms do not know: the profile is ahead of them.
  const levelId = levelOf({ profile, policy: known }, now);
  return levelId === null || Object.hasOwn(known.levels, levelId);
}

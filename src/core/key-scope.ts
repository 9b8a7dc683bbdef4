/** What an API key may be used for, and from where. The wallet enforces it; lists follow it. */
import { admits } from "../contract/ip.ts";
import type { ProfileKey, UserProfile } from "./site.ts";

/** Whether the key's own list has the agent or model. Null: no key, and so no list. */
export function mayUse(key: Pick<ProfileKey, "models"> | null, name: string): boolean {
  const { models = [] } = key ?? {};
  return models.length === 0 || models.some((pattern) => fits(pattern, name));
}

function fits(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** `address`: of whoever uses the key; null where it is not known. */
export function mayComeFrom(key: Pick<ProfileKey, "addresses">, address: string | null): boolean {
  return key.addresses === undefined || admits(key.addresses, address);
}

/** The key of a profile that a credential names; null for a session. */
export function keyOf(
  profile: UserProfile,
  credential: { kind: "key"; keyId: string } | { kind: "session" },
): ProfileKey | null {
  if (credential.kind === "session") return null;
  return profile.keys.find(({ id }) => id === credential.keyId) ?? null;
}

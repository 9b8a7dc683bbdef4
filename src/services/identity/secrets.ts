/** Keys derived from the master key, one for each purpose, so that none can stand in for another. */
import { hkdfSync } from "node:crypto";

export interface DerivedKeys {
  /** Signs session tokens. */
  session: Uint8Array;
  /** Signs guests' cookies. */
  guest: Uint8Array;
  /** Tags API keys. */
  keyTag: Uint8Array;
  /** Tags access tokens of apps. */
  accessToken: Uint8Array;
  /** Makes of a refresh token the one that comes after it. */
  refreshToken: Uint8Array;
  /** Makes the challenges of AIGNE's connect. */
  connectChallenge: Uint8Array;
  /** Hashes the codes that are mailed, and recovery codes. */
  oneTimeCode: Uint8Array;
}

const derived = new WeakMap<Uint8Array, DerivedKeys>();

export function deriveKeys(masterKey: Uint8Array): DerivedKeys {
  const cached = derived.get(masterKey);
  if (cached) return cached;
  const derive = (purpose: string) =>
    new Uint8Array(hkdfSync("sha256", masterKey, new Uint8Array(0), `portico:${purpose}`, 32));
  const keys = {
    session: derive("session"),
    guest: derive("guest"),
    keyTag: derive("api-key-tag"),
    accessToken: derive("oauth-access-token"),
    refreshToken: derive("oauth-refresh-token"),
    connectChallenge: derive("aigne-connect"),
    oneTimeCode: derive("one-time-code"),
  };
  derived.set(masterKey, keys);
  return keys;
}

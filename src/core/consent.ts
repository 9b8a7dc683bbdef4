/**
 * Consent: what the owner of an account has granted an app at its platform. It is sealed together
 * with the app's own credentials, in one secret of the connection, so that neither can be changed
 * without the other. A secret's *given* values are those that an admin has written.
 */

export interface Consent {
  accessToken: string;
  /** Dead after its first use: the platform gives another with each access token. */
  refreshToken: string;
  /** Milliseconds since 1970; from `refreshAt` on another access token is fetched. */
  expiresAt: number;
  refreshAt: number;
  /** Somebody is refreshing, and nobody else may, until then. */
  claimedUntil?: number;
  /** The last refresh, where it failed and may be repeated. */
  failed?: { at: number; detail: string };
  /** What the platform said when it would not refresh any more: the owner must consent again. */
  ended?: string;
}

const FIELD = "consent";
const REFRESH_EARLY_MS = 300_000;
/** Whatever a platform says: a token that is always too old would be refreshed without end. */
const LIFETIME_MIN_MS = 10_000;

export interface SecretValues {
  given: Record<string, string>;
  /** Null: of no app, or of one that was never authorised. */
  consent: Consent | null;
}

export function splitSecret({ [FIELD]: sealed, ...given }: Record<string, string>): SecretValues {
  return { given, consent: sealed === undefined ? null : (JSON.parse(sealed) as Consent) };
}

export function joinSecret({ given, consent }: SecretValues): Record<string, string> {
  return consent ? { ...given, [FIELD]: JSON.stringify(consent) } : given;
}

interface Granted {
  accessToken: string;
  refreshToken: string | null;
  expires: { atMs: number } | { inMs: number };
}

/** `earlier`: the refresh token that was used, which some platforms let stand. */
export function newConsent(
  { accessToken, refreshToken, expires }: Granted,
  now: number,
  earlier = "",
): Consent {
  const told = "atMs" in expires ? expires.atMs - now : expires.inMs;
  const lifetimeMs = Math.max(told, LIFETIME_MIN_MS);
  return {
    accessToken,
    refreshToken: refreshToken ?? earlier,
    expiresAt: now + lifetimeMs,
    refreshAt: now + lifetimeMs - Math.min(REFRESH_EARLY_MS, lifetimeMs / 3),
  };
}

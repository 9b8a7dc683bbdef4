/** From a credential to the person behind it. The wallet of that person has the last word. */
import type { Failure } from "../../core/failure.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { SiteSnapshot, UserProfile } from "../../core/site.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import type { Credential } from "../../durable/wallet/protocol.ts";
import { loadProfile } from "../../store/users.ts";
import { askWallet, profileAt } from "../chat/admission.ts";
import { grantMark, looksLikeAccessToken, parseAccessToken } from "../oauth/access-tokens.ts";
import type { Services } from "../services.ts";
import { hashKey, parseKey } from "./keys.ts";
import type { SessionClaims } from "./sessions.ts";

/** Who asks for something that is paid for. */
export interface Caller {
  siteId: string;
  userId: string;
  credential: Credential;
}

/** The profile of a live session; null when it has ended, or the user is disabled or gone. */
export async function authoriseSession(
  services: Services,
  site: SiteSnapshot,
  session: SessionClaims,
): Promise<UserProfile | null> {
  const wallet = walletOf(services.env, site.id, session.userId);
  const credential = {
    kind: "session",
    sessionId: session.sessionId,
    epoch: session.epoch,
  } as const;
  const answer = await askWallet(
    ({ profile }) => wallet.authorise(credential, "gateway", profile),
    site,
    () => loadProfile(services.db, site.id, session.userId),
  );
  return answer.ok ? profileAt(site, answer.profile, Date.now()) : null;
}

const FORGED: Failure = { code: "invalid_api_key", message: "This API key is not valid." };
const OVER: Failure = { code: "invalid_api_key", message: "This access token has expired." };
const MISSING: Failure = {
  code: "invalid_api_key",
  message: "An API key is needed: send it as `Authorization: Bearer pk-…`.",
};

/** The key text of a gateway request, from any of the three headers that clients use. */
export function readKey(headers: Headers): string | null {
  const bearer = headers.get("authorization")?.match(/^Bearer\s+(\S+)\s*$/i)?.[1];
  return bearer ?? headers.get("x-api-key") ?? headers.get("api-key");
}

/**
 * Whose key this is. Ours says so itself; one brought along is looked up once and then known.
 * `hostSiteId` is null on the platform's host, where the key says which site is meant; `from` is
 * the address of the caller, null where it is not known.
 */
export async function callerOfKey(
  services: Services,
  text: string | null,
  { hostSiteId, from }: { hostSiteId: string | null; from: string | null },
): Promise<Result<Caller, Failure>> {
  if (!text) return fail(MISSING);
  if (looksLikeAccessToken(text)) return callerOfToken(services, text, hostSiteId, from);
  const parsed = parseKey(services.keys.keyTag, text);
  if (parsed.kind === "forged") return fail(FORGED);
  const hash = hashKey(text);
  const address =
    parsed.kind === "ours" ? parsed.address : await services.foreignKeys.find(text, hash);
  if (!address || (hostSiteId !== null && address.siteId !== hostSiteId)) return fail(FORGED);
  return ok({
    siteId: address.siteId,
    userId: address.userId,
    credential: { kind: "key", keyId: address.keyId, keyHash: hash, address: from },
  });
}

/** The user as whom an app acts. What the token may do is in it; that it still may, the wallet says. */
function callerOfToken(
  services: Services,
  text: string,
  hostSiteId: string | null,
  from: string | null,
): Result<Caller, Failure> {
  const token = parseAccessToken(services.keys.accessToken, text);
  if (!token || (hostSiteId !== null && token.siteId !== hostSiteId)) return fail(FORGED);
  if (token.expiresAt <= Date.now()) return fail(OVER);
  const { siteId, userId, grantId, scopes } = token;
  const keyHash = grantMark(grantId);
  return ok({
    siteId,
    userId,
    credential: { kind: "key", keyId: grantId, keyHash, address: from, scopes },
  });
}

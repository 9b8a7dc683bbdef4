/** Tokens after they were given: taken back (RFC 7009), looked into (RFC 7662), forgotten. */
import { KEY_SCOPES } from "../../contract/config.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { deleteUnusedClients } from "../../store/oauth-clients.ts";
import { deadGrants } from "../../store/oauth-grants.ts";
import { findRefresh, forgetExpired } from "../../store/oauth-tokens.ts";
import type { Services } from "../services.ts";
import { parseAccessToken } from "./access-tokens.ts";
import { provenClient, readProof } from "./clients.ts";
import { endGrants, standingGrant } from "./grants.ts";
import { deny } from "./refusal.ts";
import { hashOf } from "./secrets.ts";

/** What a token of this site is and says, whichever of the two it is. */
interface Found {
  kind: "access" | "refresh";
  clientId: string;
  userId: string;
  grantId: string;
  scopes: string[];
  expiresAt: number;
  /** A refresh token that was used. */
  used: boolean;
}

async function findToken(services: Services, siteId: string, text: string): Promise<Found | null> {
  const access = parseAccessToken(services.keys.accessToken, text);
  if (access) return access.siteId === siteId ? { kind: "access", used: false, ...access } : null;
  const row = await findRefresh(services.db, siteId, hashOf(text));
  return row && { kind: "refresh", ...row, used: row.usedAt !== null };
}

export interface CareRequest {
  authorization: string | undefined;
  form: Map<string, string>;
}

/** Ends the grant of an app's own token; says nothing of any other. */
export async function revokeToken(
  services: Services,
  site: SiteSnapshot,
  { authorization, form }: CareRequest,
): Promise<void> {
  const client = await provenClient(services, site, readProof(authorization, form));
  const text = form.get("token") ?? deny("invalid_request", "token is missing.");
  const token = await findToken(services, site.id, text);
  if (token?.clientId !== client.id) return;
  const ended = { id: token.grantId, userId: token.userId };
  await endGrants(services, site.id, [ended], "revoked by the app");
}

/** What a token of its own says, for an app that can prove itself; of others only that it is nothing. */
export async function introspectToken(
  services: Services,
  site: SiteSnapshot,
  { authorization, form, issuer }: CareRequest & { issuer: string },
): Promise<Record<string, unknown>> {
  const client = await provenClient(services, site, readProof(authorization, form));
  if (client.secretHash === null) deny("invalid_client", "An app needs a secret for this.");
  const text = form.get("token") ?? deny("invalid_request", "token is missing.");
  const token = await findToken(services, site.id, text);
  const dead = !token || token.clientId !== client.id || token.used;
  if (dead || token.expiresAt <= Date.now()) return { active: false };
  const grant = await standingGrant(services, site.id, token.grantId);
  if (!grant) return { active: false };
  const { kind, scopes, expiresAt } = token;
  // A token tells its abilities; the models that it is for are the grant's.
  const models = grant.models.map((model) => `model:${model}`);
  const abilities = scopes.filter((scope) => (KEY_SCOPES as readonly string[]).includes(scope));
  return {
    active: true,
    scope: [...abilities, ...(abilities.includes("gateway") ? models : [])].join(" "),
    client_id: client.id,
    sub: token.userId,
    iss: issuer,
    exp: Math.floor(expiresAt / 1000),
    token_type: kind === "access" ? "Bearer" : "refresh_token",
  };
}

/** Longer than any access token lives that was made before. */
const DEAD_MS = 2 * 3_600_000;
/** An app that registered and was not used in this time goes. */
const UNUSED_MS = 86_400_000;

/** Forgets what is over. Safe to repeat, and to run in several places at once. */
export async function sweepOauth(services: Services, now = Date.now()): Promise<void> {
  await forgetExpired(services.db, now);
  const bySite = new Map<string, { id: string; userId: string }[]>();
  for (const { siteId, id, userId } of await deadGrants(services.db, now - DEAD_MS)) {
    bySite.set(siteId, [...(bySite.get(siteId) ?? []), { id, userId }]);
  }
  for (const [siteId, ended] of bySite) await endGrants(services, siteId, ended, "expired");
  await deleteUnusedClients(services.db, now - UNUSED_MS);
}

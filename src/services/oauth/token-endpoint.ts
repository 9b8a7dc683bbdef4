/**
 * From a code, a device or a refresh token to an access token.
 *
 * 1. A code works once; one that comes a second time ends the grant that it gave.
 * 2. A refresh token works once. Its successor is always the same, so whoever lost the answer may
 *    ask again within seconds; later, or once the successor was used, a second use ends the grant.
 * 3. A token never has more scopes than what it was made from.
 */
import { abilitiesOf, isWithin, modelsOf, parseScopes } from "../../core/oauth-scope.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { type ClientRow, noteClientUse } from "../../store/oauth-clients.ts";
import { noteGrantUse } from "../../store/oauth-grants.ts";
import * as tokens from "../../store/oauth-tokens.ts";
import type { Services } from "../services.ts";
import { ACCESS_TOKEN_TTL_MS, mintAccessToken } from "./access-tokens.ts";
import { DEVICE_GRANT, provenClient, readProof, requireOwnResource } from "./clients.ts";
import { answeredDevice } from "./devices.ts";
import { endGrants, standingGrant } from "./grants.ts";
import { deny } from "./refusal.ts";
import { challengeOf, hashOf, isSame, newSecret, successorOf } from "./secrets.ts";

const REFRESH_TTL_MS = 60 * 86_400_000;
/** How long an answer that got lost may be asked for again. */
const REPEAT_MS = 10_000;

export interface TokenAnswer {
  access_token: string;
  token_type: "Bearer";
  expires_in: number;
  refresh_token?: string;
  scope: string;
}

/** What a token is made from. */
interface Basis {
  grantId: string;
  userId: string;
  scopes: string[];
}

export interface TokenRequest {
  /** The `Authorization` header. */
  authorization: string | undefined;
  form: Map<string, string>;
  /** Of the host that was asked. */
  issuer: string;
}

export async function tokenFor(
  services: Services,
  site: SiteSnapshot,
  { authorization, form, issuer }: TokenRequest,
): Promise<TokenAnswer> {
  const client = await provenClient(services, site, readProof(authorization, form));
  requireOwnResource(form.get("resource"), issuer);
  const grantType = form.get("grant_type") ?? deny("invalid_request", "grant_type is missing.");
  switch (grantType) {
    case "authorization_code":
    case "refresh_token":
    case DEVICE_GRANT:
      break;
    default:
      return deny("unsupported_grant_type", "This grant type is not supported.");
  }
  if (!client.grantTypes.includes(grantType)) {
    return deny("unauthorized_client", "The app did not register for this grant type.");
  }
  if (grantType === "refresh_token") return await refreshed(services, client, form);
  const basis =
    grantType === "authorization_code"
      ? await redeemed(services, client, form)
      : await answeredDevice(services, client, form.get("device_code") ?? "");
  return await firstTokens(services, client, basis);
}

async function redeemed(
  services: Services,
  client: ClientRow,
  form: Map<string, string>,
): Promise<Basis> {
  const { db } = services;
  const wrong = () => deny("invalid_grant", "The code is not valid, or has been used.");
  const code = await tokens.findCode(db, client.siteId, hashOf(form.get("code") ?? ""));
  if (!code || code.clientId !== client.id || code.grantId === null) return wrong();
  const redirect = form.get("redirect_uri");
  if (redirect !== undefined && redirect !== code.redirectUri) return wrong();
  const verifier = form.get("code_verifier") ?? "";
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) {
    return deny("invalid_grant", "code_verifier is missing, or has not the form of one.");
  }
  if (!isSame(challengeOf(verifier), code.challenge)) return wrong();
  const { grantId, userId, scopes } = code;
  if (!(await tokens.useCode(db, client.siteId, code.hash))) {
    await endGrants(services, client.siteId, [{ id: grantId, userId }], "a code was used twice");
    return wrong();
  }
  if (code.expiresAt <= Date.now()) return wrong();
  return { grantId, userId, scopes };
}

async function firstTokens(
  services: Services,
  client: ClientRow,
  basis: Basis,
): Promise<TokenAnswer> {
  const grant = await standingGrant(services, client.siteId, basis.grantId);
  if (!grant) return deny("invalid_grant", "The user has taken back what the app may do.");
  if (!client.grantTypes.includes("refresh_token")) return await answer(services, client, basis);
  const refresh = newSecret("pr-");
  await tokens.insertRefresh(services.db, refreshRow(client, basis, refresh));
  return await answer(services, client, basis, refresh);
}

async function refreshed(
  services: Services,
  client: ClientRow,
  form: Map<string, string>,
): Promise<TokenAnswer> {
  const { db } = services;
  const { siteId } = client;
  const wrong = () => deny("invalid_grant", "The refresh token is not valid, or has been used.");
  const given = form.get("refresh_token") ?? "";
  const old = await tokens.findRefresh(db, siteId, hashOf(given));
  if (!old || old.clientId !== client.id || old.expiresAt <= Date.now()) return wrong();
  const next = successorOf(services.keys.refreshToken, given);
  if (old.usedAt !== null && !(await mayRepeat(services, old, next))) {
    const ended = { id: old.grantId, userId: old.userId };
    await endGrants(services, siteId, [ended], "a refresh token was used twice");
    return wrong();
  }
  if (!(await standingGrant(services, siteId, old.grantId))) return wrong();
  const scopes = narrowed(old.scopes, form.get("scope"));
  await tokens.rotateRefresh(db, old, refreshRow(client, old, next));
  return await answer(services, client, { ...old, scopes }, next);
}

/** Whether the answer to the first use may have got lost: it is recent, and nobody went on from it. */
async function mayRepeat(
  services: Services,
  old: tokens.RefreshRow,
  next: string,
): Promise<boolean> {
  if (old.usedAt === null || Date.now() - old.usedAt > REPEAT_MS) return false;
  const successor = await tokens.findRefresh(services.db, old.siteId, hashOf(next));
  return successor !== null && successor.usedAt === null;
}

/** A refresh may ask for fewer scopes, never for more. The models stay those of the grant. */
function narrowed(scopes: string[], asked: string | undefined): string[] {
  if (asked === undefined) return scopes;
  const wanted = parseScopes(asked);
  if (!wanted || !isWithin(wanted, scopes)) {
    return deny("invalid_scope", "A refresh cannot widen what the token may do.");
  }
  const models = modelsOf(scopes).map((model) => `model:${model}`);
  return [...abilitiesOf(wanted), ...(wanted.includes("gateway") ? models : [])];
}

function refreshRow(client: ClientRow, { grantId, userId, scopes }: Basis, text: string) {
  const now = Date.now();
  return {
    siteId: client.siteId,
    hash: hashOf(text),
    clientId: client.id,
    ...{ grantId, userId, scopes },
    createdAt: now,
    expiresAt: now + REFRESH_TTL_MS,
  };
}

async function answer(
  services: Services,
  { siteId, id: clientId }: ClientRow,
  { grantId, userId, scopes }: Basis,
  refresh?: string,
): Promise<TokenAnswer> {
  await Promise.all([
    noteGrantUse(services.db, siteId, grantId),
    noteClientUse(services.db, siteId, clientId),
  ]);
  const expiresAt = Date.now() + ACCESS_TOKEN_TTL_MS;
  const token = { siteId, userId, grantId, clientId, scopes, expiresAt };
  return {
    access_token: mintAccessToken(services.keys.accessToken, token),
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_TTL_MS / 1000,
    ...(refresh === undefined ? {} : { refresh_token: refresh }),
    scope: scopes.join(" "),
  };
}

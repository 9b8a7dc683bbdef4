/**
 * The way of an app to a user's yes and back (authorization code with PKCE).
 *
 * 1. Until app and redirect URI are known to belong together, nobody is redirected anywhere.
 * 2. What is asked for is read anew from the query with each question: nothing of it is kept
 *    before the user has said yes, and nothing that was said can be moved to another app.
 */

import type { Limits } from "../../contract/config.ts";
import type { ConsentRequest } from "../../contract/oauth.ts";
import { abilitiesOf, modelsOf } from "../../core/oauth-scope.ts";
import { isSameRedirect, redirectPlace, withAnswer } from "../../core/redirect-uri.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { type ClientRow, findClient } from "../../store/oauth-clients.ts";
import { standingGrants } from "../../store/oauth-grants.ts";
import { insertCode } from "../../store/oauth-tokens.ts";
import type { Services } from "../services.ts";
import type { Owner } from "../wallets.ts";
import { requireOwnResource, scopesFor } from "./clients.ts";
import { allowApp, shownApp } from "./grants.ts";
import { deny, OAuthRefusal } from "./refusal.ts";
import { hashOf, newSecret } from "./secrets.ts";

const CODE_TTL_MS = 60_000;
const MAX_STATE = 4_000;

export interface Authorization {
  client: ClientRow;
  redirectUri: string;
  state: string | undefined;
  scopes: string[];
  challenge: string;
}

/** `page`: tell the person here; `redirect`: the app is told, at an address that is its own. */
export type AuthorizationProblem =
  | { kind: "page"; message: string }
  | { kind: "redirect"; location: string };

/** What the query asks for. `issuer` is the origin that was asked. */
export async function readAuthorization(
  services: Services,
  site: SiteSnapshot,
  query: string,
  issuer: string,
): Promise<Result<Authorization, AuthorizationProblem>> {
  const params = new URLSearchParams(query);
  const page = (message: string) => fail({ kind: "page" as const, message });
  const named = [...params.getAll("client_id"), ...params.getAll("redirect_uri")];
  if (named.length !== 2) return page("client_id and redirect_uri must each be there once.");
  const client = await findClient(services.db, site.id, params.get("client_id") ?? "");
  if (!client?.enabled) return page("This app is not known here.");
  const redirectUri = params.get("redirect_uri") ?? "";
  if (!client.redirectUris.some((registered) => isSameRedirect(registered, redirectUri))) {
    return page("The app asked to be sent to an address that it has not registered.");
  }
  const states = params.getAll("state");
  const state = states.length === 1 ? states[0] : undefined;
  try {
    return ok({ client, redirectUri, state, ...whatIsAsked(client, params, issuer) });
  } catch (error) {
    if (!(error instanceof OAuthRefusal)) throw error;
    const answer = { error: error.code, error_description: error.message, state, iss: issuer };
    return fail({ kind: "redirect", location: withAnswer(redirectUri, answer) });
  }
}

function whatIsAsked(client: ClientRow, params: URLSearchParams, issuer: string) {
  for (const name of new Set(params.keys())) {
    // RFC 8707 lets an app name several resources.
    if (name === "resource") continue;
    if (params.getAll(name).length > 1) deny("invalid_request", `${name} is there twice.`);
  }
  if (params.get("response_type") !== "code") {
    deny("unsupported_response_type", "response_type must be code.");
  }
  if (!client.grantTypes.includes("authorization_code")) {
    deny("unauthorized_client", "The app did not register for authorization codes.");
  }
  if ((params.get("state") ?? "").length > MAX_STATE) deny("invalid_request", "state is too long.");
  const challenge = params.get("code_challenge") ?? "";
  if (params.get("code_challenge_method") !== "S256" || !/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    deny("invalid_request", "PKCE is needed: code_challenge, with code_challenge_method=S256.");
  }
  for (const resource of params.getAll("resource")) requireOwnResource(resource, issuer);
  const scopes = scopesFor(client, params.get("scope") ?? undefined);
  return { challenge, scopes };
}

/** What the user is shown before saying yes. */
export async function consentRequest(
  services: Services,
  owner: Owner,
  { client, scopes, redirectUri }: Authorization,
): Promise<ConsentRequest> {
  return { ...(await askedOf(services, owner, client, scopes)), place: redirectPlace(redirectUri) };
}

/** What any app asks for, and what it has already. */
export async function askedOf(
  services: Services,
  { siteId, userId }: Owner,
  client: ClientRow,
  scopes: string[],
): Promise<Omit<ConsentRequest, "place">> {
  const [standing] = await standingGrants(services.db, siteId, { clientId: client.id, userId });
  return {
    app: shownApp(client),
    scopes: abilitiesOf(scopes) as ConsentRequest["scopes"],
    models: modelsOf(scopes),
    limits: client.limits satisfies Limits,
    standing: standing ? { scopes: standing.scopes, limits: standing.limits } : null,
  };
}

/** Answers where to go with the user's yes or no: to the app, with a code or an error. */
export async function decideAuthorization(
  services: Services,
  owner: Owner,
  asked: Authorization,
  decision: { allow: boolean; creditsPerMonth: number | null; issuer: string },
): Promise<string> {
  const { client, redirectUri, state, scopes, challenge } = asked;
  const iss = decision.issuer;
  if (!decision.allow) {
    return withAnswer(redirectUri, { error: "access_denied", state, iss });
  }
  const { creditsPerMonth } = decision;
  const grantId = await allowApp(services, owner, client, { scopes, creditsPerMonth });
  const code = newSecret("pc-");
  const now = Date.now();
  await insertCode(services.db, {
    siteId: owner.siteId,
    hash: hashOf(code),
    clientId: client.id,
    userId: owner.userId,
    ...{ redirectUri, scopes, challenge, grantId },
    createdAt: now,
    expiresAt: now + CODE_TTL_MS,
  });
  return withAnswer(redirectUri, { code, state, iss });
}

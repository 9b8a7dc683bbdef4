/**
 * Consent of an account's owner, asked for in the console. Invariants:
 *
 * 1. A `state` is sealed for its site and opens for one session, one secret and one platform, for
 *    ten minutes, and once: its use is counted by an object that lets one through.
 * 2. Tokens go from the platform into the sealed secret. No page and no address ever carries one.
 * 3. Where a person is led afterwards is made of what is stored, never of what the request says.
 */
import { waitUntil } from "cloudflare:workers";
import type { Account, AnyConnector, OAuth } from "../connectors/connector.ts";
import { exchange, type InvokeOptions } from "../connectors/kit/invoke.ts";
import { callbackPath, connectorById, openAccount } from "../connectors/registry.ts";
import type { ConsentOutcome } from "../contract/admin-connections.ts";
import { type Consent, joinSecret, newConsent, splitSecret } from "../core/consent.ts";
import { refuse } from "../core/failure.ts";
import { throttleOf } from "../durable/throttle/client.ts";
import { findSecret, noteHealth, swapSealed } from "../store/connections.ts";
import { atomically } from "../store/database.ts";
import { loadParts, type SecretRow, type StoredConnection } from "../store/parts.ts";
import { seal } from "../store/seal.ts";
import { bumpVersion } from "../store/sites.ts";
import { EXCHANGE_DEADLINE_MS } from "./connections-oauth-tokens.ts";
import type { SessionClaims } from "./identity/sessions.ts";
import type { Services } from "./services.ts";

export const STATE_TTL_MS = 600_000;
const PURPOSE = "oauth-state";
const SWAP_TRIES = 5;
const MAX_NAME_LENGTH = 100;

interface State {
  connectorId: string;
  connectionId: string;
  secretId: string;
  sessionId: string;
  redirectUri: string;
  nonce: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A secret that holds an app's own credentials, ready to ask with. */
interface App {
  connection: StoredConnection;
  row: SecretRow;
  given: Record<string, string>;
  connector: AnyConnector;
  oauth: OAuth<unknown, unknown>;
  account: Account<unknown, unknown>;
}

/** The platform's page that asks for consent. `origin`: of the host that the admin is on. */
export async function beginConsent(
  services: Services,
  session: SessionClaims,
  { slug, secretId, origin }: { slug: string; secretId: string; origin: string },
): Promise<{ url: string }> {
  const { siteId, sessionId } = session;
  const { connections } = await loadParts(services.db, siteId);
  const connection =
    connections.find((one) => one.slug === slug) ??
    refuse("connection_not_found", `There is no connection "${slug}".`);
  const row =
    connection.secrets.find((one) => one.id === secretId) ??
    refuse("not_found", "There is no such secret.", { param: "secret" });
  const app =
    (await appIn(services, siteId, connection, row)) ??
    refuse("invalid_value", "This secret needs no consent.", { param: "secret" });
  const redirectUri = origin + callbackPath(app.connector.id);
  const state: State = {
    connectorId: app.connector.id,
    connectionId: connection.id,
    secretId,
    sessionId,
    redirectUri,
    nonce: crypto.randomUUID(),
    expiresAt: Date.now() + STATE_TTL_MS,
  };
  const sealed = await services.vault.sealFor(siteId, PURPOSE, JSON.stringify(state));
  return { url: app.oauth.authorizeUrl(app.account, { state: sealed, redirectUri }) };
}

/** Null where the secret needs no consent. */
async function appIn(
  { vault }: Services,
  siteId: string,
  connection: StoredConnection,
  row: SecretRow,
): Promise<App | null> {
  const { given } = splitSecret(await vault.open(siteId, connection.id, row));
  const connector = connectorById(connection.connector);
  const account = connector && openAccount(connector, connection.settings, given);
  if (!connector?.oauth || !account?.ok) return null;
  const { oauth } = connector;
  const app = { connection, row, given, connector, oauth, account: account.value };
  return oauth.applies(account.value.secret) ? app : null;
}

export interface ComingBack {
  connectorId: string;
  state?: string | undefined;
  code?: string | undefined;
  /** What the platform says in place of a code. */
  error?: string | undefined;
}

/** `slug`: the connection it was for; null where that is not known. */
export interface Finished {
  slug: string | null;
  outcome: ConsentOutcome;
}

/** The platform has sent the person back: the code becomes tokens. */
export async function finishConsent(
  services: Services,
  session: SessionClaims,
  back: ComingBack,
): Promise<Finished> {
  if (!connectorById(back.connectorId)?.oauth) refuse("not_found", "There is nothing here.");
  const state = await openState(services, session, back);
  if (!state) return { slug: null, outcome: "invalid" };
  const app = await findAgain(services, session.siteId, state);
  if (!app) return { slug: null, outcome: "changed" };
  const { slug } = app.connection;
  if (back.error || !back.code) return { slug, outcome: "denied" };
  const { redirectUri } = state;
  const work = takeTokens(services, session.siteId, app, { code: back.code, redirectUri });
  // A person who leaves now has consented all the same.
  waitUntil(work);
  return { slug, outcome: await work };
}

/** Null for what was not made here, for this session, or was used or is too old. */
async function openState(
  services: Services,
  { siteId, sessionId }: SessionClaims,
  back: ComingBack,
): Promise<State | null> {
  const text = await services.vault.openFor(siteId, PURPOSE, back.state ?? "");
  if (text === null) return null;
  const state = JSON.parse(text) as State;
  const isMine = state.sessionId === sessionId && state.connectorId === back.connectorId;
  if (!isMine || state.expiresAt < Date.now()) return null;
  const uses = throttleOf(services.env, `consent:${siteId}:${state.nonce}`);
  const { retryAfterMs } = await uses.attempt({ max: 1, windowMs: STATE_TTL_MS });
  return retryAfterMs === 0 ? state : null;
}

/** Null where the connection, the app or the kind of credentials is another by now. */
async function findAgain(
  services: Services,
  siteId: string,
  { connectionId, connectorId, secretId }: State,
): Promise<App | null> {
  const { connections } = await loadParts(services.db, siteId);
  const connection = connections.find((one) => one.id === connectionId);
  const row = connection?.secrets.find((one) => one.id === secretId);
  if (!connection || !row || connection.connector !== connectorId) return null;
  return await appIn(services, siteId, connection, row);
}

async function takeTokens(
  services: Services,
  siteId: string,
  app: App,
  grant: { code: string; redirectUri: string },
): Promise<ConsentOutcome> {
  const { db, health, sites, environment } = services;
  const { connection, row, connector, given } = app;
  const options: InvokeOptions = {
    limits: connector.limits,
    allowPrivate: environment.allowPrivateUpstreams,
    secrets: [...Object.values(given), grant.code],
    deadlineMs: EXCHANGE_DEADLINE_MS,
  };
  const traded = await exchange(connector, app.oauth.exchange, app.account, grant, options);
  if (!traded.ok) {
    const detail = `${traded.error.reason}: ${traded.error.detail}`;
    await noteHealth(db, siteId, connection.id, { state: "needs_attention", detail });
    return "failed";
  }
  const consent = newConsent(traded.value, Date.now());
  // Where an account is one of several, its name tells them apart.
  const name = row.name || (await ownerOf(app, consent, options)).slice(0, MAX_NAME_LENGTH);
  if (!(await keep(services, siteId, app, consent, name))) return "changed";
  health.mended(connection.id, row.id);
  await noteHealth(db, siteId, connection.id, { state: "connected", detail: null });
  sites.forget(siteId);
  return "done";
}

/** Empty where the platform does not say. */
async function ownerOf(
  { connection, connector, given }: App,
  { accessToken, refreshToken }: Consent,
  options: InvokeOptions,
): Promise<string> {
  const account = openAccount(connector, connection.settings, { ...given, accessToken });
  if (!account.ok || !connector.probe) return "";
  const secrets = [...options.secrets, accessToken, refreshToken];
  const asked = await exchange(connector, connector.probe, account.value, undefined, {
    ...options,
    secrets,
  });
  return (asked.ok && asked.value.account) || "";
}

/** In place of whatever consent there was; a refresh of that one finds its claim gone. */
async function keep(
  { db, environment }: Services,
  siteId: string,
  { connection, row, given }: App,
  consent: Consent,
  name: string,
): Promise<boolean> {
  const where = { siteId, connectionId: connection.id, secretId: row.id };
  const values = joinSecret({ given, consent });
  const to = await seal(environment.masterKey, where, JSON.stringify(values));
  for (let tries = 0; tries < SWAP_TRIES; tries++) {
    const now = await findSecret(db, siteId, row.id);
    if (!now) return false;
    const swap = { from: now.sealed, to, name, disabledReason: null };
    if (await swapSealed(db, siteId, row.id, swap)) {
      await atomically(db, [bumpVersion(db, siteId)]);
      return true;
    }
  }
  return false;
}

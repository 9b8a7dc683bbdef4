/**
 * Consent of an account's owner, asked for in the console. Invariants:
 *
 * 1. A `state` is sealed for its site and opens for one session, one secret and one platform, for
 *    ten minutes, and once: its use is counted by an object that lets one through.
 * 2. Tokens go from the platform into the sealed secret. No page and no address ever carries one.
 * 3. Where a person is led afterwards is made of what is stored, never of what the request says.
 */
import { exchange, type InvokeOptions } from "../connectors/kit/invoke.ts";
import { safeDetail, secretForms } from "../connectors/kit/redact.ts";
import { callbackPath, connectorById, openAccount } from "../connectors/registry.ts";
import type { ConsentOutcome } from "../contract/admin.ts";
import { joinSecret, newConsent, splitSecret } from "../core/consent.ts";
import { refuse } from "../core/failure.ts";
import type { Result } from "../core/result.ts";
import type { UpstreamError } from "../core/run.ts";
import { throttleOf } from "../durable/throttle/client.ts";
import { findSecret, noteHealth, swapSealed } from "../store/connections.ts";
import { atomically } from "../store/database.ts";
import { loadParts, type SecretRow, type StoredConnection } from "../store/parts.ts";
import { seal } from "../store/seal.ts";
import { bumpVersion } from "../store/sites.ts";
import { EXCHANGE_DEADLINE_MS, needsConsent } from "./connections-oauth-tokens.ts";
import type { SessionClaims } from "./identity/sessions.ts";
import type { Services } from "./services.ts";

export const STATE_TTL_MS = 600_000;
const PURPOSE = "oauth-state";
const SWAP_TRIES = 5;

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

/** Which secret of which connection, and the app's own credentials. */
interface Found {
  connection: StoredConnection;
  row: SecretRow;
  given: Record<string, string>;
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
  const { given } = splitSecret(await services.vault.open(siteId, connection.id, row));
  const connector = connectorById(connection.connector);
  const account = connector && openAccount(connector, connection.settings, given);
  if (!connector?.oauth || !account?.ok || !connector.oauth.applies(account.value.secret)) {
    return refuse("invalid_value", "This secret needs no consent.", { param: "secret" });
  }
  const redirectUri = origin + callbackPath(connector.id);
  const state: State = {
    connectorId: connector.id,
    connectionId: connection.id,
    secretId,
    sessionId,
    redirectUri,
    nonce: crypto.randomUUID(),
    expiresAt: Date.now() + STATE_TTL_MS,
  };
  const sealed = await services.vault.sealFor(siteId, PURPOSE, JSON.stringify(state));
  return { url: connector.oauth.authorizeUrl(account.value, { state: sealed, redirectUri }) };
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
  const state = await openState(services, session, back);
  if (!state) return { slug: null, outcome: "invalid" };
  const found = await findAgain(services, session.siteId, state);
  if (!found) return { slug: null, outcome: "changed" };
  const { slug } = found.connection;
  if (back.error || !back.code) return { slug, outcome: "denied" };
  const kept = await takeTokens(services, session.siteId, found, back.code, state.redirectUri);
  return { slug, outcome: kept };
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
  { db, vault }: Services,
  siteId: string,
  { connectionId, connectorId, secretId }: State,
): Promise<Found | null> {
  const { connections } = await loadParts(db, siteId);
  const connection = connections.find((one) => one.id === connectionId);
  const row = connection?.secrets.find((one) => one.id === secretId);
  const connector = connectorById(connectorId);
  if (!connection || !row || connection.connector !== connectorId || !connector) return null;
  const { given } = splitSecret(await vault.open(siteId, connectionId, row));
  if (!needsConsent(connector, connection.settings, given)) return null;
  return { connection, row, given };
}

async function takeTokens(
  services: Services,
  siteId: string,
  { connection, row, given }: Found,
  code: string,
  redirectUri: string,
): Promise<ConsentOutcome> {
  const { db, health, sites, environment } = services;
  const connector = connectorById(connection.connector);
  const account = connector && openAccount(connector, connection.settings, given);
  if (!connector?.oauth || !account?.ok) return "changed";
  const options: InvokeOptions = {
    limits: connector.limits,
    allowPrivate: environment.allowPrivateUpstreams,
    secrets: [...Object.values(given), code],
    deadlineMs: EXCHANGE_DEADLINE_MS,
  };
  const { exchange: trade } = connector.oauth;
  const traded = await exchange(connector, trade, account.value, { code, redirectUri }, options);
  if (!traded.ok) {
    const detail = `${traded.error.reason}: ${traded.error.detail}`;
    await noteHealth(db, siteId, connection.id, { state: "needs_attention", detail });
    return "failed";
  }
  const consent = newConsent(traded.value, Date.now());
  const { accessToken, refreshToken } = consent;
  const opened = openAccount(connector, connection.settings, { ...given, accessToken });
  const who: Result<{ account: string | null }, UpstreamError> | null =
    opened.ok && connector.probe
      ? await exchange(connector, connector.probe, opened.value, undefined, {
          ...options,
          secrets: [...options.secrets, accessToken, refreshToken],
        })
      : null;
  const account_ = who?.ok ? safeDetail(who.value.account ?? "", secretForms([accessToken])) : "";
  const name = row.name === "" && account_ ? account_.slice(0, 100) : row.name;
  const isKept = await keep(services, siteId, connection.id, row.id, { given, consent, name });
  if (!isKept) return "changed";
  health.mended(connection.id, row.id);
  await noteHealth(db, siteId, connection.id, { state: "connected", detail: null });
  sites.forget(siteId);
  return "done";
}

/** In place of whatever consent there was; a refresh of that one finds its claim gone. */
async function keep(
  { db, environment }: Services,
  siteId: string,
  connectionId: string,
  secretId: string,
  { name, ...values }: Parameters<typeof joinSecret>[0] & { name: string },
): Promise<boolean> {
  const where = { siteId, connectionId, secretId };
  const to = await seal(environment.masterKey, where, JSON.stringify(joinSecret(values)));
  for (let tries = 0; tries < SWAP_TRIES; tries++) {
    const row = await findSecret(db, siteId, secretId);
    if (!row) return false;
    if (
      await swapSealed(db, siteId, secretId, { from: row.sealed, to, name, disabledReason: null })
    ) {
      await atomically(db, [bumpVersion(db, siteId)]);
      return true;
    }
  }
  return false;
}

/**
 * Access tokens of secrets that an account's owner has consented to. A platform's refresh token is
 * dead after its use, so it must be used once and its successor never lost. Invariants:
 *
 * 1. A refresh token is sent to the platform by whoever has put a claim into the sealed secret by
 *    compare-and-set, and by nobody else while the claim stands: one, over all isolates.
 * 2. What the platform gave is put in place of that claim before any other claim can be made. A
 *    claim that outlives its isolate lapses, and the next tries what is stored.
 * 3. A refresh outlives the request that began it: a client that leaves loses no token.
 * 4. While a token is good nobody waits for its successor. Those who must wait for a refresh share
 *    its failure; none repeats it before `RETRY_MS`.
 * 5. When the platform says that the consent has ended, the key is disabled with what it said, the
 *    connection needs attention, and the platform is not asked again until the owner has consented.
 */
import { waitUntil } from "cloudflare:workers";
import type { Account, AnyConnector, OAuth } from "../connectors/connector.ts";
import { upstreamError } from "../connectors/kit/http-errors.ts";
import { exchange } from "../connectors/kit/invoke.ts";
import { safeDetail, secretForms } from "../connectors/kit/redact.ts";
import { connectorById, openAccount } from "../connectors/registry.ts";
import type { Settings } from "../contract/config.ts";
import { type Consent, joinSecret, newConsent, splitSecret } from "../core/consent.ts";
import type { Environment } from "../core/environment.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { UpstreamError } from "../core/run.ts";
import type { SealedSecret } from "../core/site.ts";
import { disableSecret, findSecret, noteHealth, swapSealed } from "../store/connections.ts";
import { atomically, type Database } from "../store/database.ts";
import type { SecretRow } from "../store/parts.ts";
import { seal } from "../store/seal.ts";
import { bumpVersion } from "../store/sites.ts";
import type { SiteDirectory } from "./sites.ts";
import type { Vault } from "./vault.ts";

export const EXCHANGE_DEADLINE_MS = 15_000;
/** Longer than a refresh and its writing can take. */
const CLAIM_MS = 40_000;
const WAIT_MS = 25_000;
const POLL_MS = 100;
const RETRY_MS = 5_000;
/** What is about to expire would be refused on its way. */
const ALMOST_EXPIRED_MS = 5_000;
const STORE_TRIES = 4;
const MAX_REFUSED = 1_000;

type Values = Record<string, string>;

/** Where a secret belongs. */
export interface SecretPlace {
  siteId: string;
  connection: { id: string; connector: string; settings: Settings };
}

interface Parts {
  db: Database;
  vault: Vault;
  environment: Environment;
  sites: Pick<SiteDirectory, "forget">;
}

/** A secret of an app, with everything that asking for its tokens takes. */
interface App {
  place: SecretPlace;
  secretId: string;
  connector: AnyConnector;
  oauth: OAuth<unknown, unknown>;
}

interface Claimed {
  row: SecretRow;
  given: Values;
  consent: Consent;
}

export class AccessTokens {
  readonly #parts: Parts;
  /** Tokens that the platform refused before their time. */
  readonly #refused = new Set<string>();
  /** Which token a call was given. */
  readonly #handed = new WeakMap<object, string>();
  readonly #renewed = new WeakSet<object>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The values of a secret as its connector takes them. `call`: whom they are for; see `renew`. */
  async open(
    place: SecretPlace,
    secret: SealedSecret,
    call?: object,
  ): Promise<Result<Values, UpstreamError>> {
    const { siteId, connection } = place;
    const values = await this.#parts.vault.open(siteId, connection.id, secret);
    const { given, consent } = splitSecret(values);
    const connector = connectorById(connection.connector);
    if (!connector?.oauth || !needsConsent(connector, connection.settings, given)) return ok(given);
    if (!consent) return fail(upstreamError("unauthorized", NOT_AUTHORISED));
    const app = { place, secretId: secret.id, connector, oauth: connector.oauth };
    const token = this.#isFresh(consent) ? ok(consent.accessToken) : await this.#current(app);
    if (!token.ok) return token;
    if (call) this.#handed.set(call, token.value);
    return ok({ ...given, accessToken: token.value });
  }

  /**
   * The platform has refused what this call was given. True, once a call, where `open` will fetch
   * another token for it.
   */
  renew(call: object): boolean {
    const token = this.#handed.get(call);
    if (token === undefined || this.#renewed.has(call)) return false;
    if (this.#refused.size >= MAX_REFUSED) this.#refused.clear();
    this.#refused.add(token);
    this.#renewed.add(call);
    return true;
  }

  #isGood({ accessToken, expiresAt }: Consent): boolean {
    return !this.#refused.has(accessToken) && Date.now() < expiresAt - ALMOST_EXPIRED_MS;
  }

  #isFresh(consent: Consent): boolean {
    return !consent.ended && Date.now() < consent.refreshAt && this.#isGood(consent);
  }

  /** A good token as it is stored now, refreshed by whoever comes first. */
  async #current(app: App): Promise<Result<string, UpstreamError>> {
    const { db, vault } = this.#parts;
    const { siteId, connection } = app.place;
    const since = Date.now();
    while (Date.now() < since + WAIT_MS) {
      const row = await findSecret(db, siteId, app.secretId);
      if (!row) return fail(upstreamError("unavailable", "the secret was replaced meanwhile"));
      const { given, consent } = splitSecret(await vault.open(siteId, connection.id, row));
      if (!consent) return fail(upstreamError("unauthorized", NOT_AUTHORISED));
      const known = this.#told(consent, since);
      if (known) return known;
      if ((consent.claimedUntil ?? 0) > Date.now()) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        continue;
      }
      const claimed = { ...consent, claimedUntil: Date.now() + CLAIM_MS };
      const sealed = await this.#put(app, row.sealed, { given, consent: claimed });
      if (sealed === null) continue;
      const work = this.#refresh(app, { row: { ...row, sealed }, given, consent });
      waitUntil(work);
      return this.#isGood(consent) ? ok(consent.accessToken) : await work;
    }
    return fail(upstreamError("timeout", "another refresh of the access token takes too long"));
  }

  /** What needs no refresh by the caller; null where one is due. */
  #told(consent: Consent, since: number): Result<string, UpstreamError> | null {
    if (consent.ended !== undefined) return fail(upstreamError("unauthorized", consent.ended));
    if (this.#isFresh(consent)) return ok(consent.accessToken);
    const now = Date.now();
    const { failed, claimedUntil = 0 } = consent;
    const justFailed = failed && (failed.at >= since || failed.at > now - RETRY_MS);
    if (this.#isGood(consent) && (justFailed || claimedUntil > now)) return ok(consent.accessToken);
    return justFailed ? fail(upstreamError("unavailable", failed.detail)) : null;
  }

  async #refresh(app: App, claimed: Claimed): Promise<Result<string, UpstreamError>> {
    const { refreshToken, claimedUntil: _mine, failed: _earlier, ...consent } = claimed.consent;
    const asked = await this.#ask(app, claimed.given, refreshToken);
    if (asked.ok) {
      const renewed = newConsent(asked.value, Date.now(), refreshToken);
      await this.#keep(app, claimed, renewed);
      return ok(renewed.accessToken);
    }
    const { reason, detail } = asked.error;
    if (reason === "unauthorized") {
      const stands = await this.#keep(app, claimed, { ...consent, refreshToken, ended: detail });
      // Somebody may have consented anew in the meantime.
      if (stands) await this.#disable(app, claimed.row, asked.error);
      return asked;
    }
    const failed = { at: Date.now(), detail };
    await this.#keep(app, claimed, { ...consent, refreshToken, failed });
    return fail(upstreamError("unavailable", detail));
  }

  async #ask(app: App, given: Values, refreshToken: string) {
    const { connector, oauth, place } = app;
    const account = openAccount(connector, place.connection.settings, given);
    if (!account.ok) return fail(upstreamError("unavailable", account.error.message));
    const { allowPrivateUpstreams: allowPrivate } = this.#parts.environment;
    // The tokens are not masked in the answer: a platform may give the same one again.
    const { limits } = connector;
    const secrets = Object.values(given);
    const options = { limits, allowPrivate, secrets, deadlineMs: EXCHANGE_DEADLINE_MS };
    const asked = await exchange(connector, oauth.refresh, account.value, refreshToken, options);
    if (asked.ok) return asked;
    const detail = safeDetail(asked.error.detail, secretForms([refreshToken]));
    return fail({ ...asked.error, detail });
  }

  /** In place of the claim. False: the secret was replaced meanwhile, and has no use for it. */
  async #keep(app: App, { row, given }: Claimed, consent: Consent): Promise<boolean> {
    const { db, sites } = this.#parts;
    const { siteId } = app.place;
    for (let tries = 1; ; tries++) {
      try {
        if ((await this.#put(app, row.sealed, { given, consent })) === null) return false;
        break;
      } catch (error) {
        // The old refresh token is dead: without this one the owner would have to consent again.
        if (tries === STORE_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS * 4 ** tries));
      }
    }
    await atomically(db, [bumpVersion(db, siteId)]);
    sites.forget(siteId);
    return true;
  }

  /** The sealed text that stands now; null where `from` stands no more. */
  async #put(
    { place, secretId }: App,
    from: string,
    values: { given: Values; consent: Consent },
  ): Promise<string | null> {
    const { db, environment } = this.#parts;
    const { siteId, connection } = place;
    const where = { siteId, connectionId: connection.id, secretId };
    const to = await seal(environment.masterKey, where, JSON.stringify(joinSecret(values)));
    return (await swapSealed(db, siteId, secretId, { from, to })) ? to : null;
  }

  async #disable({ place }: App, row: SecretRow, error: UpstreamError): Promise<void> {
    const { db, sites } = this.#parts;
    const { siteId, connection } = place;
    const reason = `${error.reason}: ${error.detail}`;
    await disableSecret(db, siteId, row.id, reason);
    const detail = row.name ? `${row.name}: ${reason}` : reason;
    await noteHealth(db, siteId, connection.id, { state: "needs_attention", detail });
    sites.forget(siteId);
  }
}

/** For an admin; to a client it is one more way in which an upstream is not available. */
const NOT_AUTHORISED = "the account has not been authorised yet";

/** Values of a secret that is not stored yet, as its connector takes them. */
export const withoutToken = (
  connector: AnyConnector,
  settings: Settings,
  given: Values,
): Result<Values, UpstreamError> =>
  needsConsent(connector, settings, given)
    ? fail(upstreamError("unauthorized", NOT_AUTHORISED))
    : ok(given);

/** Whether these are the credentials of an app, and not of an account. */
export function needsConsent(connector: AnyConnector, settings: Settings, given: Values): boolean {
  if (!connector.oauth) return false;
  const account: Result<Account<unknown, unknown>, unknown> = openAccount(
    connector,
    settings,
    given,
  );
  return account.ok && connector.oauth.applies(account.value.secret);
}

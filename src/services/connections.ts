/** Connections as the console works with them: saved, tested, asked for what they offer. */

import type { z } from "zod";
import type { AnyConnector } from "../connectors/connector.ts";
import { connectorById, connectorInfos, openAccount } from "../connectors/registry.ts";
import type { Connection, connectionInputSchema } from "../contract/admin-connections.ts";
import type { Settings } from "../contract/config.ts";
import { CONNECTOR_IDS } from "../contract/connectors.ts";
import type { ConnectorInfo, Offer, ProbeResult } from "../contract/guide.ts";
import { splitSecret } from "../core/consent.ts";
import { refuse } from "../core/failure.ts";
import { ok } from "../core/result.ts";
import * as store from "../store/connections.ts";
import { newId } from "../store/ids.ts";
import { loadParts, type Parts, type SecretRow, type StoredConnection } from "../store/parts.ts";
import { hintOf, seal } from "../store/seal.ts";
import { change } from "../store/sites.ts";
import { needsConsent, withoutToken } from "./connections-oauth-tokens.ts";
import { listOffers, testConnection } from "./probe.ts";
import type { Services } from "./services.ts";

type ConnectionInput = z.output<typeof connectionInputSchema>;

/** The platforms that can be connected. */
export function listConnectors(): ConnectorInfo[] {
  return connectorInfos();
}

/**
 * What a connector's own schemas say of settings and secrets. A platform that has a stable id but
 * no connector yet is taken as it is, so that a file may name it already.
 */
export function checkConnection(
  connectorId: string,
  settings: Settings | Record<string, unknown>,
  secrets: Record<string, string>[],
): { path: string; message: string }[] {
  const connector = connectorById(connectorId);
  if (!connector) {
    const known = (CONNECTOR_IDS as readonly string[]).includes(connectorId);
    return known ? [] : [{ path: "connector", message: `there is no connector "${connectorId}"` }];
  }
  const problems = new Map<string, string>();
  for (const values of secrets.length > 0 ? secrets : [{}]) {
    const opened = openAccount(connector, settings as Settings, values);
    // A connection may be saved before its key is there; it is then not usable, and says so.
    const missingSecret =
      secrets.length === 0 && !opened.ok && opened.error.path.startsWith("secret");
    if (!opened.ok && !missingSecret) problems.set(opened.error.path, opened.error.message);
  }
  return [...problems].map(([path, message]) => ({ path, message }));
}

export async function listConnections(services: Services, siteId: string): Promise<Connection[]> {
  const parts = await loadParts(services.db, siteId);
  return await Promise.all(
    parts.connections.map((connection) => shown(services, siteId, connection, parts)),
  );
}

async function shown(
  services: Services,
  siteId: string,
  connection: StoredConnection,
  parts: Parts,
): Promise<Connection> {
  const { slug } = connection;
  return {
    id: slug,
    name: connection.name,
    connector: connection.connector,
    enabled: connection.enabled,
    settings: connection.settings,
    secrets: await Promise.all(
      connection.secrets.map(async (secret) => {
        const { id, name, weight, hint, disabledReason } = secret;
        const authorised = await isAuthorised(services, siteId, connection, secret);
        return { id, name, weight, hint, disabledReason, authorised };
      }),
    ),
    health: connection.health,
    healthDetail: connection.healthDetail,
    checkedAt: connection.checkedAt === null ? null : new Date(connection.checkedAt).toISOString(),
    usedBy: usesOf(slug, parts),
  };
}

const usesOf = (slug: string, parts: Parts): Connection["usedBy"] => ({
  models: parts.models.filter((model) =>
    model.config.routes.some((route) => route.connection === slug),
  ).length,
  agents: parts.agents.filter(
    ({ config }) => "connection" in config.target && config.target.connection === slug,
  ).length,
});

/** Null: it needs no consent. One that cannot be opened any more is to be written anew. */
async function isAuthorised(
  { vault }: Services,
  siteId: string,
  { id, connector: connectorId, settings }: StoredConnection,
  secret: SecretRow,
): Promise<boolean | null> {
  const connector = connectorById(connectorId);
  if (!connector?.oauth) return null;
  const values = await vault.open(siteId, id, secret).catch(() => null);
  if (!values) return null;
  const { given, consent } = splitSecret(values);
  if (!needsConsent(connector, settings, given)) return null;
  return consent !== null && consent.ended === undefined;
}

function find(parts: Parts, slug: string): StoredConnection {
  const found = parts.connections.find((connection) => connection.slug === slug);
  return found ?? refuse("connection_not_found", `There is no connection "${slug}".`);
}

interface PlainSecret {
  id: string;
  name: string;
  weight: number;
  values: Record<string, string>;
  /** The stored one, where nothing of it was written anew. */
  row: SecretRow | null;
}

/** Where there are two kinds of credentials, one that is complete takes the other's place. */
const isSecret = ({ connector, settings }: ConnectionInput, values: Record<string, string>) =>
  Object.keys(values).length > 0 && checkConnection(connector, settings, [values]).length === 0;

/**
 * Values that were left empty are taken from the stored secret of the same id. Where any is new the
 * secret is another: what its account has consented to was for the one before.
 */
async function completeSecrets(
  services: Services,
  siteId: string,
  input: ConnectionInput,
  stored: StoredConnection | null,
): Promise<PlainSecret[]> {
  return await Promise.all(
    input.secrets.map(async ({ id, name, weight, values: written }) => {
      const given = Object.fromEntries(
        Object.entries(written)
          .map(([field, value]) => [field, value.trim()] as const)
          .filter(([, value]) => value !== ""),
      );
      const old = stored?.secrets.find((secret) => secret.id === id);
      const kept = old && stored ? await services.vault.open(siteId, stored.id, old) : {};
      const isWhole = connectorById(input.connector)?.oauth && isSecret(input, given);
      const values = isWhole ? given : { ...splitSecret(kept).given, ...given };
      const row = old && Object.keys(given).length === 0 ? old : null;
      return { id: row?.id ?? newId("secret"), name, weight, values, row };
    }),
  );
}

export async function saveConnection(
  services: Services,
  siteId: string,
  input: ConnectionInput,
  slug: string | null,
): Promise<Connection> {
  const parts = await loadParts(services.db, siteId);
  const stored = slug === null ? null : find(parts, slug);
  if (parts.connections.some((one) => one.slug === input.id && one.id !== stored?.id)) {
    refuse("conflict", `There is a connection "${input.id}" already.`, { param: "id" });
  }
  const secrets = await completeSecrets(services, siteId, input, stored);
  const [problem] = checkConnection(
    input.connector,
    input.settings,
    secrets.map((secret) => secret.values),
  );
  if (problem) refuse("invalid_value", problem.message, { param: problem.path });
  const id = stored?.id ?? newId("connection");
  const { connector, enabled, name, settings } = input;
  const values = { slug: input.id, name, connector, enabled, settings };
  const sealed = await Promise.all(
    secrets.map(async ({ values: plain, row, ...secret }) => {
      if (row) return { ...secret, sealed: row.sealed, hint: row.hint };
      const place = { siteId, connectionId: id, secretId: secret.id };
      const sealed = await seal(services.environment.masterKey, place, JSON.stringify(plain));
      return { ...secret, sealed, hint: hintOf(plain) };
    }),
  );
  await change(services.db, siteId, [
    stored
      ? store.updateConnection(services.db, siteId, id, values)
      : store.insertConnection(services.db, siteId, id, values),
    ...store.replaceSecrets(services.db, siteId, id, sealed),
  ]);
  services.sites.forget(siteId);
  for (const { row } of secrets) if (row) services.health.mended(id, row.id);
  const saved = await loadParts(services.db, siteId);
  return await shown(services, siteId, find(saved, input.id), saved);
}

export async function deleteConnection(
  services: Services,
  siteId: string,
  slug: string,
): Promise<void> {
  const parts = await loadParts(services.db, siteId);
  const stored = find(parts, slug);
  const { models, agents } = usesOf(slug, parts);
  if (models + agents > 0) {
    refuse(
      "conflict",
      `It is used by ${models} model(s) and ${agents} agent(s); withdraw those first.`,
    );
  }
  await change(services.db, siteId, store.deleteConnection(services.db, siteId, stored.id));
  services.sites.forget(siteId);
}

/** Tests what is in the form, before it is saved. */
export async function testInput(
  services: Services,
  siteId: string,
  input: ConnectionInput,
): Promise<ProbeResult> {
  const parts = await loadParts(services.db, siteId);
  const stored = parts.connections.find((connection) => connection.slug === input.id) ?? null;
  const [secret] = await completeSecrets(services, siteId, input, stored);
  const asked = { given: secret?.values ?? {}, kept: stored && secret?.row ? secret.row : null };
  return await testWith(services, siteId, input, stored, asked);
}

/**
 * Asks as the form says. A token is fetched as the stored connection says: an address that is only
 * being tried must not be sent a refresh token, nor end a consent.
 */
async function testWith(
  services: Services,
  siteId: string,
  form: Pick<StoredConnection, "connector" | "settings">,
  stored: StoredConnection | null,
  { given, kept }: { given: Record<string, string>; kept: SecretRow | null },
): Promise<ProbeResult> {
  const { accessTokens, environment } = services;
  const connector = connectorOf(form.connector);
  const call = {};
  const ask = async () => {
    const opened =
      stored && kept
        ? await accessTokens.open({ siteId, connection: stored }, kept, call)
        : withoutToken(connector, form.settings, given);
    return await testConnection(connector, form.settings, opened.ok ? opened.value : given, {
      allowPrivate: environment.allowPrivateUpstreams,
      ...(opened.ok ? {} : { noToken: opened.error }),
    });
  };
  const result = await ask();
  const { step, state } = result.steps.at(-1) ?? {};
  const isRefused = step === "authorised" && state === "failed";
  return isRefused && accessTokens.renew(call) ? await ask() : result;
}

/**
 * Tests a stored connection with each of its keys, and remembers what was seen as its health. Keys
 * that work are used again. The result is that of the first key that does not, if there is one.
 */
export async function testStored(
  services: Services,
  siteId: string,
  slug: string,
): Promise<ProbeResult> {
  const stored = find(await loadParts(services.db, siteId), slug);
  const { db, health, vault } = services;
  const test = async (secret: SecretRow | null) => {
    const values = secret ? await vault.open(siteId, stored.id, secret) : {};
    const { given } = splitSecret(values);
    const result = await testWith(services, siteId, stored, stored, { given, kept: secret });
    return { secret, result };
  };
  const [first, ...others] = stored.secrets;
  const tests = await Promise.all([test(first ?? null), ...others.map(test)]);
  const working = tests.filter(({ result }) => result.ok).map(({ secret }) => secret);
  for (const secret of working) health.mended(stored.id, secret?.id ?? null);
  const refused = working.flatMap((secret) => (secret?.disabledReason ? [secret.id] : []));
  await store.enableSecrets(db, siteId, refused);
  if (refused.length > 0) services.sites.forget(siteId);
  const { secret, result } = tests.find((one) => !one.result.ok) ?? tests[0];
  const failed = result.steps.find((step) => step.state === "failed");
  const which = secret && others.length > 0 ? `${secret.name || secret.hint}: ` : "";
  await store.noteHealth(db, siteId, stored.id, {
    state: result.ok ? "connected" : "needs_attention",
    detail: failed ? which + failed.message.en : null,
  });
  return result;
}

export async function offersOf(services: Services, siteId: string, slug: string): Promise<Offer[]> {
  const stored = find(await loadParts(services.db, siteId), slug);
  const { accessTokens, environment } = services;
  const { settings, secrets } = stored;
  const call = {};
  const ask = async () => {
    const place = { siteId, connection: stored };
    const opened = secrets[0] ? await accessTokens.open(place, secrets[0], call) : ok({});
    if (!opened.ok) return opened;
    const { allowPrivateUpstreams: allowPrivate } = environment;
    return await listOffers(connectorOf(stored.connector), settings, opened.value, {
      allowPrivate,
    });
  };
  const first = await ask();
  const isRefused = !first.ok && first.error.reason === "unauthorized";
  const offers = isRefused && accessTokens.renew(call) ? await ask() : first;
  if (offers.ok) return [...ownAgent(stored), ...offers.value];
  return refuse(
    "upstream_unavailable",
    `The platform's list could not be read: ${offers.error.detail}`,
  );
}

/** Where no list is to be had, and the key or a setting is one agent: that one. */
function ownAgent({ connector: id, name, settings }: StoredConnection): Offer[] {
  const { agentSetting, family, offers } = connectorOf(id);
  const isOne = agentSetting ? Boolean(settings[agentSetting]) : family === "agents" && !offers;
  const nothing = { description: "", icon: "", openingMessage: "", suggestedQuestions: [] };
  return isOne ? [{ kind: "agent", id: "", name, ...nothing, modelKind: null }] : [];
}

function connectorOf(id: string): AnyConnector {
  const connector = connectorById(id);
  return (
    connector ?? refuse("invalid_value", `There is no connector "${id}".`, { param: "connector" })
  );
}

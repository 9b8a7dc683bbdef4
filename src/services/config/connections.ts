/**
 * Plans the connections of one site. A secret of the file that equals a stored one is that one:
 * it keeps its row, so that applying again seals nothing and a key that a platform has refused
 * stays refused. A file that says nothing of secrets leaves them as they are.
 */
import type { SiteConfig } from "../../contract/config.ts";
import { splitSecret } from "../../core/consent.ts";
import * as store from "../../store/connections.ts";
import { newId } from "../../store/ids.ts";
import type { SecretRow, StoredConnection } from "../../store/parts.ts";
import { hintOf, seal } from "../../store/seal.ts";
import { pathOf, type SiteContext } from "./context.ts";
import { rawList } from "./parse.ts";
import { canonical } from "./plan.ts";
import type { Raw } from "./stored.ts";

/** Checks settings and secrets by the connector's own schemas. */
export type CheckConnection = (
  connectorId: string,
  settings: Record<string, unknown>,
  secrets: Record<string, string>[],
) => { path: string; message: string }[];

type ConnectionConfig = SiteConfig["connections"][number];

export async function planConnections(context: SiteContext, check: CheckConnection): Promise<void> {
  const { config, raw, parts, plan, siteId, db, prune } = context;
  const written = rawList(raw, "connections");
  for (const [at, connection] of config.connections.entries()) {
    const stored = parts.connections.find((one) => one.slug === connection.id) ?? null;
    await planConnection(context, connection, written[at] ?? {}, stored, check);
  }
  if (!prune) return;
  const named = new Set(config.connections.map((connection) => connection.id));
  for (const { id, slug } of parts.connections) {
    if (named.has(slug)) continue;
    plan.noteRemoval(pathOf(context, "connections", slug));
    plan.write(siteId, store.deleteConnection(db, siteId, id));
  }
}

async function planConnection(
  context: SiteContext,
  connection: ConnectionConfig,
  written: Raw,
  stored: StoredConnection | null,
  check: CheckConnection,
): Promise<void> {
  const { plan, db, siteId, ids } = context;
  const path = pathOf(context, "connections", connection.id);
  const id = ids.connections.get(connection.id);
  if (id === undefined) throw new Error(`no id for connection ${connection.id}`);
  const wanted = "secrets" in written ? wantedSecrets(connection, written) : null;
  checkValues(context, path, connection, wanted, check);

  const before = stored ? await openAll(context, stored) : [];
  const after = wanted === null ? before : await pairUp(context, id, wanted, before);
  const { connector, enabled, settings, id: slug } = connection;
  const values = { slug, name: connection.name ?? slug, connector, enabled, settings };
  const isChanged = plan.note(
    path,
    stored ? inWords(stored, before) : null,
    inWords(values, after),
    { given: Object.keys(written) },
  );
  if (!isChanged) return;
  const sameAccount =
    stored !== null &&
    canonical([stored.connector, stored.settings]) ===
      canonical([connection.connector, connection.settings]) &&
    canonical(before.map((one) => one.id)) === canonical(after.map((one) => one.id));
  plan.write(siteId, [
    stored
      ? store.updateConnection(db, siteId, id, values, sameAccount)
      : store.insertConnection(db, siteId, id, values),
    ...(canonical(shownSecrets(before)) === canonical(shownSecrets(after))
      ? []
      : store.replaceSecrets(db, siteId, id, after.map(toRow))),
  ]);
}

interface WantedSecret {
  /** Null: the file does not say. */
  name: string | null;
  weight: number | null;
  values: Record<string, string>;
}

/** In the file a secret's values stand beside its name and weight. */
function wantedSecrets(connection: ConnectionConfig, written: Raw): WantedSecret[] {
  const raw = Array.isArray(written.secrets) ? (written.secrets as Raw[]) : [];
  return connection.secrets.map(({ name, weight, ...values }, at) => ({
    name: name ?? null,
    weight: "weight" in (raw[at] ?? {}) ? weight : null,
    values: values as Record<string, string>,
  }));
}

function checkValues(
  context: SiteContext,
  path: string,
  connection: ConnectionConfig,
  wanted: WantedSecret[] | null,
  check: CheckConnection,
): void {
  const told = new Set<string>();
  const tell = (where: string, message: string) => {
    if (!told.has(where)) context.plan.problem(where, message);
    told.add(where);
  };
  const { connector, settings } = connection;
  // Without a secret first, so that what is wrong with the settings is told once.
  for (const problem of check(connector, settings, [])) {
    tell(`${path}.${problem.path}`, problem.message);
  }
  for (const [at, secret] of wanted?.entries() ?? []) {
    for (const problem of check(connector, settings, [secret.values])) {
      tell(`${path}.${problem.path.replace(/^secret\b/, `secrets[${at}]`)}`, problem.message);
    }
  }
}

interface HeldSecret extends Omit<SecretRow, "siteId" | "connectionId" | "position"> {
  /** Null: sealed under a master key that is no longer there. */
  values: Record<string, string> | null;
}

async function openAll(context: SiteContext, connection: StoredConnection): Promise<HeldSecret[]> {
  return await Promise.all(
    connection.secrets.map(async (secret) => ({
      ...secret,
      // Not opened is not equal: the file's secret takes its place. A file knows of no consent.
      values: await context.vault
        .open(context.siteId, connection.id, secret)
        .then((values) => splitSecret(values).given)
        .catch(() => null),
    })),
  );
}

async function pairUp(
  context: SiteContext,
  connectionId: string,
  wanted: WantedSecret[],
  held: HeldSecret[],
): Promise<HeldSecret[]> {
  const left = [...held];
  return await Promise.all(
    wanted.map(async ({ name, weight, values }) => {
      const at = left.findIndex((one) => canonical(one.values) === canonical(values));
      const [same] = at < 0 ? [] : left.splice(at, 1);
      if (same) return { ...same, name: name ?? same.name, weight: weight ?? same.weight };
      const id = newId("secret");
      const place = { siteId: context.siteId, connectionId, secretId: id };
      const sealed = await seal(context.masterKey, place, JSON.stringify(values));
      const fresh = { id, values, sealed, hint: hintOf(values), disabledReason: null };
      return { ...fresh, name: name ?? "", weight: weight ?? 1 };
    }),
  );
}

function inWords(
  { slug, name, connector, enabled, settings }: store.ConnectionValues,
  secrets: HeldSecret[],
): object {
  return { id: slug, name, connector, enabled, settings, secrets: shownSecrets(secrets) };
}

/** Never the values: the id tells a new secret from an old one with the same last characters. */
function shownSecrets(secrets: HeldSecret[]): object[] {
  return secrets.map(({ id, name, weight, hint }) => ({ id, name, weight, hint }));
}

function toRow({ id, name, weight, sealed, hint, disabledReason }: HeldSecret): store.NewSecret {
  return { id, name, weight, sealed, hint, disabledReason };
}

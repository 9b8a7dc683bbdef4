/** Plans the parts of one site: levels, groups, departments, connections, models, agents. */
import {
  agentConfigSchema,
  connectionConfigSchema,
  levelConfigSchema,
  type ModelConfig,
  modelConfigSchema,
} from "../../contract/config.ts";
import * as connections from "../../store/connections.ts";
import type { Database, Statement } from "../../store/database.ts";
import { newId } from "../../store/ids.ts";
import type { Parts, StoredConnection } from "../../store/parts.ts";
import * as publishing from "../../store/publishing.ts";
import { hintOf, seal } from "../../store/seal.ts";
import type { Vault } from "../vault.ts";
import { canonical, type Plan } from "./plan.ts";

export interface SectionContext {
  db: Database;
  plan: Plan;
  siteId: string;
  /** `sites[acme]` */
  path: string;
  prune: boolean;
  parts: Parts;
  masterKey: Uint8Array;
  vault: Vault;
}

type Raw = Record<string, unknown>;

/** Pairs each entity of the file with what is stored of it, fills what the file leaves out, and plans both ways. */
interface Section<Stored extends { id: string }, Config extends object> {
  name: string;
  raw: Raw[];
  stored: readonly Stored[];
  keyOfStored(stored: Stored): string;
  rawKey: string;
  configOf(stored: Stored): Config;
  parse(merged: Raw): Config;
  kind: Parameters<typeof newId>[0];
  save(id: string, config: Config, before: Stored | null): Statement[] | Promise<Statement[]>;
  remove(stored: Stored): Statement[];
  masked?: readonly string[];
}

/** Ids by key of everything there will be after the file is applied. */
async function planSection<Stored extends { id: string }, Config extends object>(
  context: SectionContext,
  section: Section<Stored, Config>,
  beforeSaving?: (ids: Map<string, string>) => void,
): Promise<Map<string, string>> {
  const { plan, siteId, path, prune } = context;
  const named = new Map(section.raw.map((raw) => [String(raw[section.rawKey]), raw]));
  if (named.size < section.raw.length)
    plan.problem(`${path}.${section.name}`, "the same name twice");
  const stored = new Map(section.stored.map((one) => [section.keyOfStored(one), one]));
  const ids = new Map<string, string>();
  for (const [key, one] of stored) if (!prune || named.has(key)) ids.set(key, one.id);
  for (const key of named.keys()) if (!ids.has(key)) ids.set(key, newId(section.kind));
  beforeSaving?.(ids);
  for (const [key, raw] of named) {
    const before = stored.get(key) ?? null;
    const old = before ? section.configOf(before) : null;
    const config = section.parse({ ...old, ...raw });
    const id = ids.get(key) ?? "";
    if (plan.note(`${path}.${section.name}[${key}]`, old, config, section.masked)) {
      plan.write(siteId, await section.save(id, config, before));
    }
  }
  if (prune) {
    for (const [key, one] of stored) {
      if (named.has(key)) continue;
      plan.noteRemoval(`${path}.${section.name}[${key}]`);
      plan.write(siteId, section.remove(one));
    }
  }
  return ids;
}

const rawList = (raw: Raw, name: string): Raw[] => (raw[name] as Raw[] | undefined) ?? [];

export async function planLevels(context: SectionContext, raw: Raw): Promise<Map<string, string>> {
  const { db, siteId, parts } = context;
  return await planSection(context, {
    name: "levels",
    raw: rawList(raw, "levels"),
    stored: parts.levels,
    rawKey: "slug",
    keyOfStored: (one) => one.config.slug,
    configOf: (one) => one.config,
    parse: (merged) => levelConfigSchema.parse(merged),
    kind: "level",
    save: (id, config, before) => publishing.saveLevel(db, siteId, id, config, before !== null),
    remove: (one) => publishing.deleteLevel(db, siteId, one.id),
  });
}

export async function planGroups(context: SectionContext, raw: Raw): Promise<Map<string, string>> {
  const { db, siteId, parts } = context;
  return await planSection(context, {
    name: "groups",
    raw: rawList(raw, "groups"),
    stored: parts.groups,
    rawKey: "slug",
    keyOfStored: (one) => one.slug,
    configOf: ({ slug, name }) => ({ slug, name }),
    parse: (merged) => ({ slug: String(merged.slug), name: String(merged.name) }),
    kind: "group",
    save: (id, config, before) =>
      publishing.saveGroup(db, siteId, { id, ...config }, before !== null),
    remove: (one) => publishing.deleteGroup(db, siteId, one.id),
  });
}

export async function planDepartments(
  context: SectionContext,
  raw: Raw,
): Promise<Map<string, string>> {
  const { db, siteId, parts, plan, path } = context;
  const slugOf = new Map(parts.departments.map((one) => [one.id, one.slug]));
  let known = new Map<string, string>();
  return await planSection(
    context,
    {
      name: "departments",
      raw: rawList(raw, "departments"),
      stored: parts.departments,
      rawKey: "slug",
      keyOfStored: (one) => one.slug,
      configOf: ({ slug, name, parentId }) => ({
        slug,
        name,
        parent: slugOf.get(parentId ?? "") ?? null,
      }),
      parse: (merged) => ({
        slug: String(merged.slug),
        name: String(merged.name),
        parent: typeof merged.parent === "string" ? merged.parent : null,
      }),
      kind: "department",
      save: (id, config, before) => {
        const parentId = config.parent === null ? null : (known.get(config.parent) ?? null);
        if (config.parent !== null && (parentId === null || parentId === id)) {
          plan.problem(
            `${path}.departments[${config.slug}].parent`,
            `there is no department "${config.parent}" above it`,
          );
        }
        const { slug, name } = config;
        return publishing.saveDepartment(db, siteId, { id, slug, name, parentId }, before !== null);
      },
      remove: (one) => publishing.deleteDepartment(db, siteId, one.id),
    },
    (ids) => {
      known = ids;
    },
  );
}

/** Checks settings and secrets by the connector's own schemas. */
export type CheckConnection = (
  connectorId: string,
  settings: Record<string, unknown>,
  secrets: Record<string, string>[],
) => { path: string; message: string }[];

interface PlainSecret {
  name: string;
  weight: number;
  values: Record<string, string>;
}

export async function planConnections(
  context: SectionContext,
  raw: Raw,
  check: CheckConnection,
): Promise<Map<string, string>> {
  const { db, siteId, parts, plan, path } = context;
  const opened = new Map<string, PlainSecret[]>();
  for (const one of parts.connections) opened.set(one.id, await openSecrets(context, one));
  return await planSection(context, {
    name: "connections",
    raw: rawList(raw, "connections"),
    stored: parts.connections,
    rawKey: "id",
    keyOfStored: (one) => one.slug,
    masked: ["secrets"],
    configOf: (one) => ({
      slug: one.slug,
      name: one.name,
      connector: one.connector,
      enabled: one.enabled,
      settings: one.settings,
      secrets: opened.get(one.id) ?? [],
    }),
    parse: (merged) => parseConnection(merged),
    kind: "connection",
    save: async (id, config, before) => {
      const where = `${path}.connections[${config.slug}]`;
      const { secrets, ...values } = config;
      for (const problem of check(
        config.connector,
        config.settings,
        secrets.map((one) => one.values),
      )) {
        plan.problem(`${where}.${problem.path}`, problem.message);
      }
      const old = before ? (opened.get(before.id) ?? []) : null;
      const statements = before
        ? [connections.updateConnection(db, siteId, id, values)]
        : [connections.insertConnection(db, siteId, id, values)];
      if (canonical(old) === canonical(secrets)) return statements;
      return [
        ...statements,
        ...connections.replaceSecrets(db, siteId, id, await sealAll(context, id, secrets)),
      ];
    },
    remove: (one) => connections.deleteConnection(db, siteId, one.id),
  });
}

/** In the file a secret's values stand beside its name and weight. */
function parseConnection(merged: Raw) {
  const { slug, ...rest } = merged;
  const file = connectionConfigSchema.parse({
    ...rest,
    id: rest.id ?? slug,
    secrets: ((rest.secrets ?? []) as Raw[]).map((secret) =>
      "values" in secret
        ? {
            name: secret.name || undefined,
            weight: secret.weight,
            ...(secret.values as Raw),
          }
        : secret,
    ),
  });
  return {
    slug: file.id,
    name: file.name ?? file.id,
    connector: file.connector,
    enabled: file.enabled,
    settings: file.settings,
    secrets: file.secrets.map(({ name, weight, ...values }) => ({
      name: name ?? "",
      weight,
      values: values as Record<string, string>,
    })),
  };
}

async function openSecrets(
  context: SectionContext,
  connection: StoredConnection,
): Promise<PlainSecret[]> {
  return await Promise.all(
    connection.secrets.map(async (secret) => ({
      name: secret.name,
      weight: secret.weight,
      values: await context.vault.open(context.siteId, connection.id, secret),
    })),
  );
}

export async function sealAll(
  context: { masterKey: Uint8Array; siteId: string },
  connectionId: string,
  secrets: PlainSecret[],
): Promise<connections.NewSecret[]> {
  return await Promise.all(
    secrets.map(async ({ name, weight, values }) => {
      const id = newId("secret");
      const place = { siteId: context.siteId, connectionId, secretId: id };
      const sealed = await seal(context.masterKey, place, JSON.stringify(values));
      return { id, name, weight, sealed, hint: hintOf(values) };
    }),
  );
}

export async function planModels(
  context: SectionContext,
  raw: Raw,
  connectionIds: Map<string, string>,
  checkAccess: (path: string, access: ModelConfig["access"]) => void,
): Promise<Map<string, string>> {
  const { db, siteId, parts, plan, path } = context;
  return await planSection(context, {
    name: "models",
    raw: rawList(raw, "models"),
    stored: parts.models,
    rawKey: "name",
    keyOfStored: (one) => one.config.name,
    configOf: (one) => one.config,
    parse: (merged) => modelConfigSchema.parse(merged),
    kind: "model",
    save: (id, config, before) => {
      const where = `${path}.models[${config.name}]`;
      const missing = config.routes.findIndex((route) => !connectionIds.has(route.connection));
      if (missing >= 0) {
        plan.problem(
          `${where}.routes[${missing}].connection`,
          `there is no connection "${config.routes[missing]?.connection}"`,
        );
        return [];
      }
      checkAccess(`${where}.access`, config.access);
      const references = { connections: connectionIds, models: new Map() };
      return publishing.saveModel(db, siteId, id, config, before, references);
    },
    remove: (one) => publishing.deleteModel(db, siteId, one.id),
  });
}

export async function planAgents(
  context: SectionContext,
  raw: Raw,
  references: publishing.References,
  checkAccess: (path: string, access: ModelConfig["access"]) => void,
): Promise<void> {
  const { db, siteId, parts, plan, path } = context;
  await planSection(context, {
    name: "agents",
    raw: rawList(raw, "agents"),
    stored: parts.agents,
    rawKey: "slug",
    keyOfStored: (one) => one.config.slug,
    configOf: (one) => one.config,
    parse: (merged) => agentConfigSchema.parse(merged),
    kind: "agent",
    save: (id, config, before) => {
      const where = `${path}.agents[${config.slug}]`;
      const target = config.target;
      if ("connection" in target && !references.connections.has(target.connection)) {
        plan.problem(`${where}.target.connection`, `there is no connection "${target.connection}"`);
        return [];
      }
      if ("model" in target && !references.models.has(target.model)) {
        plan.problem(`${where}.target.model`, `there is no model "${target.model}"`);
        return [];
      }
      checkAccess(`${where}.access`, config.access);
      return publishing.saveAgent(db, siteId, id, config, before, references);
    },
    remove: (one) => publishing.deleteAgent(db, siteId, one.id),
  });
}

/**
 * The parts of a site in the words of the configuration file (slugs and names, decimal credits),
 * with their ids beside. The console and the configuration file read and write these.
 */
import { asc, eq } from "drizzle-orm";
import type {
  AgentConfig,
  AgentTarget,
  LevelConfig,
  ModelConfig,
  Settings,
} from "../contract/config.ts";
import { MICRO_PER_CREDIT } from "../contract/values.ts";
import type { Database } from "./database.ts";
import * as t from "./schema.ts";

export type SecretRow = typeof t.connectionSecrets.$inferSelect;

export interface StoredConnection {
  id: string;
  slug: string;
  name: string;
  connector: string;
  enabled: boolean;
  settings: Settings;
  health: "unknown" | "connected" | "needs_attention";
  healthDetail: string | null;
  checkedAt: number | null;
  secrets: SecretRow[];
}
export interface StoredModel {
  id: string;
  priceVersion: number;
  config: ModelConfig;
}
export interface StoredAgent {
  id: string;
  priceVersion: number;
  config: AgentConfig;
}
export interface StoredLevel {
  id: string;
  config: LevelConfig;
}
export interface StoredNamed {
  id: string;
  slug: string;
  name: string;
}
export interface StoredDepartment extends StoredNamed {
  parentId: string | null;
}

export interface Parts {
  connections: StoredConnection[];
  models: StoredModel[];
  agents: StoredAgent[];
  levels: StoredLevel[];
  groups: StoredNamed[];
  departments: StoredDepartment[];
}

type Rows = [
  (typeof t.connections.$inferSelect)[],
  SecretRow[],
  (typeof t.models.$inferSelect)[],
  (typeof t.modelRoutes.$inferSelect)[],
  (typeof t.agents.$inferSelect)[],
  (typeof t.levels.$inferSelect)[],
  (typeof t.groups.$inferSelect)[],
  (typeof t.departments.$inferSelect)[],
];

/** All parts of a site, in one batch. */
export async function loadParts(db: Database, siteId: string): Promise<Parts> {
  const rows = (await db.batch([
    db
      .select()
      .from(t.connections)
      .where(eq(t.connections.siteId, siteId))
      .orderBy(asc(t.connections.slug)),
    db
      .select()
      .from(t.connectionSecrets)
      .where(eq(t.connectionSecrets.siteId, siteId))
      .orderBy(asc(t.connectionSecrets.position)),
    db.select().from(t.models).where(eq(t.models.siteId, siteId)).orderBy(asc(t.models.name)),
    db
      .select()
      .from(t.modelRoutes)
      .where(eq(t.modelRoutes.siteId, siteId))
      .orderBy(asc(t.modelRoutes.position)),
    db
      .select()
      .from(t.agents)
      .where(eq(t.agents.siteId, siteId))
      .orderBy(asc(t.agents.position), asc(t.agents.name)),
    db.select().from(t.levels).where(eq(t.levels.siteId, siteId)).orderBy(asc(t.levels.slug)),
    db.select().from(t.groups).where(eq(t.groups.siteId, siteId)).orderBy(asc(t.groups.slug)),
    db
      .select()
      .from(t.departments)
      .where(eq(t.departments.siteId, siteId))
      .orderBy(asc(t.departments.slug)),
  ])) as Rows;
  const [connections, secrets, models, routes, agents, levels, groups, departments] = rows;
  const slugOf = new Map(connections.map((row) => [row.id, row.slug]));
  const nameOf = new Map(models.map((row) => [row.id, row.name]));
  const secretsOf = Map.groupBy(secrets, (secret) => secret.connectionId);
  const routesOf = Map.groupBy(routes, (route) => route.modelId);
  return {
    connections: connections.map((row) => ({ ...row, secrets: secretsOf.get(row.id) ?? [] })),
    models: models.map((row) => toModel(row, routesOf.get(row.id) ?? [], slugOf)),
    agents: agents.map((row) => toAgent(row, slugOf, nameOf)),
    levels: levels.map(toLevel),
    groups: groups.map(({ id, slug, name }) => ({ id, slug, name })),
    departments: departments.map(({ id, slug, name, parentId }) => ({ id, slug, name, parentId })),
  };
}

function toModel(row: Rows[2][number], routes: Rows[3], slugOf: Map<string, string>): StoredModel {
  return {
    id: row.id,
    priceVersion: row.priceVersion,
    config: {
      name: row.name,
      kind: row.kind,
      enabled: row.enabled,
      vision: row.vision,
      routes: routes.map((route) => ({
        connection: slugOf.get(route.connectionId) ?? "",
        model: route.upstreamModel,
        weight: route.weight,
        priority: route.priority,
      })),
      price: row.price,
      ...(row.cost === null ? {} : { cost: row.cost }),
      limits: {
        ...(row.maxOutputTokens === null ? {} : { maxOutputTokens: row.maxOutputTokens }),
        ...(row.contextTokens === null ? {} : { contextTokens: row.contextTokens }),
      },
      ...(row.cache === null ? {} : { cache: row.cache }),
      ...(row.access === null ? {} : { access: row.access }),
    },
  };
}

function toAgent(
  row: Rows[4][number],
  slugOf: Map<string, string>,
  nameOf: Map<string, string>,
): StoredAgent {
  const { id, priceVersion, siteId: _siteId, position, target, inputs, ...rest } = row;
  return {
    id,
    priceVersion,
    config: {
      ...rest,
      order: position,
      target: toTarget(target, slugOf, nameOf),
      ...(inputs === null ? {} : { inputs }),
    },
  };
}

function toTarget(
  target: t.AgentTargetRow,
  slugOf: Map<string, string>,
  nameOf: Map<string, string>,
): AgentTarget {
  if (target.kind === "platform") {
    const connection = slugOf.get(target.connectionId) ?? "";
    return target.agent === null ? { connection } : { connection, agent: target.agent };
  }
  const { temperature, topP, maxOutputTokens } = target;
  const parameters = {
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { topP }),
    ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
  };
  return {
    model: nameOf.get(target.modelId) ?? "",
    prompt: target.prompt,
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
}

function toLevel(row: Rows[5][number]): StoredLevel {
  return {
    id: row.id,
    config: {
      slug: row.slug,
      name: row.name,
      icon: row.icon,
      default: row.isDefault,
      ...(row.price === null ? {} : { price: row.price }),
      monthlyCredits: row.monthlyMicro / MICRO_PER_CREDIT,
      limits: row.limits,
    },
  };
}

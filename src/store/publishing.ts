/**
 * Models, agents, levels, groups: what a site publishes and to whom. A batch that writes models or
 * agents ends with `newVersions` of prices.ts.
 */
import { and, eq } from "drizzle-orm";
import type { AgentConfig, LevelConfig, ModelConfig } from "../contract/config.ts";
import { creditsToMicro } from "../core/credits.ts";
import type { Database, Statement } from "./database.ts";
import { ordered } from "./prices.ts";
import * as t from "./schema.ts";

/** Ids of what a model or agent refers to by slug or name. The caller has checked that they exist. */
export interface References {
  connections: ReadonlyMap<string, string>;
  models: ReadonlyMap<string, string>;
}

function must(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`unknown reference: ${name}`);
  return id;
}

export function saveModel(
  db: Database,
  siteId: string,
  id: string,
  config: ModelConfig,
  exists: boolean,
  references: References,
): Statement[] {
  const row = {
    name: config.name,
    kind: config.kind,
    enabled: config.enabled,
    vision: config.vision,
    maxOutputTokens: config.limits.maxOutputTokens ?? null,
    contextTokens: config.limits.contextTokens ?? null,
    access: config.access ?? null,
    price: ordered(config.price),
    cost: config.cost ? ordered(config.cost) : null,
    cache: config.cache ?? null,
  };
  const routes = config.routes.map((route, position) =>
    db.insert(t.modelRoutes).values({
      siteId,
      modelId: id,
      position,
      connectionId: must(references.connections, route.connection),
      upstreamModel: route.model,
      weight: route.weight,
      priority: route.priority,
    }),
  );
  return [
    exists
      ? db
          .update(t.models)
          .set(row)
          .where(and(eq(t.models.siteId, siteId), eq(t.models.id, id)))
      : db.insert(t.models).values({ siteId, id, ...row }),
    dropRoutes(db, siteId, id),
    ...routes,
  ];
}

function dropRoutes(db: Database, siteId: string, modelId: string): Statement {
  return db
    .delete(t.modelRoutes)
    .where(and(eq(t.modelRoutes.siteId, siteId), eq(t.modelRoutes.modelId, modelId)));
}

/** Its prices stay: statements refer to them. */
export function deleteModel(db: Database, siteId: string, id: string): Statement[] {
  return [
    dropRoutes(db, siteId, id),
    db.delete(t.models).where(and(eq(t.models.siteId, siteId), eq(t.models.id, id))),
  ];
}

export function saveAgent(
  db: Database,
  siteId: string,
  id: string,
  config: AgentConfig,
  exists: boolean,
  references: References,
): Statement[] {
  const { order, target, ...rest } = config;
  const row = {
    ...rest,
    position: order,
    target: targetRow(target, references),
    inputs: config.inputs ?? null,
  };
  return [
    exists
      ? db
          .update(t.agents)
          .set(row)
          .where(and(eq(t.agents.siteId, siteId), eq(t.agents.id, id)))
      : db.insert(t.agents).values({ siteId, id, ...row }),
  ];
}

function targetRow(target: AgentConfig["target"], references: References): t.AgentTargetRow {
  if ("connection" in target) {
    return {
      kind: "platform",
      connectionId: must(references.connections, target.connection),
      agent: target.agent ?? null,
    };
  }
  return {
    kind: "prompt",
    modelId: must(references.models, target.model),
    prompt: target.prompt,
    temperature: target.parameters?.temperature ?? null,
    topP: target.parameters?.topP ?? null,
    maxOutputTokens: target.parameters?.maxOutputTokens ?? null,
  };
}

export function placeAgent(db: Database, siteId: string, id: string, position: number): Statement {
  return db
    .update(t.agents)
    .set({ position })
    .where(and(eq(t.agents.siteId, siteId), eq(t.agents.id, id)));
}

export function deleteAgent(db: Database, siteId: string, id: string): Statement[] {
  return [db.delete(t.agents).where(and(eq(t.agents.siteId, siteId), eq(t.agents.id, id)))];
}

export function saveLevel(
  db: Database,
  siteId: string,
  id: string,
  config: LevelConfig,
  exists: boolean,
): Statement[] {
  const row = {
    slug: config.slug,
    name: config.name,
    icon: config.icon,
    isDefault: config.default,
    price: config.price
      ? {
          ...(config.price.month === undefined ? {} : { month: config.price.month }),
          ...(config.price.year === undefined ? {} : { year: config.price.year }),
          currency: config.price.currency,
        }
      : null,
    monthlyMicro: creditsToMicro(config.monthlyCredits),
    limits: config.limits,
  };
  const one = and(eq(t.levels.siteId, siteId), eq(t.levels.id, id));
  return [
    // One default a site: the newest word counts.
    ...(config.default
      ? [db.update(t.levels).set({ isDefault: false }).where(eq(t.levels.siteId, siteId))]
      : []),
    exists
      ? db.update(t.levels).set(row).where(one)
      : db.insert(t.levels).values({ siteId, id, ...row }),
  ];
}

export function deleteLevel(db: Database, siteId: string, id: string): Statement[] {
  return [db.delete(t.levels).where(and(eq(t.levels.siteId, siteId), eq(t.levels.id, id)))];
}

export function saveGroup(
  db: Database,
  siteId: string,
  group: { id: string; slug: string; name: string },
  exists: boolean,
): Statement[] {
  return [
    exists
      ? db
          .update(t.groups)
          .set({ name: group.name })
          .where(and(eq(t.groups.siteId, siteId), eq(t.groups.id, group.id)))
      : db.insert(t.groups).values({ siteId, ...group }),
  ];
}

export function deleteGroup(db: Database, siteId: string, id: string): Statement[] {
  return [
    db
      .delete(t.userGroups)
      .where(and(eq(t.userGroups.siteId, siteId), eq(t.userGroups.groupId, id))),
    db.delete(t.groups).where(and(eq(t.groups.siteId, siteId), eq(t.groups.id, id))),
  ];
}

export function saveDepartment(
  db: Database,
  siteId: string,
  department: { id: string; slug: string; name: string; parentId: string | null },
  exists: boolean,
): Statement[] {
  return [
    exists
      ? db
          .update(t.departments)
          .set({ name: department.name, parentId: department.parentId })
          .where(and(eq(t.departments.siteId, siteId), eq(t.departments.id, department.id)))
      : db.insert(t.departments).values({ siteId, ...department }),
  ];
}

export function deleteDepartment(db: Database, siteId: string, id: string): Statement[] {
  return [
    db
      .update(t.users)
      .set({ departmentId: null })
      .where(and(eq(t.users.siteId, siteId), eq(t.users.departmentId, id))),
    db.delete(t.departments).where(and(eq(t.departments.siteId, siteId), eq(t.departments.id, id))),
  ];
}

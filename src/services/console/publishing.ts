/** Models, agents and levels as the console works with them. */
import type { Agent, Level, Model } from "../../contract/admin.ts";
import type { AgentConfig, LevelConfig, ModelConfig } from "../../contract/config.ts";
import { refuse } from "../../core/failure.ts";
import type { Statement } from "../../store/database.ts";
import { newId } from "../../store/ids.ts";
import { loadParts, type Parts, type StoredAgent, type StoredModel } from "../../store/parts.ts";
import { newVersions } from "../../store/prices.ts";
import * as store from "../../store/publishing.ts";
import { change } from "../../store/sites.ts";
import { countByLevel } from "../../store/users.ts";
import { cacheProblem } from "../cache/upkeep.ts";
import type { Services } from "../services.ts";

const EVERYONE = {
  levels: [],
  groups: [],
  departments: [],
  users: [],
  everyone: true,
  guests: false,
};

function shownModel({ id, priceVersion, config }: StoredModel): Model {
  return { ...config, id, priceVersion, access: config.access ?? EVERYONE };
}

function shownAgent({ id, priceVersion, config }: StoredAgent): Agent {
  return { ...config, id, priceVersion };
}

async function write(services: Services, siteId: string, statements: Statement[]): Promise<void> {
  await change(services.db, siteId, statements);
  services.sites.forget(siteId);
}

function references(parts: Parts): store.References {
  return {
    connections: new Map(parts.connections.map((one) => [one.slug, one.id])),
    models: new Map(parts.models.map((one) => [one.config.name, one.id])),
  };
}

function checkAccess(parts: Parts, access: ModelConfig["access"]): void {
  const known = {
    levels: parts.levels.map((level) => level.config.slug),
    groups: parts.groups.map((group) => group.slug),
    departments: parts.departments.map((department) => department.slug),
  };
  for (const part of ["levels", "groups", "departments"] as const) {
    const missing = access?.[part].find((slug) => !known[part].includes(slug));
    if (missing !== undefined)
      refuse("invalid_value", `There is no "${missing}".`, { param: `access.${part}` });
  }
}

export async function listModels(services: Services, siteId: string): Promise<Model[]> {
  return (await loadParts(services.db, siteId)).models.map(shownModel);
}

export async function saveModel(
  services: Services,
  siteId: string,
  config: ModelConfig,
  id: string | null,
  by: string,
): Promise<Model> {
  const parts = await loadParts(services.db, siteId);
  const before = id === null ? null : findModel(parts, id);
  if (parts.models.some((one) => one.config.name === config.name && one.id !== before?.id)) {
    refuse("conflict", `There is a model "${config.name}" already.`, { param: "name" });
  }
  const known = references(parts);
  const missing = config.routes.findIndex((route) => !known.connections.has(route.connection));
  if (missing >= 0) {
    const { connection } = config.routes[missing] ?? { connection: "" };
    refuse("invalid_value", `There is no connection "${connection}".`, {
      param: `routes.${missing}.connection`,
    });
  }
  checkAccess(parts, config.access);
  const problem = cacheProblem(config);
  if (problem) refuse("invalid_value", `cache: ${problem}`, { param: "cache" });
  const modelId = before?.id ?? newId("model");
  await write(services, siteId, [
    ...store.saveModel(services.db, siteId, modelId, config, before !== null, known),
    ...newVersions(services.db, siteId, by),
  ]);
  return shownModel(findModel(await loadParts(services.db, siteId), modelId));
}

function findModel(parts: Parts, id: string): StoredModel {
  return (
    parts.models.find((model) => model.id === id) ??
    refuse("model_not_found", "There is no such model.")
  );
}

export async function deleteModel(services: Services, siteId: string, id: string): Promise<void> {
  const parts = await loadParts(services.db, siteId);
  const model = findModel(parts, id);
  const users = parts.agents.filter(
    ({ config }) => "model" in config.target && config.target.model === model.config.name,
  );
  if (users.length > 0) {
    const names = users.map((agent) => agent.config.name).join(", ");
    refuse("conflict", `Agents run on it: ${names}. Change or withdraw them first.`);
  }
  await write(services, siteId, store.deleteModel(services.db, siteId, id));
}

export async function listAgents(services: Services, siteId: string): Promise<Agent[]> {
  return (await loadParts(services.db, siteId)).agents.map(shownAgent);
}

export async function saveAgent(
  services: Services,
  siteId: string,
  config: AgentConfig,
  id: string | null,
  by: string,
): Promise<Agent> {
  const parts = await loadParts(services.db, siteId);
  const before = id === null ? null : findAgent(parts, id);
  if (parts.agents.some((one) => one.config.slug === config.slug && one.id !== before?.id)) {
    refuse("conflict", `There is an agent "${config.slug}" already.`, { param: "slug" });
  }
  const known = references(parts);
  const { target } = config;
  if ("connection" in target && !known.connections.has(target.connection)) {
    refuse("invalid_value", `There is no connection "${target.connection}".`, {
      param: "target.connection",
    });
  }
  if ("model" in target && !known.models.has(target.model)) {
    refuse("invalid_value", `There is no model "${target.model}".`, { param: "target.model" });
  }
  checkAccess(parts, config.access);
  const agentId = before?.id ?? newId("agent");
  await write(services, siteId, [
    ...store.saveAgent(services.db, siteId, agentId, config, before !== null, known),
    ...newVersions(services.db, siteId, by),
  ]);
  return shownAgent(findAgent(await loadParts(services.db, siteId), agentId));
}

function findAgent(parts: Parts, id: string): StoredAgent {
  return (
    parts.agents.find((agent) => agent.id === id) ??
    refuse("agent_not_found", "There is no such agent.")
  );
}

export async function deleteAgent(services: Services, siteId: string, id: string): Promise<void> {
  findAgent(await loadParts(services.db, siteId), id);
  await write(services, siteId, store.deleteAgent(services.db, siteId, id));
}

/** Agents that are not named keep their places after the named ones. */
export async function orderAgents(
  services: Services,
  siteId: string,
  ids: string[],
): Promise<void> {
  const parts = await loadParts(services.db, siteId);
  const rest = parts.agents.map((agent) => agent.id).filter((id) => !ids.includes(id));
  const order = [...ids.map((id) => findAgent(parts, id).id), ...rest];
  await write(
    services,
    siteId,
    order.map((id, position) => store.placeAgent(services.db, siteId, id, position)),
  );
}

export async function listLevels(services: Services, siteId: string): Promise<Level[]> {
  const [parts, counts] = [
    await loadParts(services.db, siteId),
    await countByLevel(services.db, siteId),
  ];
  return parts.levels.map(({ id, config }) => ({ ...config, id, users: counts.get(id) ?? 0 }));
}

export async function saveLevel(
  services: Services,
  siteId: string,
  config: LevelConfig,
  id: string | null,
): Promise<Level> {
  const parts = await loadParts(services.db, siteId);
  const before = id === null ? null : parts.levels.find((level) => level.id === id);
  if (before === undefined) refuse("not_found", "There is no such level.");
  if (parts.levels.some((one) => one.config.slug === config.slug && one.id !== before?.id)) {
    refuse("conflict", `There is a level "${config.slug}" already.`, { param: "slug" });
  }
  const levelId = before?.id ?? newId("level");
  await write(
    services,
    siteId,
    store.saveLevel(services.db, siteId, levelId, config, Boolean(before)),
  );
  const saved = (await listLevels(services, siteId)).find((level) => level.id === levelId);
  return saved ?? refuse("not_found", "There is no such level.");
}

export async function deleteLevel(services: Services, siteId: string, id: string): Promise<void> {
  const level = (await listLevels(services, siteId)).find((one) => one.id === id);
  if (!level) return refuse("not_found", "There is no such level.");
  if (level.users > 0)
    refuse("conflict", `${level.users} user(s) have this level; give them another first.`);
  await write(services, siteId, store.deleteLevel(services.db, siteId, id));
}

export async function listGroups(
  services: Services,
  siteId: string,
): Promise<{ slug: string; name: string }[]> {
  const { groups } = await loadParts(services.db, siteId);
  return groups.map(({ slug, name }) => ({ slug, name }));
}

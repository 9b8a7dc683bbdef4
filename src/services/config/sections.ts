/** Plans the parts of one site that hold no secrets: levels, groups, departments, models, agents. */
import type { Statement } from "../../store/database.ts";
import * as publishing from "../../store/publishing.ts";
import { type PartName, pathOf, type SiteContext, storedIds } from "./context.ts";
import { rawList } from "./parse.ts";
import { nameIn, partsInWords } from "./stored.ts";

interface Section<Config extends object> {
  list: PartName;
  configs: Config[];
  nameOf(config: Config): string;
  save(id: string, config: Config): Statement[];
  remove(id: string): Statement[];
}

/** Writes what differs; where the file prunes, removes what it does not name. */
function planSection<Config extends object>(context: SiteContext, section: Section<Config>): void {
  const { plan, siteId, raw, parts, prune } = context;
  const { list } = section;
  const before = new Map(partsInWords(parts)[list].map((one) => [nameIn(list, one), one]));
  const written = rawList(raw, list);
  const named = new Set(section.configs.map((config) => section.nameOf(config)));
  // What goes makes room for what comes.
  for (const [name, id] of prune ? storedIds(parts, list) : []) {
    if (named.has(name)) continue;
    plan.noteRemoval(pathOf(context, list, name));
    plan.write(siteId, section.remove(id));
  }
  for (const [at, config] of section.configs.entries()) {
    const name = section.nameOf(config);
    const id = context.ids[list].get(name);
    if (id === undefined) throw new Error(`no id for ${list} ${name}`);
    const given = Object.keys(written[at] ?? {});
    if (plan.note(pathOf(context, list, name), before.get(name) ?? null, config, { given })) {
      plan.write(siteId, section.save(id, config));
    }
  }
}

/**
 * One default a site: a level that the file makes the default takes that from the one that was,
 * whether the file names it or not.
 */
export function planLevels(context: SiteContext): void {
  const { db, siteId, parts, plan, config, raw } = context;
  const chosen = rawList(raw, "levels").find((level) => level.default === true)?.slug;
  const levels =
    chosen === undefined
      ? config.levels
      : config.levels.map((level) => ({ ...level, default: level.slug === chosen }));
  planSection(context, {
    list: "levels",
    configs: levels,
    nameOf: (level) => level.slug,
    save: (id, level) =>
      publishing.saveLevel(
        db,
        siteId,
        id,
        level,
        parts.levels.some((one) => one.id === id),
      ),
    remove: (id) => publishing.deleteLevel(db, siteId, id),
  });
  const former = parts.levels.find((level) => level.config.default)?.config;
  if (!former || chosen === undefined || former.slug === chosen) return;
  const isNamed = config.levels.some((level) => level.slug === former.slug);
  if (isNamed || !context.ids.levels.has(former.slug)) return;
  // Saving the new default has cleared it; here a person is told.
  plan.note(pathOf(context, "levels", former.slug), former, { ...former, default: false });
}

export function planGroups(context: SiteContext): void {
  const { db, siteId, parts, config } = context;
  const exists = (id: string) => parts.groups.some((group) => group.id === id);
  planSection(context, {
    list: "groups",
    configs: config.groups,
    nameOf: (group) => group.slug,
    save: (id, group) => publishing.saveGroup(db, siteId, { id, ...group }, exists(id)),
    remove: (id) => publishing.deleteGroup(db, siteId, id),
  });
}

export function planDepartments(context: SiteContext): void {
  const { db, siteId, parts, config, ids } = context;
  const exists = (id: string) => parts.departments.some((department) => department.id === id);
  planSection(context, {
    list: "departments",
    configs: config.departments,
    nameOf: (department) => department.slug,
    save: (id, { slug, name, parent }) => {
      const parentId = ids.departments.get(parent ?? "") ?? null;
      return publishing.saveDepartment(db, siteId, { id, slug, name, parentId }, exists(id));
    },
    remove: (id) => publishing.deleteDepartment(db, siteId, id),
  });
}

export function planModels(context: SiteContext): void {
  const { db, siteId, parts, config, ids } = context;
  const exists = (id: string) => parts.models.some((model) => model.id === id);
  planSection(context, {
    list: "models",
    configs: config.models,
    nameOf: (model) => model.name,
    save: (id, model) => publishing.saveModel(db, siteId, id, model, exists(id), ids),
    remove: (id) => publishing.deleteModel(db, siteId, id),
  });
}

export function planAgents(context: SiteContext): void {
  const { db, siteId, parts, config, ids } = context;
  const exists = (id: string) => parts.agents.some((agent) => agent.id === id);
  planSection(context, {
    list: "agents",
    configs: config.agents,
    nameOf: (agent) => agent.slug,
    save: (id, agent) => publishing.saveAgent(db, siteId, id, agent, exists(id), ids),
    remove: (id) => publishing.deleteAgent(db, siteId, id),
  });
}

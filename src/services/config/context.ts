/** One site of a file while it is planned: what the file says, what is stored, and all ids. */
import type { SiteConfig } from "../../contract/config.ts";
import type { Database } from "../../store/database.ts";
import { newId } from "../../store/ids.ts";
import type { Parts } from "../../store/parts.ts";
import type { Vault } from "../vault.ts";
import type { Plan } from "./plan.ts";
import type { ListName, Raw, StoredSite } from "./stored.ts";

export type PartName = Exclude<ListName, "users">;

export interface SiteContext {
  db: Database;
  plan: Plan;
  /** `sites[acme]` */
  path: string;
  siteId: string;
  /** Complete: what the file leaves out of something that exists is filled in. */
  config: SiteConfig;
  /** As written. */
  raw: Raw;
  prune: boolean;
  stored: StoredSite | null;
  parts: Parts;
  /** Of everything there will be once the file is applied, by name. */
  ids: Record<PartName, ReadonlyMap<string, string>>;
  masterKey: Uint8Array;
  vault: Vault;
}

export const NO_PARTS: Parts = {
  connections: [],
  models: [],
  agents: [],
  levels: [],
  groups: [],
  departments: [],
};

/** Ids of what is stored, by the name the file uses. */
export function storedIds(parts: Parts, list: PartName): Map<string, string> {
  switch (list) {
    case "levels":
    case "agents":
      return new Map(parts[list].map(({ id, config }) => [config.slug, id]));
    case "models":
      return new Map(parts.models.map(({ id, config }) => [config.name, id]));
    case "groups":
    case "departments":
    case "connections":
      return new Map(parts[list].map(({ id, slug }) => [slug, id]));
  }
}

export function idsAfter(
  config: SiteConfig,
  parts: Parts,
  prune: boolean,
): Record<PartName, Map<string, string>> {
  const after = (
    list: PartName,
    kind: Parameters<typeof newId>[0],
    names: string[],
  ): Map<string, string> => {
    const stored = storedIds(parts, list);
    const ids = new Map(prune ? [] : stored);
    for (const name of names) ids.set(name, stored.get(name) ?? newId(kind));
    return ids;
  };
  const slugs = (members: { slug: string }[]) => members.map((one) => one.slug);
  return {
    levels: after("levels", "level", slugs(config.levels)),
    groups: after("groups", "group", slugs(config.groups)),
    departments: after("departments", "department", slugs(config.departments)),
    connections: after(
      "connections",
      "connection",
      config.connections.map((one) => one.id),
    ),
    models: after(
      "models",
      "model",
      config.models.map((one) => one.name),
    ),
    agents: after("agents", "agent", slugs(config.agents)),
  };
}

/** `sites[acme].agents[support]` */
export function pathOf(context: SiteContext, list: ListName | "hosts", name: string): string {
  return `${context.path}.${list}[${name}]`;
}

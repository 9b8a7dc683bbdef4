/**
 * What no schema sees: names that lead nowhere or stand twice, hosts that are taken, levels that
 * people still have. Every problem is collected; with one of them nothing is applied.
 */
import type { Access } from "../../contract/config.ts";
import { type Addresses, ALL_ADDRESSES } from "../../contract/scopes.ts";
import { addressesProblem } from "../../core/addresses.ts";
import type { HostRow } from "../../store/hosts.ts";
import { cacheProblem } from "../cache/upkeep.ts";
import { pathOf, type SiteContext } from "./context.ts";
import { LIST_NAMES, NAME_FIELDS } from "./stored.ts";

/** What is there beside the site. */
export interface Others {
  hosts: ReadonlyMap<string, HostRow>;
  seenHosts: Set<string>;
  baseDomain: string;
  addressHeader: string | null;
}

export function checkSite(context: SiteContext, others: Others): void {
  checkNames(context);
  checkHosts(context, others);
  checkLevels(context);
  checkDepartments(context);
  checkPublished(context);
  checkPeople(context);
  checkAddresses(context, others);
}

function checkAddresses({ plan, path, config }: SiteContext, deployment: Others): void {
  const check = (where: string, addresses: Addresses = ALL_ADDRESSES) => {
    const problem = addressesProblem(deployment, addresses);
    if (problem) plan.problem(`${where}.addresses`, problem);
  };
  check(path, config.addresses);
  for (const { email, apiKeys } of config.users) {
    for (const { name, addresses } of apiKeys) {
      check(`${path}.users[${email}].apiKeys[${name}]`, addresses);
    }
  }
}

function checkNames(context: SiteContext): void {
  for (const list of LIST_NAMES) {
    const seen = new Set<unknown>();
    for (const member of context.config[list]) {
      const name = (member as Record<string, unknown>)[NAME_FIELDS[list]];
      if (seen.has(name)) context.plan.problem(pathOf(context, list, String(name)), "stands twice");
      seen.add(name);
    }
  }
}

function checkHosts(context: SiteContext, others: Others): void {
  const { hosts, seenHosts, baseDomain } = others;
  for (const host of context.config.hosts) {
    const owner = hosts.get(host);
    const refuse = (why: string) => context.plan.problem(pathOf(context, "hosts", host), why);
    if (host === baseDomain || host.endsWith(`.${baseDomain}`)) {
      refuse(`names under ${baseDomain} follow from the slug; only own domains stand here`);
    } else if (owner && owner.siteId !== context.siteId) refuse("belongs to another site");
    else if (seenHosts.has(host)) refuse("stands twice");
    seenHosts.add(host);
  }
}

function checkLevels(context: SiteContext): void {
  const { plan, config, parts, stored, prune, path, ids } = context;
  const rawLevels = Array.isArray(context.raw.levels) ? context.raw.levels : [];
  if (rawLevels.filter((level) => level.default === true).length > 1) {
    plan.problem(`${path}.levels`, "at most one level can be the default");
  }
  if (!prune || !stored) return;
  for (const level of parts.levels) {
    if (ids.levels.has(level.config.slug)) continue;
    const named = config.users.filter(
      (user) => stored.users.get(user.email)?.levelId === level.id,
    ).length;
    const left = (stored.usersByLevel.get(level.id) ?? 0) - named;
    if (left <= 0) continue;
    plan.problem(
      pathOf(context, "levels", level.config.slug),
      `cannot be removed: ${left} user(s) have it; give them another level first`,
    );
  }
}

function checkDepartments(context: SiteContext): void {
  const { plan, config, parts, prune } = context;
  const slugOf = new Map(parts.departments.map((one) => [one.id, one.slug]));
  const parents = new Map<string, string | undefined>(
    prune ? [] : parts.departments.map((one) => [one.slug, slugOf.get(one.parentId ?? "")]),
  );
  for (const { slug, parent } of config.departments) parents.set(slug, parent);
  for (const { slug, parent } of config.departments) {
    if (parent === undefined) continue;
    const path = `${pathOf(context, "departments", slug)}.parent`;
    if (!parents.has(parent)) plan.problem(path, `there is no department "${parent}"`);
    else if (isBelow(parents, parent, slug)) plan.problem(path, "would be above itself");
  }
}

/** Whether `slug` is `top` or under it. */
function isBelow(
  parents: ReadonlyMap<string, string | undefined>,
  slug: string,
  top: string,
): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = slug; at !== undefined; at = parents.get(at)) {
    if (at === top) return true;
    if (seen.has(at)) return false;
    seen.add(at);
  }
  return false;
}

function checkPublished(context: SiteContext): void {
  const { plan, config, ids } = context;
  const mustExist = (path: string, list: "connections" | "models", name: string) => {
    if (ids[list].has(name)) return;
    plan.problem(path, `there is no ${list === "models" ? "model" : "connection"} "${name}"`);
  };
  for (const model of config.models) {
    const path = pathOf(context, "models", model.name);
    for (const [at, route] of model.routes.entries()) {
      mustExist(`${path}.routes[${at}].connection`, "connections", route.connection);
    }
    const problem = cacheProblem(model);
    if (problem) plan.problem(`${path}.cache`, problem);
    checkAccess(context, `${path}.access`, model.access);
  }
  for (const agent of config.agents) {
    const path = pathOf(context, "agents", agent.slug);
    if ("connection" in agent.target) {
      mustExist(`${path}.target.connection`, "connections", agent.target.connection);
    } else mustExist(`${path}.target.model`, "models", agent.target.model);
    checkAccess(context, `${path}.access`, agent.access);
  }
}

/** E-mails are not looked up: whom an agent is for may be said before he registers. */
function checkAccess(context: SiteContext, path: string, access: Access | undefined): void {
  for (const list of ["levels", "groups", "departments"] as const) {
    for (const [at, slug] of access?.[list].entries() ?? []) {
      if (context.ids[list].has(slug)) continue;
      context.plan.problem(`${path}.${list}[${at}]`, `there is no ${list.slice(0, -1)} "${slug}"`);
    }
  }
}

function checkPeople(context: SiteContext): void {
  const { plan, config, ids } = context;
  for (const user of config.users) {
    const path = pathOf(context, "users", user.email);
    if (user.level !== undefined && !ids.levels.has(user.level)) {
      plan.problem(`${path}.level`, `there is no level "${user.level}"`);
    }
    if (user.department !== undefined && !ids.departments.has(user.department)) {
      plan.problem(`${path}.department`, `there is no department "${user.department}"`);
    }
    for (const [at, group] of user.groups.entries()) {
      if (!ids.groups.has(group)) {
        plan.problem(`${path}.groups[${at}]`, `there is no group "${group}"`);
      }
    }
  }
}

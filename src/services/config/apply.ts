/** Applies and exports configuration files. */
import type { ModelConfig, SiteConfig } from "../../contract/config.ts";
import type { Change } from "../../contract/platform.ts";
import { creditsToMicro, microToText } from "../../core/credits.ts";
import { refuse } from "../../core/failure.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import { atomically } from "../../store/database.ts";
import { newId } from "../../store/ids.ts";
import { loadParts, type Parts } from "../../store/parts.ts";
import * as sites from "../../store/sites.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { readConfig, refuseConfig } from "./parse.ts";
import { exportUsers, planUsers } from "./people.ts";
import { Plan } from "./plan.ts";
import {
  type CheckConnection,
  planAgents,
  planConnections,
  planDepartments,
  planGroups,
  planLevels,
  planModels,
  type SectionContext,
} from "./sections.ts";

const NO_PARTS: Parts = {
  connections: [],
  models: [],
  agents: [],
  levels: [],
  groups: [],
  departments: [],
};
const DEFAULT_COLOR = "#3451b2";

export interface AppliedConfig {
  applied: boolean;
  changes: Change[];
}

/** All of the file or nothing. Applying it again changes nothing. */
export async function applyConfig(
  services: Services,
  value: unknown,
  dryRun: boolean,
  check: CheckConnection,
): Promise<AppliedConfig> {
  const { file, raw } = readConfig(value);
  const plan = new Plan();
  const keysSeen = new Set<string>();
  const slugs = file.sites.map((site) => site.slug);
  for (const [at, site] of file.sites.entries()) {
    if (slugs.indexOf(site.slug) !== at) plan.problem(`sites[${site.slug}]`, "the same slug twice");
    await planSite(services, plan, site, raw.sites[at] ?? {}, file.prune, check, keysSeen);
  }
  if (plan.problems.length > 0) refuseConfig(plan.problems);
  if (dryRun) return { applied: false, changes: plan.changes };
  const versions = [...plan.touched].map((siteId) => sites.bumpVersion(services.db, siteId));
  await atomically(services.db, [...plan.statements, ...versions]);
  for (const siteId of plan.touched) {
    await deliverProfiles(services, siteId);
    services.sites.forget(siteId);
  }
  // Every time: a wallet that has had its grant says so, one that missed it gets it now.
  for (const { siteId, userId, operationId, amountMicro } of plan.grants) {
    const grant = { operationId, amountMicro, reason: "file", expiresAt: null, priority: 0 };
    await walletOf(services.env, siteId, userId).grant(grant);
  }
  return { applied: true, changes: plan.changes };
}

async function planSite(
  services: Services,
  plan: Plan,
  site: SiteConfig,
  raw: Record<string, unknown>,
  prune: boolean,
  check: CheckConnection,
  keysSeen: Set<string>,
): Promise<void> {
  const { db } = services;
  if (site.slug === "platform") {
    plan.problem("sites[platform].slug", "this slug is kept for the platform itself");
    return;
  }
  const stored = await sites.findSiteBySlug(db, site.slug);
  const siteId = stored?.id ?? newId("site");
  const context: SectionContext = {
    db,
    plan,
    siteId,
    path: `sites[${site.slug}]`,
    prune,
    parts: stored ? await loadParts(db, siteId) : NO_PARTS,
    masterKey: services.environment.masterKey,
    vault: services.vault,
  };
  planSiteRow(context, stored, site, raw);
  await planHosts(context, site, raw);
  const levels = await planLevels(context, raw);
  const groups = await planGroups(context, raw);
  const departments = await planDepartments(context, raw);
  if (site.levels.filter((level) => level.default).length > 1) {
    plan.problem(`${context.path}.levels`, "at most one level can be the default");
  }
  const connections = await planConnections(context, raw, check);
  const emails = new Set(site.users.map((user) => user.email));
  const checkAccess = accessCheck(plan, { levels, groups, departments }, emails, stored !== null);
  const models = await planModels(context, raw, connections, checkAccess);
  await planAgents(context, raw, { connections, models }, checkAccess);
  const defaultSlug =
    site.levels.find((level) => level.default)?.slug ??
    context.parts.levels.find((level) => level.config.default)?.config.slug;
  const defaultLevelId = (defaultSlug === undefined ? undefined : levels.get(defaultSlug)) ?? null;
  const people = raw as { users?: Record<string, unknown>[] };
  await planUsers(context, people, { levels, groups, departments, defaultLevelId }, keysSeen);
}

function planSiteRow(
  context: SectionContext,
  stored: sites.SiteRow | null,
  site: SiteConfig,
  raw: Record<string, unknown>,
): void {
  const { plan, siteId, db, path } = context;
  const given = <Value>(key: string, value: Value, kept: Value | undefined): Value =>
    key in raw || kept === undefined ? value : kept;
  const signupMicro =
    site.signupCredits === undefined ? undefined : creditsToMicro(site.signupCredits);
  const values = {
    slug: site.slug,
    name: site.name,
    kind: given("kind", site.kind, stored?.kind),
    locale: given("locale", site.locale, stored?.locale),
    edition: given("edition", site.edition, stored?.edition),
    signupMicro: signupMicro ?? stored?.signupMicro ?? 0,
    registration: site.registration ?? stored?.registration ?? true,
    branding: site.branding ??
      stored?.branding ?? { slogan: "", intro: "", logo: "", color: DEFAULT_COLOR, footer: "" },
  };
  const old = stored && pick(stored, Object.keys(values));
  if (!plan.note(path, old, values)) return;
  plan.write(siteId, [
    stored
      ? sites.updateSite(db, siteId, values)
      : sites.insertSite(db, { id: siteId, ...values, createdAt: Date.now() }),
  ]);
}

function pick(row: object, fields: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field)));
}

/** Hosts from a file count as verified; a host of another site is never taken over. */
async function planHosts(
  context: SectionContext,
  site: SiteConfig,
  raw: Record<string, unknown>,
): Promise<void> {
  const { plan, db, siteId, path, prune } = context;
  for (const [at, host] of site.hosts.entries()) {
    const owner = await sites.findHost(db, host);
    if (owner && owner.siteId !== siteId) {
      plan.problem(`${path}.hosts[${at}]`, `${host} belongs to another site`);
    } else if (owner?.verifiedAt == null) {
      plan.note(`${path}.hosts[${host}]`, null, { host });
      if (owner) plan.write(siteId, [sites.deleteHost(db, siteId, host)]);
      plan.write(siteId, [sites.insertHost(db, siteId, host, Date.now(), Date.now())]);
    }
  }
  if (!prune || !("hosts" in raw)) return;
  for (const { host } of await sites.hostsOf(db, siteId)) {
    if (site.hosts.includes(host)) continue;
    plan.noteRemoval(`${path}.hosts[${host}]`);
    plan.write(siteId, [sites.deleteHost(db, siteId, host)]);
  }
}

interface Known {
  levels: Map<string, string>;
  groups: Map<string, string>;
  departments: Map<string, string>;
}

function accessCheck(plan: Plan, known: Known, emails: Set<string>, mayBeStored: boolean) {
  return (path: string, access: ModelConfig["access"]): void => {
    if (!access) return;
    for (const part of ["levels", "groups", "departments"] as const) {
      for (const [at, slug] of access[part].entries()) {
        if (!known[part].has(slug)) plan.problem(`${path}.${part}[${at}]`, `there is no "${slug}"`);
      }
    }
    for (const [at, email] of access.users.entries()) {
      // A user of the site who is not in the file may well exist.
      if (!mayBeStored && !emails.has(email))
        plan.problem(`${path}.users[${at}]`, `there is no user "${email}"`);
    }
  };
}

/** A site as a configuration file that applies to no change; secrets, passwords and keys are left out. */
export async function exportSite(services: Services, slug: string): Promise<unknown> {
  const { db } = services;
  const site = slug === "platform" ? null : await sites.findSiteBySlug(db, slug);
  if (!site) return refuse("site_not_found", `There is no site "${slug}".`);
  const parts = await loadParts(db, site.id);
  const hosts = await sites.hostsOf(db, site.id);
  const slugOf = new Map(parts.departments.map((one) => [one.id, one.slug]));
  const idsBySlug = (list: { id: string; slug: string }[]) =>
    new Map(list.map((one) => [one.slug, one.id]));
  const users = await exportUsers(
    { db, siteId: site.id },
    {
      levels: new Map(parts.levels.map((level) => [level.config.slug, level.id])),
      groups: idsBySlug(parts.groups),
      departments: idsBySlug(parts.departments),
      defaultLevelId: null,
    },
  );
  return {
    sites: [
      {
        slug: site.slug,
        name: site.name,
        kind: site.kind,
        locale: site.locale,
        edition: site.edition,
        signupCredits: Number(microToText(site.signupMicro)),
        registration: site.registration,
        branding: site.branding,
        hosts: hosts.filter((host) => host.verifiedAt !== null).map((host) => host.host),
        levels: parts.levels.map((level) => level.config),
        groups: parts.groups.map(({ slug: group, name }) => ({ slug: group, name })),
        departments: parts.departments.map(({ slug: department, name, parentId }) => ({
          slug: department,
          name,
          ...(parentId === null ? {} : { parent: slugOf.get(parentId) }),
        })),
        connections: parts.connections.map(({ slug: id, name, connector, enabled, settings }) => ({
          id,
          name,
          connector,
          enabled,
          settings,
        })),
        models: parts.models.map((model) => model.config),
        agents: parts.agents.map((agent) => agent.config),
        users,
      },
    ],
  };
}

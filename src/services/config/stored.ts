/** What is stored of a site, also in the words of the configuration file. */
import { MICRO_PER_CREDIT } from "../../contract/values.ts";
import type { Database } from "../../store/database.ts";
import { type HostRow, hostsOf } from "../../store/hosts.ts";
import { loadParts, type Parts } from "../../store/parts.ts";
import type { SiteRow } from "../../store/sites.ts";
import { findSiteEverCalled } from "../../store/subdomains.ts";
import * as users from "../../store/users.ts";

/** A value as it stands in a file, before any check. */
export type Raw = Record<string, unknown>;

export interface StoredSite {
  row: SiteRow;
  parts: Parts;
  hosts: HostRow[];
  /** By e-mail; those whom the file names. */
  users: Map<string, users.UserWithGroups>;
  /** How many users each level has, by its id. */
  usersByLevel: Map<string, number>;
}

/** Null when there is no such site yet. */
export async function loadStored(
  db: Database,
  slug: string,
  emails: string[],
): Promise<StoredSite | null> {
  // An admin may have changed the slug since: the file still means the same site, and names it anew.
  const row = await findSiteEverCalled(db, slug);
  if (!row) return null;
  const [parts, hosts, people, usersByLevel] = await Promise.all([
    loadParts(db, row.id),
    hostsOf(db, row.id),
    users.findByEmails(db, row.id, emails),
    users.countByLevel(db, row.id),
  ]);
  const byEmail = new Map(people.map((user) => [user.email, user]));
  return { row, parts, hosts, users: byEmail, usersByLevel };
}

/** The lists of a site whose members have a name of their own, and the field that holds it. */
export const NAME_FIELDS = {
  levels: "slug",
  groups: "slug",
  departments: "slug",
  connections: "id",
  models: "name",
  agents: "slug",
  users: "email",
} as const;
export type ListName = keyof typeof NAME_FIELDS;
export const LIST_NAMES = Object.keys(NAME_FIELDS) as ListName[];

/** A user's e-mail is one whatever its case. */
export function nameIn(list: ListName, entity: Raw): string {
  const name = String(entity[NAME_FIELDS[list]]);
  return list === "users" ? name.trim().toLowerCase() : name;
}

export function settingsInWords(site: SiteRow): Raw {
  const { slug, name, kind, locale, edition, registration, contact, branding, addresses } = site;
  return {
    slug,
    name,
    kind,
    locale,
    edition,
    signupCredits: site.signupMicro / MICRO_PER_CREDIT,
    lowBalance: site.lowBalanceMicro.map((micro) => micro / MICRO_PER_CREDIT),
    registration,
    contact,
    branding,
    addresses,
  };
}

export function partsInWords(parts: Parts): Record<Exclude<ListName, "users">, Raw[]> {
  const slugOf = new Map(parts.departments.map((one) => [one.id, one.slug]));
  return {
    levels: parts.levels.map((level) => ({ ...level.config })),
    groups: parts.groups.map(({ slug, name }) => ({ slug, name })),
    departments: parts.departments.map(({ slug, name, parentId }) => ({
      slug,
      name,
      ...(parentId === null ? {} : { parent: slugOf.get(parentId) }),
    })),
    connections: parts.connections.map(({ slug, name, connector, enabled, settings }) => ({
      id: slug,
      name,
      connector,
      enabled,
      settings,
    })),
    models: parts.models.map((model) => ({ ...model.config })),
    agents: parts.agents.map((agent) => ({ ...agent.config })),
  };
}

/** Without password, keys and credits: those a file gives, it never takes. */
export function userInWords(user: users.UserWithGroups, parts: Parts): Raw {
  const level = parts.levels.find((one) => one.id === user.levelId)?.config.slug;
  const department = parts.departments.find((one) => one.id === user.departmentId)?.slug;
  return {
    email: user.email,
    name: user.name,
    role: user.role,
    enabled: user.enabled,
    groups: user.groups.toSorted(),
    limits: user.limits,
    ...(level === undefined ? {} : { level }),
    ...(department === undefined ? {} : { department }),
  };
}

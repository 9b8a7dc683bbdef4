/** Why a user of the site, or a guest, may or may not use an agent or a model. */
import type { Access } from "../../contract/config.ts";
import type { Explanation } from "../../contract/explain.ts";
import { defaultLevelOf, levelAt, type Subject } from "../../core/access.ts";
import { type ExplainFacts, explain } from "../../core/explain.ts";
import { FailureError, refuse } from "../../core/failure.ts";
import type { SiteModel, SiteSnapshot } from "../../core/site.ts";
import { keysOfUser } from "../../store/keys.ts";
import { loadParts, type Parts } from "../../store/parts.ts";
import { loadProfile } from "../../store/users.ts";
import { AGENT_PREFIX, targetNotFound } from "../chat/target.ts";
import { subjectOf } from "../chat/visible.ts";
import type { Services } from "../services.ts";

/** `userId` is null for a guest. */
export async function explainAccess(
  services: Services,
  site: SiteSnapshot,
  userId: string | null,
  name: string,
): Promise<Explanation> {
  const parts = await loadParts(services.db, site.id);
  const person = userId === null ? guestOf(site) : await personOf(services, site, userId);
  return explain({
    siteSuspended: site.suspended,
    person,
    target: targetOf(site, parts, name),
    nameOf: namesOf(parts, person),
  });
}

type Person = ExplainFacts["person"] & { email?: string };

const NOBODY: Subject = {
  userId: "",
  levelId: null,
  groupIds: [],
  departmentIds: [],
  guest: true,
};

const guestOf = (site: SiteSnapshot): Person => ({
  subject: NOBODY,
  enabled: site.guests.enabled === true,
  endedLevel: null,
  keys: [],
});

async function personOf(services: Services, site: SiteSnapshot, userId: string): Promise<Person> {
  const [profile, keys] = await Promise.all([
    loadProfile(services.db, site.id, userId),
    keysOfUser(services.db, site.id, userId),
  ]);
  if (!profile) return refuse("user_not_found", "There is no such user.");
  const levelId = levelAt(profile, defaultLevelOf(site.levels.values()), Date.now());
  const had = profile.levelId === levelId ? null : (profile.levelId ?? null);
  return {
    subject: subjectOf({ ...profile, levelId }),
    email: profile.email,
    enabled: profile.enabled,
    endedLevel: had === null ? null : (site.levels.get(had)?.name ?? null),
    keys: keys.filter(({ revokedAt }) => revokedAt === null),
  };
}

function targetOf(site: SiteSnapshot, parts: Parts, name: string): ExplainFacts["target"] {
  if (!name.startsWith(AGENT_PREFIX)) {
    const model = site.models.get(name);
    const stored = parts.models.find(({ config }) => config.name === name);
    if (!model || !stored) throw new FailureError(targetNotFound(name));
    const { enabled, access } = model;
    const named = whomOf(parts, stored.config.access);
    return { name, enabled, access, named, model: null, routes: routesOf(parts, waysOf(model)) };
  }
  const agent = site.agents.get(name.slice(AGENT_PREFIX.length));
  const stored = parts.agents.find(({ config }) => config.slug === agent?.slug);
  if (!agent || !stored) throw new FailureError(targetNotFound(name));
  const { enabled, access, target } = agent;
  const common = { name, enabled, access, named: whomOf(parts, stored.config.access) };
  if (target.kind === "platform") {
    return { ...common, model: null, routes: routesOf(parts, [target.connectionId]) };
  }
  const below = [...site.models.values()].find(({ id }) => id === target.modelId);
  const model = { name: below?.name ?? target.modelId, enabled: below?.enabled ?? false };
  return { ...common, model, routes: routesOf(parts, below ? waysOf(below) : []) };
}

const waysOf = ({ routes }: SiteModel) => routes.map(({ connectionId }) => connectionId);

function routesOf(parts: Parts, ids: readonly string[]): ExplainFacts["target"]["routes"] {
  return parts.connections
    .filter(({ id }) => ids.includes(id))
    .map(({ name, enabled, health }) => ({
      connection: name,
      enabled,
      needsAttention: health === "needs_attention",
    }));
}

/** Whom a rule names, by names where they have some. */
function whomOf(parts: Parts, access: Access | undefined): string[] {
  if (!access) return [];
  const level = (slug: string) => parts.levels.find(({ config }) => config.slug === slug)?.config;
  const nameIn = (list: readonly { slug: string; name: string }[]) => (slug: string) =>
    list.find((one) => one.slug === slug)?.name ?? slug;
  return [
    ...access.levels.map((slug) => level(slug)?.name ?? slug),
    ...access.groups.map(nameIn(parts.groups)),
    ...access.departments.map(nameIn(parts.departments)),
    ...access.users,
  ];
}

function namesOf(parts: Parts, person: Person): ExplainFacts["nameOf"] {
  const names = new Map([
    ...parts.levels.map(({ id, config }) => [id, config.name] as const),
    ...[...parts.groups, ...parts.departments].map(({ id, name }) => [id, name] as const),
  ]);
  if (person.email !== undefined) names.set(person.subject.userId, person.email);
  return (id) => names.get(id) ?? id;
}

/** Users of a site as the console works with them, one at a time. */
import type { z } from "zod";
import type { User, userInputSchema, userPatchSchema } from "../../contract/admin-people.ts";
import type { Role } from "../../contract/config.ts";
import { defaultLevelOf } from "../../core/access.ts";
import { refuse } from "../../core/failure.ts";
import { type AnyRole, mayGive } from "../../core/permissions.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { newId } from "../../store/ids.ts";
import * as sessions from "../../store/sessions.ts";
import * as users from "../../store/users.ts";
import { removeUser } from "../../store/users-removal.ts";
import { hashPassword } from "../identity/passwords.ts";
import { shownLevel } from "../identity/people.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { walletView } from "../wallets.ts";
import { type Named, namesOf } from "./people-names.ts";

type UserInput = z.output<typeof userInputSchema>;
export type UserPatch = z.output<typeof userPatchSchema>;

/** Who changes somebody. */
export interface Actor {
  userId: string;
  role: AnyRole;
}

/** As the console shows him; `departments` by id. */
export function shownUser(
  site: SiteSnapshot,
  user: users.UserWithGroups,
  departments: ReadonlyMap<string, string>,
): User {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role as Role,
    ...shownLevel(site, user, Date.now()),
    groups: user.groups,
    department: departments.get(user.departmentId ?? "") ?? null,
    kind: user.kind,
    note: user.note,
    enabled: user.enabled,
    limits: user.limits,
    createdAt: new Date(user.createdAt).toISOString(),
    lastLoginAt: user.lastLoginAt === null ? null : new Date(user.lastLoginAt).toISOString(),
  };
}

export async function requireUserRow(
  services: Services,
  siteId: string,
  id: string,
): Promise<users.UserRow> {
  return (
    (await users.findById(services.db, siteId, id)) ??
    refuse("user_not_found", "There is no such user.")
  );
}

async function read(services: Services, site: SiteSnapshot, id: string): Promise<User> {
  const row = await requireUserRow(services, site.id, id);
  const groups = await users.groupsOfUsers(services.db, site.id, [id]);
  const { departmentSlugs } = await namesOf(services, site);
  return shownUser(site, { ...row, groups: groups.get(id) ?? [] }, departmentSlugs);
}

export async function readUser(services: Services, site: SiteSnapshot, id: string) {
  const user = await read(services, site, id);
  return { ...user, wallet: await walletView(services, site, id) };
}

export async function addUser(
  services: Services,
  site: SiteSnapshot,
  actor: AnyRole,
  input: UserInput,
): Promise<User> {
  requireMayGive(actor, input.role);
  if (await users.findByEmail(services.db, site.id, input.email)) {
    refuse("conflict", "There is a user with this e-mail already.", { param: "email" });
  }
  const names = await namesOf(services, site);
  const { level, groups, department, password, levelExpiresAt, ...fields } = input;
  const user = await users.createUser(
    services.db,
    site.id,
    {
      ...fields,
      id: newId("user"),
      passwordHash: password === undefined ? null : await hashPassword(password),
      levelId: level === null ? defaultLevelOf(site.levels.values()) : names.level(level),
      levelExpiresAt: level === null || levelExpiresAt === null ? null : Date.parse(levelExpiresAt),
      departmentId: department === null ? null : names.department(department),
    },
    groups.map((slug) => names.group(slug)),
  );
  await deliverProfiles(services, site.id);
  return await read(services, site, user.id);
}

/** In force when this returns: the user's wallet has the new profile. */
export async function changeUser(
  services: Services,
  site: SiteSnapshot,
  actor: Actor,
  id: string,
  patch: UserPatch,
): Promise<User> {
  await changeStored(services, site, actor, id, patch, await namesOf(services, site));
  await deliverProfiles(services, site.id);
  return await read(services, site, id);
}

/** In the store alone: whoever calls delivers the profiles, of one or of many. */
export async function changeStored(
  services: Services,
  site: SiteSnapshot,
  actor: Actor,
  id: string,
  patch: UserPatch,
  names: Named,
): Promise<void> {
  const before = await requireMayChange(services, site.id, actor.role, id);
  if (patch.role !== undefined) requireMayGive(actor.role, patch.role);
  const otherRole = patch.role !== undefined && patch.role !== before.role;
  if (id === actor.userId && (patch.enabled === false || otherRole)) {
    refuse("conflict", "You cannot disable yourself or change your own role.");
  }
  if (patch.email !== undefined && patch.email !== before.email) {
    const other = await users.findByEmail(services.db, site.id, patch.email);
    if (other) refuse("conflict", "There is a user with this e-mail already.", { param: "email" });
  }
  const { level, levelExpiresAt, groups, department, password, ...fields } = patch;
  const given = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  await users.updateUser(
    services.db,
    site.id,
    id,
    {
      ...given,
      ...(level === undefined ? {} : { levelId: level === null ? null : names.level(level) }),
      ...(levelExpiresAt === undefined
        ? {}
        : { levelExpiresAt: levelExpiresAt === null ? null : Date.parse(levelExpiresAt) }),
      ...(department === undefined
        ? {}
        : { departmentId: department === null ? null : names.department(department) }),
    },
    groups?.map((slug) => names.group(slug)),
  );
  if (password !== undefined) {
    await users.setPassword(services.db, site.id, id, await hashPassword(password));
    await sessions.revokeAllSessions(services.db, site.id, id);
  }
}

/** For good, and known everywhere when this returns. `email` confirms who is meant. */
export async function deleteUser(
  services: Services,
  site: SiteSnapshot,
  actor: Actor,
  id: string,
  email?: string,
): Promise<void> {
  const user = await requireMayChange(services, site.id, actor.role, id);
  if (id === actor.userId) refuse("conflict", "You cannot delete yourself.");
  if (email !== undefined && email !== user.email) {
    refuse("invalid_value", "This is not the e-mail of the user.", { param: "email" });
  }
  await removeUser(services.db, site.id, user);
  await deliverProfiles(services, site.id);
}

/** Nobody hands out more than he has. */
export function requireMayGive(actor: AnyRole, role: Role): void {
  if (mayGive(actor, role)) return;
  refuse("access_denied", `Your role may not make anybody ${role}.`, { param: "role" });
}

/** The user, where whoever asks may change him, his keys and his ways to log in: nobody who may more. */
export async function requireMayChange(
  services: Services,
  siteId: string,
  actor: AnyRole,
  id: string,
): Promise<users.UserRow> {
  const user = await requireUserRow(services, siteId, id);
  if (user.role === actor || (user.role !== "operator" && mayGive(actor, user.role))) return user;
  return refuse("access_denied", `Your role may not change somebody who is ${user.role}.`);
}

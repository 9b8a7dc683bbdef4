/** Users of a site as the console works with them. */
import type { z } from "zod";
import type {
  correctionSchema,
  grantSchema,
  User,
  userInputSchema,
  userPatchSchema,
} from "../../contract/admin-people.ts";
import type { Role } from "../../contract/config.ts";
import type { WalletView } from "../../contract/wallet.ts";
import { creditsToMicro, microToText } from "../../core/credits.ts";
import { refuse } from "../../core/failure.ts";
import { type AnyRole, mayGive } from "../../core/permissions.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import { newId } from "../../store/ids.ts";
import { loadParts } from "../../store/parts.ts";
import * as sessions from "../../store/sessions.ts";
import * as users from "../../store/users.ts";
import { hashPassword } from "../identity/passwords.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { walletView } from "../wallets.ts";

type UserInput = z.output<typeof userInputSchema>;
type UserPatch = z.output<typeof userPatchSchema>;

type StoredUser = users.UserPage["data"][number];

function shown(site: SiteSnapshot, user: StoredUser): User {
  const level = user.levelId === null ? undefined : site.levels.get(user.levelId);
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role as Role,
    level: level ? { slug: level.slug, name: level.name } : null,
    groups: user.groups,
    enabled: user.enabled,
    limits: user.limits,
    createdAt: new Date(user.createdAt).toISOString(),
    lastLoginAt: user.lastLoginAt === null ? null : new Date(user.lastLoginAt).toISOString(),
  };
}

export interface UserQuery {
  limit: number;
  after?: string | undefined;
  search?: string | undefined;
  level?: string | undefined;
  role?: Role | undefined;
  enabled?: "true" | "false" | undefined;
}

export async function listUsers(services: Services, site: SiteSnapshot, query: UserQuery) {
  const levelId = query.level === undefined ? undefined : levelIdOf(site, query.level);
  const page = await users.pageUsers(services.db, site.id, {
    limit: query.limit,
    after: query.after,
    search: query.search,
    levelId,
    role: query.role,
    enabled: query.enabled === undefined ? undefined : query.enabled === "true",
  });
  return { ...page, data: page.data.map((user) => shown(site, user)) };
}

function levelIdOf(site: SiteSnapshot, slug: string): string {
  const level = [...site.levels.values()].find((one) => one.slug === slug);
  return level?.id ?? refuse("invalid_value", `There is no level "${slug}".`, { param: "level" });
}

async function groupIdsOf(
  services: Services,
  site: SiteSnapshot,
  slugs: string[],
): Promise<string[]> {
  if (slugs.length === 0) return [];
  const { groups } = await loadParts(services.db, site.id);
  return slugs.map((slug) => {
    const group = groups.find((one) => one.slug === slug);
    return (
      group?.id ?? refuse("invalid_value", `There is no group "${slug}".`, { param: "groups" })
    );
  });
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
  return shown(site, { ...row, groups: groups.get(id) ?? [] });
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
  const fallback = [...site.levels.values()].find((level) => level.isDefault)?.id ?? null;
  const user = await users.createUser(
    services.db,
    site.id,
    {
      id: newId("user"),
      email: input.email,
      name: input.name,
      passwordHash: input.password === undefined ? null : await hashPassword(input.password),
      role: input.role,
      levelId: input.level === null ? fallback : levelIdOf(site, input.level),
      enabled: input.enabled,
      limits: input.limits,
    },
    await groupIdsOf(services, site, input.groups),
  );
  await deliverProfiles(services, site.id);
  return await read(services, site, user.id);
}

/** In force when this returns: the user's wallet has the new profile. */
export async function changeUser(
  services: Services,
  site: SiteSnapshot,
  actor: { userId: string; role: AnyRole },
  id: string,
  patch: UserPatch,
): Promise<User> {
  const before = await requireMayChange(services, site.id, actor.role, id);
  if (patch.role !== undefined) requireMayGive(actor.role, patch.role);
  if (
    id === actor.userId &&
    (patch.enabled === false || (patch.role !== undefined && patch.role !== before.role))
  ) {
    refuse("conflict", "You cannot disable yourself or change your own role.");
  }
  if (patch.email !== undefined && patch.email !== before.email) {
    const other = await users.findByEmail(services.db, site.id, patch.email);
    if (other) refuse("conflict", "There is a user with this e-mail already.", { param: "email" });
  }
  const groupIds =
    patch.groups === undefined ? undefined : await groupIdsOf(services, site, patch.groups);
  await users.updateUser(
    services.db,
    site.id,
    id,
    {
      ...(patch.email === undefined ? {} : { email: patch.email }),
      ...(patch.name === undefined ? {} : { name: patch.name }),
      ...(patch.role === undefined ? {} : { role: patch.role }),
      ...(patch.enabled === undefined ? {} : { enabled: patch.enabled }),
      ...(patch.limits === undefined ? {} : { limits: patch.limits }),
      ...(patch.level === undefined
        ? {}
        : { levelId: patch.level === null ? null : levelIdOf(site, patch.level) }),
    },
    groupIds,
  );
  if (patch.password !== undefined) {
    await users.setPassword(services.db, site.id, id, await hashPassword(patch.password));
    await sessions.revokeAllSessions(services.db, site.id, id);
  }
  await deliverProfiles(services, site.id);
  return await read(services, site, id);
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

export async function grantCredits(
  services: Services,
  site: SiteSnapshot,
  id: string,
  order: z.output<typeof grantSchema>,
): Promise<WalletView> {
  const expiresAt = order.expiresAt === null ? null : Date.parse(order.expiresAt);
  if (expiresAt !== null && expiresAt <= Date.now()) {
    refuse("invalid_value", "expiresAt: must lie in the future.", { param: "expiresAt" });
  }
  const wallet = await walletForChange(services, site.id, id);
  await wallet.grant({
    operationId: `console:${order.operationId}`,
    amountMicro: creditsToMicro(order.credits),
    reason: order.reason,
    expiresAt,
    priority: 0,
  });
  return await walletView(services, site, id);
}

/** Gives, or takes what is there: a balance never goes below zero, and holds are not touched. */
export async function correctBalance(
  services: Services,
  site: SiteSnapshot,
  id: string,
  order: z.output<typeof correctionSchema>,
  actor: string,
): Promise<WalletView> {
  const wallet = await walletForChange(services, site.id, id);
  const corrected = await wallet.correct({
    operationId: `console:${order.operationId}`,
    amountMicro: creditsToMicro(order.credits),
    reason: order.reason,
    actor,
  });
  if (!corrected.ok) {
    const available = microToText(corrected.availableMicro);
    refuse("conflict", `Only ${available} credits are available to take.`, { param: "credits" });
  }
  return await walletView(services, site, id);
}

/** The wallet of a user of this site, who is known to it. */
async function walletForChange(services: Services, siteId: string, id: string) {
  await requireUserRow(services, siteId, id);
  await deliverProfiles(services, siteId);
  return walletOf(services.env, siteId, id);
}

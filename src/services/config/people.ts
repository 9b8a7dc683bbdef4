/** Plans the users of one site: accounts, levels, groups, keys, and the credits the file grants. */
import type { SiteConfig, UserConfig } from "../../contract/config.ts";
import { userConfigSchema } from "../../contract/config.ts";
import { creditsToMicro } from "../../core/credits.ts";
import type { Statement } from "../../store/database.ts";
import { newId } from "../../store/ids.ts";
import * as keys from "../../store/keys.ts";
import { announceProfile } from "../../store/outbox.ts";
import * as users from "../../store/users.ts";
import { hashKey } from "../identity/keys.ts";
import { hashPassword, verifyPassword } from "../identity/passwords.ts";
import type { SectionContext } from "./sections.ts";

export interface PeopleReferences {
  levels: Map<string, string>;
  groups: Map<string, string>;
  departments: Map<string, string>;
  /** What a new user gets who is given none. */
  defaultLevelId: string | null;
}

const MAX_USERS = 10_000;

export async function planUsers(
  context: SectionContext,
  raw: { users?: Record<string, unknown>[] },
  references: PeopleReferences,
  keysSeen: Set<string>,
): Promise<void> {
  const stored = await users.pageUsers(context.db, context.siteId, { limit: MAX_USERS });
  const byEmail = new Map(stored.data.map((user) => [user.email, user]));
  const seen = new Set<string>();
  for (const one of raw.users ?? []) {
    const email = String(one.email).trim().toLowerCase();
    if (seen.has(email))
      context.plan.problem(`${context.path}.users[${email}]`, "the same e-mail twice");
    seen.add(email);
    await planUser(context, one, byEmail.get(email) ?? null, references, keysSeen);
  }
}

type StoredUser = users.UserPage["data"][number];

async function planUser(
  context: SectionContext,
  raw: Record<string, unknown>,
  before: StoredUser | null,
  references: PeopleReferences,
  keysSeen: Set<string>,
): Promise<void> {
  const { plan, siteId, path } = context;
  const old = before ? describe(before, references) : null;
  const config = userConfigSchema.parse({ ...old, ...raw });
  const where = `${path}.users[${config.email}]`;
  const levelId =
    config.level === undefined
      ? before
        ? before.levelId
        : references.defaultLevelId
      : references.levels.get(config.level);
  if (levelId === undefined) plan.problem(`${where}.level`, `there is no level "${config.level}"`);
  const groupIds = config.groups.map((slug, at) => {
    const id = references.groups.get(slug);
    if (!id) plan.problem(`${where}.groups[${at}]`, `there is no group "${slug}"`);
    return id ?? "";
  });
  const departmentId =
    config.department === undefined ? null : references.departments.get(config.department);
  if (departmentId === undefined)
    plan.problem(`${where}.department`, `there is no department "${config.department}"`);

  const userId = before?.id ?? newId("user");
  const person: Person = {
    userId,
    where,
    config,
    before,
    levelId: levelId ?? null,
    departmentId: departmentId ?? null,
    groupIds,
  };
  const statements = [
    ...(await accountStatements(context, person, old)),
    ...(await keyStatements(context, person, keysSeen)),
  ];
  if (statements.length > 0)
    plan.write(siteId, [...statements, announceProfile(context.db, siteId, userId)]);
  if (config.credits > 0) {
    const amountMicro = creditsToMicro(config.credits);
    plan.grants.push({ siteId, userId, operationId: `file:${userId}:${amountMicro}`, amountMicro });
  }
}

interface Person {
  userId: string;
  where: string;
  config: UserConfig;
  before: StoredUser | null;
  levelId: string | null;
  departmentId: string | null;
  groupIds: string[];
}

async function accountStatements(
  context: SectionContext,
  person: Person,
  old: Partial<UserConfig> | null,
): Promise<Statement[]> {
  const { plan, db, siteId } = context;
  const { userId, config, before, where, levelId, departmentId, groupIds } = person;
  const { password, credits: _credits, apiKeys: _apiKeys, ...shown } = config;
  const newPassword =
    password !== undefined &&
    !(before?.passwordHash && (await verifyPassword(password, before.passwordHash)));
  const after = { ...shown, ...(newPassword ? { password } : {}) };
  if (!plan.note(where, old, after, ["password"])) return [];
  const hash = newPassword && password !== undefined ? await hashPassword(password) : null;
  const { email, name, role, enabled } = config;
  if (!before) {
    return [
      users.insertUser(
        db,
        siteId,
        { id: userId, email, name, role, enabled, passwordHash: hash, levelId, departmentId },
        Date.now(),
      ),
      ...groupIds.map((groupId) => users.joinGroup(db, siteId, userId, groupId)),
    ];
  }
  const values = {
    name,
    role,
    enabled,
    levelId,
    departmentId,
    ...(hash === null ? {} : { passwordHash: hash }),
  };
  return users.userChange(db, siteId, userId, values, groupIds);
}

async function keyStatements(
  context: SectionContext,
  person: Person,
  keysSeen: Set<string>,
): Promise<Statement[]> {
  const { plan, db, siteId } = context;
  const { userId, config, where } = person;
  const statements: Statement[] = [];
  for (const [at, key] of config.apiKeys.entries()) {
    const hash = hashKey(key.key);
    const here = `${where}.apiKeys[${at}]`;
    if (keysSeen.has(hash)) plan.problem(`${here}.key`, "the same key twice");
    keysSeen.add(hash);
    const known = await keys.findKeyByHash(db, hash);
    if (known && (known.userId !== userId || known.siteId !== siteId)) {
      plan.problem(`${here}.key`, "this key belongs to somebody else");
    }
    if (known) continue;
    plan.note(
      here,
      null,
      { name: key.name, key: key.key, scopes: key.scopes, limits: key.limits },
      ["key"],
    );
    statements.push(
      keys.insertKey(
        db,
        siteId,
        {
          id: newId("key"),
          userId,
          name: key.name,
          hash,
          prefix: `${key.key.slice(0, 8)}…`,
          scopes: key.scopes,
          limits: key.limits,
          expiresAt: key.expiresAt === undefined ? null : Date.parse(key.expiresAt),
        },
        Date.now(),
      ),
    );
  }
  if (statements.length > 0) statements.push(users.touchProfile(db, siteId, userId));
  return statements;
}

function describe(user: StoredUser, references: PeopleReferences): Partial<UserConfig> {
  const slugOf = (ids: Map<string, string>, id: string | null) =>
    [...ids].find(([, known]) => known === id)?.[0];
  const level = slugOf(references.levels, user.levelId);
  const department = slugOf(references.departments, user.departmentId);
  return {
    email: user.email,
    name: user.name,
    role: user.role as SiteConfig["users"][number]["role"],
    enabled: user.enabled,
    groups: user.groups,
    ...(level === undefined ? {} : { level }),
    ...(department === undefined ? {} : { department }),
  };
}

/** Users in the form of the file, without passwords and keys. */
export async function exportUsers(
  context: Pick<SectionContext, "db" | "siteId">,
  references: PeopleReferences,
): Promise<Partial<UserConfig>[]> {
  const page = await users.pageUsers(context.db, context.siteId, { limit: MAX_USERS });
  return page.data.map((user) => describe(user, references)).reverse();
}

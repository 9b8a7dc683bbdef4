/**
 * Plans the users of one site: accounts, levels, groups, keys brought along, and the credits the
 * file grants. Users and keys are never removed by a file.
 */
import type { UserConfig } from "../../contract/config.ts";
import { MICRO_PER_CREDIT } from "../../contract/values.ts";
import { creditsToMicro } from "../../core/credits.ts";
import { newId } from "../../store/ids.ts";
import * as keys from "../../store/keys.ts";
import { announceProfiles } from "../../store/outbox.ts";
import * as users from "../../store/users.ts";
import { hashKey, parseKey } from "../identity/keys.ts";
import { hashPassword, verifyPassword } from "../identity/passwords.ts";
import { pathOf, type SiteContext } from "./context.ts";
import { rawList } from "./parse.ts";
import type { Raw } from "./stored.ts";
import { userInWords } from "./stored.ts";

export interface KnownKeys {
  /** Of the hashes in the file, those that are stored, on whatever site. */
  stored: ReadonlyMap<string, keys.KeyRow>;
  /** Hashes that the file has given to somebody already. */
  seen: Set<string>;
  /** Derives from the master key; tells Portico's own keys. */
  keyTag: Uint8Array;
}

/** Statements of all users are gathered, so that many rows share one. */
interface Gathered {
  users: users.NewUser[];
  members: { userId: string; groupId: string }[];
  keys: keys.NewKey[];
  /** Whose keys alone changed: nothing else of the plan tells their wallets. */
  announced: string[];
}

export async function planUsers(context: SiteContext, known: KnownKeys): Promise<void> {
  const { config, raw, db, siteId, plan } = context;
  const written = rawList(raw, "users");
  const gathered: Gathered = { users: [], members: [], keys: [], announced: [] };
  for (const [at, user] of config.users.entries()) {
    await planUser(context, user, written[at] ?? {}, known, gathered);
  }
  const now = Date.now();
  const statements = [
    ...users.insertUsers(db, siteId, gathered.users, now),
    ...gathered.members.map(({ userId, groupId }) => users.joinGroup(db, siteId, userId, groupId)),
    ...keys.insertKeys(db, siteId, gathered.keys, now),
    ...announceProfiles(db, siteId, gathered.announced),
  ];
  if (statements.length > 0) plan.write(siteId, statements);
}

async function planUser(
  context: SiteContext,
  user: UserConfig,
  written: Raw,
  known: KnownKeys,
  gathered: Gathered,
): Promise<void> {
  const { plan, siteId, stored } = context;
  const before = stored?.users.get(user.email) ?? null;
  const userId = before?.id ?? newId("user");
  const accountChanged = await planAccount(context, user, written, { userId, before }, gathered);
  const keysChanged = planKeys(context, user, written, userId, known, gathered);
  const keysAlone = keysChanged && !accountChanged;
  // Of who is new no wallet knows anything yet: it will ask for the profile itself.
  if (keysAlone) {
    plan.write(siteId, [users.touchProfile(context.db, siteId, userId)]);
    gathered.announced.push(userId);
  }
  if (user.credits > 0) {
    const operationId = `file:${userId}:${user.credits}`;
    plan.grants.push({ siteId, userId, operationId, amountMicro: creditsToMicro(user.credits) });
  }
}

async function planAccount(
  context: SiteContext,
  user: UserConfig,
  written: Raw,
  { userId, before }: { userId: string; before: users.UserWithGroups | null },
  gathered: Gathered,
): Promise<boolean> {
  const { plan, db, siteId, parts, ids } = context;
  const { email, name, role, enabled, limits, password } = user;
  // Who is new and is given no level gets the default one.
  const level = user.level ?? (before ? undefined : defaultLevel(context));
  const newPassword =
    password !== undefined &&
    !(before?.passwordHash && (await verifyPassword(password, before.passwordHash)));
  const granted = (before?.fileMicro ?? 0) / MICRO_PER_CREDIT;
  const credits = user.credits > 0 ? user.credits : granted;
  const words = {
    email,
    name,
    role,
    enabled,
    groups: [...new Set(user.groups)].sort(),
    limits,
    ...(level === undefined ? {} : { level }),
    ...(user.department === undefined ? {} : { department: user.department }),
    ...(newPassword ? { password } : {}),
    credits,
  };
  const old = before ? { ...userInWords(before, parts), credits: granted } : null;
  const noting = { masked: ["password"], given: [...Object.keys(written), "level"] };
  if (!plan.note(pathOf(context, "users", email), old, words, noting)) return false;
  const passwordHash = newPassword ? await hashPassword(password) : null;
  const account = {
    name,
    role,
    enabled,
    limits,
    levelId: ids.levels.get(level ?? "") ?? null,
    departmentId: ids.departments.get(user.department ?? "") ?? null,
    fileMicro: creditsToMicro(credits),
  };
  const groupIds = words.groups.flatMap((slug) => ids.groups.get(slug) ?? []);
  if (before) {
    const values = passwordHash === null ? account : { ...account, passwordHash };
    plan.write(siteId, users.userChange(db, siteId, userId, values, groupIds));
  } else {
    gathered.users.push({ id: userId, email, ...account, passwordHash });
    gathered.members.push(...groupIds.map((groupId) => ({ userId, groupId })));
  }
  return true;
}

function defaultLevel(context: SiteContext): string | undefined {
  const { config, parts, ids } = context;
  const named = config.levels.find((level) => level.default);
  const stored = parts.levels.find((level) => level.config.default)?.config.slug;
  return named?.slug ?? (stored !== undefined && ids.levels.has(stored) ? stored : undefined);
}

/** Answers whether anything changes. A key that was revoked stays revoked. */
function planKeys(
  context: SiteContext,
  user: UserConfig,
  written: Raw,
  userId: string,
  known: KnownKeys,
  gathered: Gathered,
): boolean {
  const { plan, siteId, db } = context;
  const rawKeys = Array.isArray(written.apiKeys) ? (written.apiKeys as Raw[]) : [];
  let changed = false;
  for (const [at, key] of user.apiKeys.entries()) {
    const path = `${pathOf(context, "users", user.email)}.apiKeys[${key.name}]`;
    const refusal = refusalOf(key.key, { siteId, userId }, known);
    if (refusal !== null) {
      plan.problem(`${path}.key`, refusal);
      continue;
    }
    const { key: text, expiresAt, ...rest } = key;
    const hash = hashKey(text);
    known.seen.add(hash);
    const values = { ...rest, expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt) };
    const stored = known.stored.get(hash);
    const given = Object.keys(rawKeys[at] ?? {});
    if (!stored) {
      plan.note(path, null, { ...rest, expiresAt }, { given });
      gathered.keys.push({ id: newId("key"), userId, hash, prefix: text.slice(0, 8), ...values });
      changed = true;
    } else if (stored.revokedAt === null) {
      const pick = (of: object) =>
        Object.fromEntries(Object.entries(of).filter(([field]) => given.includes(field)));
      const { name, scopes, limits, models, addresses, expiresAt: expires } = stored;
      const old = pick({ name, scopes, limits, models, addresses, expiresAt: expires });
      if (!plan.note(path, old, pick(values))) continue;
      plan.write(siteId, [keys.updateKey(db, siteId, stored.id, pick(values))]);
      changed = true;
    }
  }
  return changed;
}

function refusalOf(
  text: string,
  owner: { siteId: string; userId: string },
  known: KnownKeys,
): string | null {
  const hash = hashKey(text);
  if (known.seen.has(hash)) return "the same key stands twice";
  const stored = known.stored.get(hash);
  if (stored) {
    const own = stored.siteId === owner.siteId && stored.userId === owner.userId;
    return own ? null : "this key belongs to somebody else";
  }
  return parseKey(known.keyTag, text).kind === "foreign"
    ? null
    : "has the form of Portico's own keys; make one in the console instead";
}

/**
 * Users from the rows of a file. Each row is judged for itself; the good ones of a batch are
 * written together or not at all, so that one that breaks an edition's limit leaves no half.
 *
 * 1. A dry run judges by the same code and writes nothing.
 * 2. No row makes or changes anybody beyond what whoever imports may: the rules are the form's.
 * 3. An empty cell says nothing: it never takes a value away.
 */

import { ROLES, type Role } from "../../contract/config.ts";
import type { ImportField } from "../../contract/import-fields.ts";
import type { ImportProblem, ImportResult, ImportRow } from "../../contract/people-import.ts";
import { emailSchema } from "../../contract/values.ts";
import { defaultLevelOf } from "../../core/access.ts";
import { mayGive } from "../../core/permissions.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { atomically, type Statement } from "../../store/database.ts";
import { newId } from "../../store/ids.ts";
import * as users from "../../store/users.ts";
import { slugsOf } from "../../store/users-list.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import type { Actor } from "./people.ts";

export interface ImportOrder {
  rows: ImportRow[];
  existing: "update" | "skip";
  dryRun: boolean;
}

/** What a row says, by the ids of this site; absent: it says nothing of it. */
interface Wish
  extends Pick<users.UserChange, "name" | "role" | "levelExpiresAt" | "note" | "kind" | "enabled"> {
  levelId?: string;
  departmentId?: string;
  groupIds?: string[];
}

type Judged = ImportResult & { wish: Wish; known: users.UserWithGroups | undefined };

interface Known {
  levels: ReadonlyMap<string, string>;
  groups: ReadonlyMap<string, string>;
  departments: ReadonlyMap<string, string>;
  users: ReadonlyMap<string, users.UserWithGroups>;
}

export async function importUsers(
  services: Services,
  site: SiteSnapshot,
  actor: Actor,
  { rows, existing, dryRun }: ImportOrder,
): Promise<{ results: ImportResult[] }> {
  const known = await knownOf(services, site, rows);
  const seen = new Set<string>();
  const judged = rows.map((row) => judge(row, { actor, known, existing, seen }));
  if (!dryRun) await write(services, site, judged);
  return { results: judged.map(({ wish: _, known: __, ...result }) => result) };
}

async function knownOf(services: Services, site: SiteSnapshot, rows: ImportRow[]): Promise<Known> {
  const emails = rows.map((row) => clean(row.email).toLowerCase());
  const [people, { groups, departments }] = await Promise.all([
    users.findByEmails(services.db, site.id, emails),
    slugsOf(services.db, site.id),
  ]);
  const bySlug = (all: Iterable<{ id: string; slug: string }>) =>
    new Map(Array.from(all, ({ id, slug }) => [slug, id]));
  return {
    levels: bySlug(site.levels.values()),
    groups: bySlug(groups),
    departments: bySlug(departments),
    users: new Map(people.map((user) => [user.email, user])),
  };
}

interface Bench {
  actor: Actor;
  known: Known;
  existing: "update" | "skip";
  /** E-mails of the rows before. */
  seen: Set<string>;
}

function judge(row: ImportRow, { actor, known, existing, seen }: Bench): Judged {
  const problems: ImportResult["problems"] = [];
  const bad = (field: ImportField, problem: ImportProblem) => {
    problems.push({ field, problem });
  };
  const parsed = emailSchema.safeParse(clean(row.email));
  const email = parsed.success ? parsed.data : clean(row.email);
  if (!parsed.success) bad("email", "bad_email");
  else if (seen.has(email)) bad("email", "repeated");
  seen.add(email);
  const user = known.users.get(email);
  const skipped = user !== undefined && existing === "skip";
  const wish = wishOf(row, known, bad);
  if (!skipped) judgeRole(actor, user, wish, bad);
  const outcome = skipped ? "skip" : user ? "update" : "create";
  const refused = problems.length > 0 && !(skipped && parsed.success);
  return {
    line: row.line,
    email,
    outcome: refused ? "refused" : outcome,
    problems: refused ? problems : [],
    wish,
    known: user,
  };
}

type Tell = (field: ImportField, problem: ImportProblem) => void;

/** A file gives no role and touches nobody that the form would not. */
function judgeRole(actor: Actor, user: users.UserRow | undefined, wish: Wish, bad: Tell): void {
  const untouchable =
    user &&
    user.role !== actor.role &&
    (user.role === "operator" || !mayGive(actor.role, user.role));
  if (untouchable || (wish.role && wish.role !== user?.role && !mayGive(actor.role, wish.role))) {
    bad("role", "role_not_allowed");
  } else if (user?.id === actor.userId) {
    if (wish.enabled === false || (wish.role ?? user.role) !== user.role)
      bad("email", "own_account");
  }
}

const clean = (cell: string | undefined): string => (cell ?? "").trim();
const TRUE = new Set(["true", "yes", "1", "enabled", "是", "启用"]);
const FALSE = new Set(["false", "no", "0", "disabled", "否", "停用"]);

function wishOf(row: ImportRow, known: Known, bad: Tell): Wish {
  const wish: Wish = {};
  const given = (field: ImportField, take: (text: string) => ImportProblem | undefined) => {
    const text = clean(row[field]);
    const problem = text === "" ? undefined : take(text);
    if (problem) bad(field, problem);
  };
  given("name", (text) => {
    wish.name = text;
    return text.length > 100 ? "bad_value" : undefined;
  });
  given("note", (text) => {
    wish.note = text;
    return text.length > 2_000 ? "bad_value" : undefined;
  });
  given("role", (text) => {
    const role = ROLES.find((one: Role) => one === text.toLowerCase());
    if (!role) return "unknown_role";
    wish.role = role;
  });
  given("level", (text) => {
    const levelId = known.levels.get(text);
    if (levelId === undefined) return "unknown_level";
    wish.levelId = levelId;
  });
  given("level_expires_at", (text) => {
    wish.levelExpiresAt = Date.parse(text);
    return Number.isNaN(wish.levelExpiresAt) ? "bad_date" : undefined;
  });
  given("groups", (text) => {
    const ids = text
      .split(/[\s,;，；]+/)
      .filter(Boolean)
      .map((slug) => known.groups.get(slug));
    wish.groupIds = ids.filter((id) => id !== undefined);
    return ids.includes(undefined) ? "unknown_group" : undefined;
  });
  given("department", (text) => {
    const departmentId = known.departments.get(text);
    if (departmentId === undefined) return "unknown_department";
    wish.departmentId = departmentId;
  });
  given("kind", (text) => {
    const kind = (["external", "internal"] as const).find((one) => one === text.toLowerCase());
    if (!kind) return "bad_value";
    wish.kind = kind;
  });
  given("enabled", (text) => {
    const said = text.toLowerCase();
    if (!TRUE.has(said) && !FALSE.has(said)) return "bad_value";
    wish.enabled = TRUE.has(said);
  });
  return wish;
}

/** Who is new needs no announcement: a wallet that has never heard of somebody asks. */
async function write(services: Services, site: SiteSnapshot, judged: Judged[]): Promise<void> {
  const now = Date.now();
  const added: users.NewUser[] = [];
  const statements: Statement[] = [];
  for (const { email, outcome, wish, known } of judged) {
    const { groupIds, ...fields } = wish;
    if (outcome === "update" && known) {
      statements.push(...users.userChange(services.db, site.id, known.id, fields, groupIds));
    }
    if (outcome !== "create") continue;
    const id = newId("user");
    const levelId = fields.levelId ?? defaultLevelOf(site.levels.values());
    added.push({ name: "", role: "member", ...fields, id, email, levelId, passwordHash: null });
    for (const groupId of groupIds ?? []) {
      statements.push(users.joinGroup(services.db, site.id, id, groupId));
    }
  }
  await atomically(services.db, [
    ...users.insertUsers(services.db, site.id, added, now),
    ...statements,
  ]);
  await deliverProfiles(services, site.id);
}

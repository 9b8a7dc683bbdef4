/** The one rule for who may use an agent or a model: gateway, portal and *explain* all ask here. */

/** An access rule with ids in place of slugs and e-mails, as the snapshot carries it. */
export interface AccessRule {
  everyone: boolean;
  guests: boolean;
  levels: readonly string[];
  groups: readonly string[];
  departments: readonly string[];
  users: readonly string[];
}

/** Who asks. */
export interface Subject {
  userId: string;
  levelId: string | null;
  groupIds: readonly string[];
  departmentIds: readonly string[];
  guest: boolean;
}

/** What somebody's level is, and when it ends. */
export interface LevelHolder {
  levelId: string | null;
  /** Milliseconds since 1970; null or absent: it does not end. */
  levelExpiresAt?: number | null;
}

/**
 * The level that counts at a time: one that has ended has given way to the site's default level,
 * whether or not anything has run since.
 */
export function levelAt(
  { levelId, levelExpiresAt }: LevelHolder,
  defaultLevelId: string | null,
  now: number,
): string | null {
  if (levelId === null) return null;
  return (levelExpiresAt ?? Number.POSITIVE_INFINITY) <= now ? defaultLevelId : levelId;
}

/** A profile of guests belongs to nobody, and no rule but the one for guests lets it in. */
export function isGuest(profile: { guest?: boolean }): boolean {
  return profile.guest === true;
}

/** Null where the site has none. */
export function defaultLevelOf(
  levels: Iterable<{ id: string; isDefault: boolean }>,
): string | null {
  for (const level of levels) if (level.isDefault) return level.id;
  return null;
}

/** A rule that names a department lets in those below it too. */
export function withThoseBelow(
  ids: readonly string[],
  departments: readonly { id: string; parentId: string | null }[],
): string[] {
  const found = new Set(ids);
  // A set that is added to while it is walked is walked to its end: a circle ends too.
  for (const id of found) {
    for (const one of departments) if (one.parentId === id) found.add(one.id);
  }
  return [...found];
}

export const EVERYONE: AccessRule = {
  everyone: true,
  guests: false,
  levels: [],
  groups: [],
  departments: [],
  users: [],
};

/** Which part of the rule lets the subject in; null when none does. */
export function grantedBy(
  rule: AccessRule,
  subject: Subject,
): "guests" | "everyone" | "user" | "level" | "group" | "department" | null {
  if (rule.guests) return "guests";
  if (subject.guest) return null;
  if (rule.everyone) return "everyone";
  if (rule.users.includes(subject.userId)) return "user";
  if (subject.levelId !== null && rule.levels.includes(subject.levelId)) return "level";
  if (subject.groupIds.some((id) => rule.groups.includes(id))) return "group";
  if (subject.departmentIds.some((id) => rule.departments.includes(id))) return "department";
  return null;
}

export function allows(rule: AccessRule, subject: Subject): boolean {
  return grantedBy(rule, subject) !== null;
}

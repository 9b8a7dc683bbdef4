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

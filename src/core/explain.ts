/**
 * Why somebody may or may not use an agent or a model: everything that is asked before a call, each
 * with what it came to. What the rule says is asked of `grantedBy`, so that no explanation can say
 * another thing than the gateway does. Limits and credits are not part of it.
 */
import type { Finding, FindingCode } from "../contract/explain.ts";
import { type AccessRule, grantedBy, type Subject } from "./access.ts";
import { mayUse } from "./key-scope.ts";

/** A way to the platform that serves it. */
export interface ExplainedRoute {
  connection: string;
  enabled: boolean;
  needsAttention: boolean;
}

export interface ExplainFacts {
  siteSuspended: boolean;
  /** Who asks; `enabled` of a guest: whether the site lets guests in. */
  person: {
    subject: Subject;
    enabled: boolean;
    /** Name of the level that has ended; null where none has. */
    endedLevel: string | null;
    /** Keys that stand, with their own lists. */
    keys: readonly { name: string; models?: readonly string[] }[];
  };
  target: {
    /** Public name. */
    name: string;
    enabled: boolean;
    access: AccessRule;
    /** Whom the rule names, in the words it was written in. */
    named: readonly string[];
    /** The model below an agent that is a prompt on it. */
    model: { name: string; enabled: boolean } | null;
    routes: readonly ExplainedRoute[];
  };
  /** What the person is, or is in, by id. */
  nameOf(id: string): string;
}

export interface Explained {
  /** It is shown to the person. */
  sees: boolean;
  /** A call would be sent on. */
  calls: boolean;
  findings: Finding[];
}

export function explain(facts: ExplainFacts): Explained {
  const seen = [siteFinding(facts), personFinding(facts), ...targetFindings(facts), rule(facts)];
  const served = routeFindings(facts.target.routes);
  const sees = seen.every(({ verdict }) => verdict !== "no");
  const calls = sees && served.every(({ verdict }) => verdict !== "no");
  return { sees, calls, findings: [...seen, ...served, ...keyFindings(facts)] };
}

const finding = (
  code: FindingCode,
  verdict: Finding["verdict"],
  names: readonly string[] = [],
): Finding => ({ code, verdict, names: [...names] });

const siteFinding = ({ siteSuspended }: ExplainFacts): Finding =>
  siteSuspended ? finding("site_suspended", "no") : finding("site_open", "yes");

function personFinding({ person }: ExplainFacts): Finding {
  const { subject, enabled } = person;
  if (subject.guest) {
    return enabled ? finding("guests_let_in", "yes") : finding("guests_shut_out", "no");
  }
  return enabled ? finding("user_enabled", "yes") : finding("user_disabled", "no");
}

function targetFindings({ target }: ExplainFacts): Finding[] {
  const { name, enabled, model } = target;
  const own = enabled
    ? finding("target_enabled", "yes", [name])
    : finding("target_disabled", "no", [name]);
  if (!model) return [own];
  const below = model.enabled
    ? finding("model_enabled", "yes", [model.name])
    : finding("model_disabled", "no", [model.name]);
  return [own, below];
}

/** What let the person in; else who would have been let in. */
function rule({ person, target, nameOf }: ExplainFacts): Finding {
  const { subject, endedLevel } = person;
  const { access } = target;
  const both = (part: "groups" | "departments", own: readonly string[]) =>
    own.filter((id) => access[part].includes(id)).map(nameOf);
  switch (grantedBy(access, subject)) {
    case "guests":
      return finding("rule_guests", "yes");
    case "everyone":
      return finding("rule_everyone", "yes");
    case "user":
      return finding("rule_user", "yes", [nameOf(subject.userId)]);
    case "level":
      return finding("rule_level", "yes", [nameOf(subject.levelId ?? "")]);
    case "group":
      return finding("rule_group", "yes", both("groups", subject.groupIds));
    case "department":
      return finding("rule_department", "yes", both("departments", subject.departmentIds));
    case null:
      break;
  }
  if (subject.guest) return finding("rule_not_guests", "no");
  if (endedLevel !== null) return finding("rule_level_ended", "no", [endedLevel]);
  const { named } = target;
  return named.length === 0 ? finding("rule_nobody", "no") : finding("rule_others", "no", named);
}

function routeFindings(routes: readonly ExplainedRoute[]): Finding[] {
  const open = routes.filter(({ enabled }) => enabled);
  const named = (some: readonly ExplainedRoute[]) => [
    ...new Set(some.map(({ connection }) => connection)),
  ];
  if (open.length === 0) return [finding("connection_disabled", "no", named(routes))];
  const ailing = open.filter(({ needsAttention }) => needsAttention);
  const well = open.filter(({ needsAttention }) => !needsAttention);
  return [
    ...(well.length > 0 ? [finding("connection_ready", "yes", named(well))] : []),
    ...(ailing.length > 0 ? [finding("connection_ails", "mind", named(ailing))] : []),
  ];
}

function keyFindings({ person, target }: ExplainFacts): Finding[] {
  const outside = person.keys.filter(
    ({ models = [] }) => !mayUse({ models: [...models] }, target.name),
  );
  const names = outside.map(({ name }) => name);
  return names.length === 0 ? [] : [finding("keys_outside", "mind", names)];
}

/** What is different between two states of a thing, field by field. */
import type { AuditChange } from "../contract/audit.ts";
import { LEFT_OUT } from "../contract/secret.ts";

const CHANGES_MAX = 200;

/**
 * By path (`limits.rpm`, `routes[0].weight`, `data[support].name`); null is a thing that is not
 * there. Of very many the first, and a last one that says that there are more.
 */
export function changesBetween(before: unknown, after: unknown): AuditChange[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])].filter(
    (field) => JSON.stringify(old.get(field)) !== JSON.stringify(now.get(field)),
  );
  const changes = fields.slice(0, CHANGES_MAX).map((field) => ({
    field,
    ...(old.has(field) ? { before: old.get(field) } : {}),
    ...(now.has(field) ? { after: now.get(field) } : {}),
  }));
  return fields.length > CHANGES_MAX ? [...changes, { field: LEFT_OUT }] : changes;
}

function leavesOf(value: unknown): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const walk = (part: unknown, path: string) => {
    const parts = partsOf(part, path);
    if (parts === null) leaves.set(path, part);
    else for (const [inner, name] of parts) walk(inner, name);
  };
  if (value !== null && value !== undefined) walk(value, "");
  return leaves;
}

/** The parts of a value with their paths; null of what is compared as a whole. */
function partsOf(value: unknown, path: string): [part: unknown, path: string][] | null {
  if (Array.isArray(value)) {
    const things = value.filter(isThing);
    if (things.length === 0) return null;
    const names = things.map(nameOf);
    const apart = names.every((name) => name !== null) && new Set(names).size === names.length;
    return value.map((item, at) => [item, `${path}[${(apart ? nameOf(item) : item?.id) ?? at}]`]);
  }
  if (!isThing(value)) return null;
  const entries = Object.entries(value);
  if (entries.length === 0 && path !== "") return null;
  return entries.map(([name, part]) => [part, path === "" ? name : `${path}.${name}`]);
}

function isThing(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** What items of a list are told apart by, so that one that is added does not move all behind it. */
export function nameOf(thing: unknown): string | null {
  if (!isThing(thing)) return null;
  const { slug, email, name, id } = thing;
  const known = [slug, email, name, id].find((text) => typeof text === "string" && text !== "");
  return typeof known === "string" ? known : null;
}

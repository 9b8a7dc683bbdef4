/**
 * Reads a configuration file's value. What the file leaves out of something that exists is filled
 * in from the store first, then all of it is checked, strictly: every problem with its path.
 */
import type { z } from "zod";
import { type ConfigFile, configFileSchema } from "../../contract/config.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Problem } from "./plan.ts";
import {
  LIST_NAMES,
  type ListName,
  NAME_FIELDS,
  nameIn,
  partsInWords,
  type Raw,
  type StoredSite,
  settingsInWords,
  userInWords,
} from "./stored.ts";

export type StoredSites = ReadonlyMap<string, StoredSite>;

/** The file as it will be, beside the file as it was written: only the latter knows what it says itself. */
export interface ReadConfig {
  file: ConfigFile;
  raw: Raw[];
}

function isObject(value: unknown): value is Raw {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The sites of a value that may be anything. */
export function rawSites(value: unknown): Raw[] {
  const sites = isObject(value) ? value.sites : null;
  return Array.isArray(sites) ? sites.filter(isObject) : [];
}

/** The members of one list of a site that may be anything. */
export function rawList(site: Raw, list: ListName): Raw[] {
  const value = site[list];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function readConfig(value: unknown, stored: StoredSites): Result<ReadConfig, Problem[]> {
  const whole = fillIn(value, stored);
  const parsed = configFileSchema.safeParse(whole);
  if (!parsed.success) {
    return fail(parsed.error.issues.flatMap((issue) => toProblems(issue, whole)));
  }
  return ok({ file: parsed.data, raw: rawSites(value) });
}

function fillIn(value: unknown, stored: StoredSites): unknown {
  if (!isObject(value) || !Array.isArray(value.sites)) return value;
  return { ...value, sites: value.sites.map((site: unknown) => fillSite(site, stored)) };
}

function fillSite(site: unknown, stored: StoredSites): unknown {
  const known = isObject(site) ? stored.get(String(site.slug)) : undefined;
  if (!isObject(site) || !known) return site;
  const words = partsInWords(known.parts);
  const filled: Raw = { ...settingsInWords(known.row), ...site };
  for (const list of LIST_NAMES) {
    const members = filled[list];
    if (!Array.isArray(members)) continue;
    const found =
      list === "users"
        ? [...known.users.values()].map((user) => userInWords(user, known.parts))
        : words[list];
    const byName = new Map(found.map((one) => [nameIn(list, one), one]));
    filled[list] = members.map((member: unknown) =>
      isObject(member) ? { ...byName.get(nameIn(list, member)), ...member } : member,
    );
  }
  return filled;
}

function toProblems(issue: z.core.$ZodIssue, root: unknown): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key], root),
      message: "unknown key",
    }));
  }
  if (issue.code === "invalid_union") return unionProblems(issue, root);
  return [{ path: pathText(issue.path, root), message: issue.message }];
}

/** Of the forms a value may have, the one that it is nearest to says what is wrong. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, root: unknown): Problem[] {
  const [nearest, next] = issue.errors.toSorted((a, b) => a.length - b.length);
  if (nearest && nearest.length < (next?.length ?? 0)) {
    return nearest.flatMap((inner) =>
      toProblems({ ...inner, path: [...issue.path, ...inner.path] }, root),
    );
  }
  return [{ path: pathText(issue.path, root), message: "has none of the forms it may have" }];
}

/** `sites[acme].models[openai/gpt-4o-mini].price`: members by name where they have one. */
function pathText(path: readonly PropertyKey[], root: unknown): string {
  let value: unknown = root;
  let list = "";
  let text = "";
  for (const part of path) {
    value = (value as Record<PropertyKey, unknown> | null | undefined)?.[part];
    if (typeof part === "number") text += `[${memberName(list, value) ?? part}]`;
    else text += text === "" ? String(part) : `.${String(part)}`;
    list = String(part);
  }
  return text === "" ? "the file" : text;
}

function memberName(list: string, member: unknown): string | null {
  const field = list === "sites" ? "slug" : NAME_FIELDS[list as ListName];
  const name = isObject(member) && field !== undefined ? member[field] : null;
  return typeof name === "string" && name !== "" ? name : null;
}

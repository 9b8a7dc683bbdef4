/** Limits of an edition: what is in force for a site, and how a refusal tells of it. */
import {
  type EditionLimits,
  LIMIT_CODES,
  type LimitCode,
  type LimitName,
} from "../contract/editions.ts";
import type { Failure } from "./failure.ts";

/** What the operator allows this very site goes before what its edition allows. */
export function effectiveLimits(
  edition: EditionLimits,
  own: { [Name in LimitName]?: EditionLimits[Name] | undefined },
): EditionLimits {
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...edition, ...Object.fromEntries(given) };
}

/** Null: the code is of no limit. */
export function limitOfCode(code: string): LimitName | null {
  const names = Object.keys(LIMIT_CODES) as LimitName[];
  return names.find((name) => LIMIT_CODES[name] === code) ?? null;
}

const NOUNS: Record<LimitCode, string> = {
  calls_per_month: "calls a month",
  agents: "published agents",
  external_users: "external users",
  internal_users: "internal users",
  own_domains: "own domains",
  payment: "payments",
  unbranded: 'a portal without "powered by"',
};

/** The refusal, with which limit, its value and the edition where the site is known. */
export function editionFailure(
  name: LimitName,
  site: { edition: string; limits: EditionLimits } | null,
): Failure {
  const code = LIMIT_CODES[name];
  const value = site?.limits[name];
  const whose = site ? `The site's edition (${site.edition})` : "The site's edition";
  const message =
    typeof value === "number" && value > 0
      ? `${whose} allows ${value} ${NOUNS[code]}.`
      : `${whose} allows no ${value === undefined ? "more " : ""}${NOUNS[code]}.`;
  return { code, message, param: name };
}

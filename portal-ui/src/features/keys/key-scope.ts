/** What a key is limited to: as the form holds it, as it is sent, and as the list says it. */
import { parseRange } from "@contract/ip.ts";
import type { ApiKey } from "@contract/portal.ts";
import { isTargetPattern } from "@contract/target-pattern.ts";
import type { KeyTexts } from "./texts.ts";

/** What a key is limited to, beside its expiry. */
export type KeyScope = Pick<ApiKey, "models" | "addresses" | "limits">;

/** As typed: lists have one entry on each line. */
export interface ScopeFields {
  models: string;
  allow: string;
  deny: string;
  perMonth: string;
}
export const NO_SCOPE: ScopeFields = { models: "", allow: "", deny: "", perMonth: "" };

export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

const isAmount = (text: string): boolean => text.trim() === "" || Number(text) > 0;

/** What is wrong with each field; null where nothing is. */
export function scopeProblems(
  fields: ScopeFields,
  text: KeyTexts,
): Record<keyof ScopeFields, string | null> {
  const badLine = (
    lines: string,
    isGood: (line: string) => boolean,
    say: (line: string) => string,
  ): string | null => {
    const bad = linesOf(lines).find((line) => !isGood(line));
    return bad === undefined ? null : say(bad);
  };
  const isRange = (line: string) => parseRange(line) !== null;
  return {
    models: badLine(fields.models, isTargetPattern, text.modelBad),
    allow: badLine(fields.allow, isRange, text.addressBad),
    deny: badLine(fields.deny, isRange, text.addressBad),
    perMonth: isAmount(fields.perMonth) ? null : text.perMonthBad,
  };
}

export function scopeOf(fields: ScopeFields): KeyScope {
  const perMonth = fields.perMonth.trim();
  return {
    models: linesOf(fields.models),
    addresses: { allow: linesOf(fields.allow), deny: linesOf(fields.deny) },
    limits: perMonth === "" ? {} : { creditsPerMonth: Number(perMonth) },
  };
}

/** A key's limits as the form holds them. */
export function fieldsOf({ models, addresses, limits }: KeyScope): ScopeFields {
  return {
    models: models.join("\n"),
    allow: addresses.allow.join("\n"),
    deny: addresses.deny.join("\n"),
    perMonth: limits.creditsPerMonth === undefined ? "" : String(limits.creditsPerMonth),
  };
}

/** What the form says of a key that there is; limits that the form does not show stay. */
export function changedScope(key: KeyScope, fields: ScopeFields): KeyScope {
  const { creditsPerMonth: _, ...others } = key.limits;
  const scope = scopeOf(fields);
  return { ...scope, limits: { ...others, ...scope.limits } };
}

const SHOWN_MODELS = 2;

/** The parts of a list's line; none where the key may do all that its owner may. */
export function scopeWords({ models, addresses, limits }: KeyScope, text: KeyTexts): string[] {
  const words: string[] = [];
  if (models.length > 0) {
    const hidden = models.length - SHOWN_MODELS;
    const names = [...models.slice(0, SHOWN_MODELS), ...(hidden > 0 ? [text.more(hidden)] : [])];
    words.push(text.onlyFor(names.join(", ")));
  }
  if (addresses.allow.length + addresses.deny.length > 0) words.push(text.someAddresses);
  if (limits.creditsPerMonth) words.push(text.monthly(String(limits.creditsPerMonth)));
  return words;
}

/**
 * What an app may do with a token, as `scope` says it. `gateway`: call models and agents, and pay
 * for it. `wallet`: read balance and statement. `model:<name>`: of the gateway only these.
 */
import type { Limits } from "../contract/config.ts";
import { KEY_SCOPES } from "../contract/config.ts";
import { isTargetPattern } from "../contract/target-pattern.ts";

const MODEL = "model:";
const MAX_SCOPES = 50;
/** Without `scope` an app asks for what apps come for. */
const DEFAULT_SCOPES = ["gateway"];

const isKnown = (scope: string) =>
  (KEY_SCOPES as readonly string[]).includes(scope) ||
  (scope.startsWith(MODEL) && isTargetPattern(scope.slice(MODEL.length)));

/** The scopes of a `scope` parameter, each once; null when one is unknown or makes no sense. */
export function parseScopes(text: string | undefined): string[] | null {
  const asked = (text ?? "").split(" ").filter((one) => one !== "");
  const scopes = [...new Set(asked.length > 0 ? asked : DEFAULT_SCOPES)];
  if (scopes.length > MAX_SCOPES || !scopes.every(isKnown)) return null;
  // A model that may not be called is a mistake of whoever asks.
  return modelsOf(scopes).length > 0 && !scopes.includes("gateway") ? null : scopes;
}

/** Without those that only narrow: what a client must be allowed to ask for. */
export const abilitiesOf = (scopes: readonly string[]): string[] =>
  scopes.filter((scope) => !scope.startsWith(MODEL));

/** The models and agents that the scopes name; empty: all that the user may use. */
export const modelsOf = (scopes: readonly string[]): string[] =>
  scopes.filter((scope) => scope.startsWith(MODEL)).map((scope) => scope.slice(MODEL.length));

export const isWithin = (scopes: readonly string[], allowed: readonly string[]): boolean =>
  scopes.every((scope) => allowed.includes(scope));

/** Of every figure the smaller. */
export function tightest(a: Limits, b: Limits): Limits {
  const limits: Limits = { ...a };
  for (const [name, value] of Object.entries(b) as [keyof Limits, number | undefined][]) {
    if (value !== undefined) limits[name] = Math.min(value, limits[name] ?? value);
  }
  return limits;
}

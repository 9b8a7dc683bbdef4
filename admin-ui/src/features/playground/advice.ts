/** What an admin can do about an error, by its code. */
import type { playgroundTexts } from "./texts.ts";

export type Advice = keyof (typeof playgroundTexts)["en"]["advice"];
export type Remedy = keyof (typeof playgroundTexts)["en"]["links"];

const REMEDIES: Record<Advice, Remedy | null> = {
  insufficient_credits: "grant",
  holds_in_flight: null,
  upstream_unavailable: "connections",
  upstream_timeout: "connections",
  upstream_rejected: null,
  model_not_found: "models",
  agent_not_found: "agents",
  rate: "levels",
  invalid: null,
  unavailable: "log",
};

/** Codes whose advice is that of many. */
const GROUPS: [codes: RegExp, advice: Advice][] = [
  [/^(rate_limit_|calls_per_month)/, "rate"],
  [/^(invalid_|unsupported_|request_too_large)/, "invalid"],
];

export function adviceFor(code: string): { advice: Advice; remedy: Remedy | null } {
  const own = Object.hasOwn(REMEDIES, code) ? (code as Advice) : undefined;
  const advice = own ?? GROUPS.find(([codes]) => codes.test(code))?.[1] ?? "unavailable";
  return { advice, remedy: REMEDIES[advice] };
}

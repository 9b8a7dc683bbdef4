/** What a site may do by its edition. */
import type { EDITIONS } from "../contract/config.ts";

export interface EditionLimits {
  /** Calls of agents and models, by calendar month (UTC); null: no limit. */
  callsPerMonth: number | null;
}

export const EDITION_LIMITS: Record<(typeof EDITIONS)[number], EditionLimits> = {
  free: { callsPerMonth: 1_000 },
  standard: { callsPerMonth: null },
  enterprise: { callsPerMonth: null },
};

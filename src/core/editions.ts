/** The editions as they are built in; the operator may change them (see the `editions` table). */
import type { EDITIONS } from "../contract/config.ts";
import type { EditionLimits } from "../contract/editions.ts";

export const EDITION_LIMITS: Record<(typeof EDITIONS)[number], EditionLimits> = {
  free: {
    callsPerMonth: 1_000,
    agents: 5,
    externalUsers: 100,
    internalUsers: 0,
    ownDomains: 0,
    payment: false,
    unbranded: false,
  },
  standard: {
    callsPerMonth: null,
    agents: null,
    externalUsers: null,
    internalUsers: 0,
    ownDomains: null,
    payment: true,
    unbranded: false,
  },
  enterprise: {
    callsPerMonth: null,
    agents: null,
    externalUsers: null,
    internalUsers: null,
    ownDomains: null,
    payment: true,
    unbranded: true,
  },
};

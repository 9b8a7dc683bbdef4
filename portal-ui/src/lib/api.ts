/** The one caller of the API; types of the endpoint tables only, so no schema code is loaded. */
import type { accountEndpoints } from "@contract/account.ts";
import type { authEndpoints } from "@contract/auth.ts";
import { ApiError, createCaller } from "@contract/call.ts";
import { fetchAsHuman } from "@contract/human.ts";
import type { portalAppsEndpoints } from "@contract/oauth.ts";
import type { guestAuthEndpoints } from "@contract/people-guests.ts";
import type { acceptEndpoints } from "@contract/people-invitations.ts";
import type { portalEndpoints } from "@contract/portal.ts";
import type { providerEndpoints } from "@contract/providers.ts";

export { ApiError };

type Endpoints = typeof guestAuthEndpoints &
  typeof acceptEndpoints &
  typeof authEndpoints &
  typeof accountEndpoints &
  typeof providerEndpoints &
  typeof portalEndpoints &
  typeof portalAppsEndpoints;

export const api = createCaller<Endpoints>({ fetch: fetchAsHuman });

/** Whether an error says that nobody is signed in any more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && error.code !== "invalid_login";
}

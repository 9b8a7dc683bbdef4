/** The one caller of our JSON API, and what the pages need to know of its failures. */
import type {
  accountEndpoints,
  adminAppsEndpoints,
  adminEndpoints,
  authEndpoints,
  entryEndpoints,
  ownSiteEndpoints,
  platformEndpoints,
  providerEndpoints,
} from "@contract";
import { ApiError, createCaller } from "@contract/call.ts";
import { fetchAsHuman } from "@contract/human.ts";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { tellingEditionLimits } from "./edition-limit.ts";

export { ApiError };
export const call = createCaller<
  typeof authEndpoints &
    typeof accountEndpoints &
    typeof providerEndpoints &
    typeof adminEndpoints &
    typeof adminAppsEndpoints &
    typeof entryEndpoints &
    typeof ownSiteEndpoints &
    typeof platformEndpoints
>({ fetch: tellingEditionLimits(fetchAsHuman) });

export const isSessionLost = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 401 && error.code !== "invalid_login";

/** The field path of an error, in the form's notation: `routes[0].model` → `routes.0.model`. */
export const fieldPath = (param: string): string =>
  param.replace(/\[(\d+)\]/g, ".$1").replace(/^\$?\.?/, "");

/** `onSessionLost` is told whenever any answer says that nobody is signed in any more. */
export function createQueryClient(onSessionLost: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isSessionLost(error)) onSessionLost();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // A refusal will be the same next time; only a server that is away is asked again.
        retry: (count, error) =>
          count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
        refetchOnWindowFocus: true,
      },
    },
  });
}

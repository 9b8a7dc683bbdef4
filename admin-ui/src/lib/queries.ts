/** What the pages read, each under one key, so that a change anywhere refreshes it everywhere. */
import type { adminEndpoints, QueryOf } from "@contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./api.ts";

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => call("GET /api/admin/overview", { signal }),
});

export const siteQuery = queryOptions({
  queryKey: ["site"],
  queryFn: ({ signal }) => call("GET /api/admin/site", { signal }),
});

export const connectorsQuery = queryOptions({
  queryKey: ["connectors"],
  queryFn: async ({ signal }) => (await call("GET /api/admin/connectors", { signal })).data,
  // Part of the deployment: changes only when it is upgraded.
  staleTime: Number.POSITIVE_INFINITY,
});

export const connectionsQuery = queryOptions({
  queryKey: ["connections"],
  queryFn: async ({ signal }) => (await call("GET /api/admin/connections", { signal })).data,
});

export const offersQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ["offers", connectionId],
    queryFn: async ({ signal }) =>
      (
        await call("GET /api/admin/connections/{id}/offers", {
          params: { id: connectionId },
          signal,
        })
      ).data,
    staleTime: 60_000,
    // The platform refused or is away: asking again only keeps the admin waiting for the reason.
    retry: false,
  });

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: async ({ signal }) => (await call("GET /api/admin/models", { signal })).data,
});

export const agentsQuery = queryOptions({
  queryKey: ["agents"],
  queryFn: async ({ signal }) => (await call("GET /api/admin/agents", { signal })).data,
});

export const levelsQuery = queryOptions({
  queryKey: ["levels"],
  queryFn: async ({ signal }) => (await call("GET /api/admin/levels", { signal })).data,
});

export const groupsQuery = queryOptions({
  queryKey: ["groups"],
  queryFn: async ({ signal }) => (await call("GET /api/admin/groups", { signal })).data,
});

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: async ({ signal }) => (await call("GET /api/admin/keys", { signal })).data,
});

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", "one", id],
    queryFn: ({ signal }) => call("GET /api/admin/users/{id}", { params: { id }, signal }),
  });

export const periodsQuery = (userId: string) =>
  queryOptions({
    queryKey: ["periods", userId],
    queryFn: async ({ signal }) => {
      const params = { id: userId };
      return (await call("GET /api/admin/users/{id}/periods", { params, signal })).data;
    },
  });

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ["requests", "one", id],
    queryFn: ({ signal }) => call("GET /api/admin/requests/{id}", { params: { id }, signal }),
  });

export type UsageQuery = NonNullable<QueryOf<(typeof adminEndpoints)["GET /api/admin/usage"]>>;

export const usageQuery = (query: UsageQuery) =>
  queryOptions({
    queryKey: ["usage", query],
    queryFn: async ({ signal }) => (await call("GET /api/admin/usage", { query, signal })).data,
  });

export type RequestFilter = NonNullable<
  QueryOf<(typeof adminEndpoints)["GET /api/admin/requests"]>
>;

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: async ({ signal }) => (await call("GET /api/admin/roles", { signal })).data,
  // Part of the deployment: changes only when it is upgraded.
  staleTime: Number.POSITIVE_INFINITY,
});

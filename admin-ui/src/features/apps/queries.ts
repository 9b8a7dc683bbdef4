import { queryOptions } from "@tanstack/react-query";
import { call } from "../../lib/api.ts";

export const appsQuery = queryOptions({
  queryKey: ["apps"],
  queryFn: async ({ signal }) => (await call("GET /api/admin/apps", { signal })).data,
});

export const appUsersQuery = (id: string) =>
  queryOptions({
    queryKey: ["apps", "users", id],
    queryFn: async ({ signal }) =>
      (await call("GET /api/admin/apps/{id}/users", { params: { id }, signal })).data,
  });

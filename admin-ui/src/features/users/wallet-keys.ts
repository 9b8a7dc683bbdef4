import type { QueryKey } from "@tanstack/react-query";

/** What a change of a user's wallet makes stale. */
export const walletKeys = (userId: string): QueryKey[] => [
  ["users", "one", userId],
  ["entries", userId],
  ["periods", userId],
];

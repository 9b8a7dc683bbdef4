/** Server state. A lost session anywhere leads to log-in, once, from here. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, isSignedOut } from "../lib/api.ts";

let onSignedOut: () => void = () => undefined;

/** Says what happens when an answer tells that nobody is signed in. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

/** For calls that do not go through a query: tells of a lost session, and answers whether it was one. */
export function noticeSignedOut(error: unknown): boolean {
  const signedOut = isSignedOut(error);
  if (signedOut) onSignedOut();
  return signedOut;
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => void noticeSignedOut(error) }),
  mutationCache: new MutationCache({ onError: (error) => void noticeSignedOut(error) }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // Only silence and overload are worth a second try; a refusal stays a refusal.
      retry: (count, error) =>
        count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
      refetchOnWindowFocus: true,
    },
  },
});

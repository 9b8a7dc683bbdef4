/** The page's state in the address: read it, change parts of it. */
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Search } from "./search.ts";

export interface SearchState<Key extends string> {
  search: Search<Key>;
  /**
   * Changes parts; an undefined part is removed. Filters replace the history entry; what opens
   * something (`push`) makes one, so that Back closes it.
   */
  setSearch: (patch: Search<Key>, options?: { push?: boolean }) => void;
}

export function useSearchState<Key extends string>(): SearchState<Key> {
  const search = useLocation().search as Search<Key>;
  const navigate = useNavigate();
  const setSearch = useCallback(
    (patch: Search<Key>, options: { push?: boolean } = {}) => {
      void navigate({
        to: ".",
        search: ((previous: Search) => ({ ...previous, ...patch })) as never,
        replace: !options.push,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return { search, setSearch };
}

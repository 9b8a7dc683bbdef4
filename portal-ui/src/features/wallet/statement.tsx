import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSearchParams } from "wouter";
import { Icon } from "../../components/icons.tsx";
import { EmptyState, ErrorState, Skeleton } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { useLocale, useText } from "../../lib/i18n.ts";
import { agentsQuery } from "../chat/queries.ts";
import { EntryRow } from "./entry-row.tsx";
import { changedSearch, entryFilter, type Filter, fileAddress, readFilter } from "./filter.ts";
import { FilterBar } from "./filter-bar.tsx";
import { useWalletTexts } from "./texts.ts";

const PAGE = 30;

/** Every entry of the wallet, newest first, with a filter that stands in the address. */
export function Statement() {
  const words = useWalletTexts();
  const locale = useLocale();
  const [search, setSearch] = useSearchParams();
  const filter = readFilter(search);
  const change = (part: Filter) =>
    setSearch((before) => changedSearch(before, part), { replace: true });
  return (
    <section aria-labelledby="statement">
      <div className="section-head">
        <h2 className="section-title" id="statement">
          {words.statement}
        </h2>
        <a className="button" href={fileAddress(entryFilter(filter), locale)} download>
          <Icon name="download" size={16} />
          {words.downloadCsv}
        </a>
      </div>
      <FilterBar filter={filter} onChange={change} />
      <Entries filter={filter} onClear={() => change({ type: "", time: "", model: "" })} />
    </section>
  );
}

function useEntries(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ["entries", filter],
    queryFn: ({ signal, pageParam }) =>
      api("GET /api/portal/wallet/entries", {
        signal,
        query: {
          ...entryFilter(filter),
          limit: PAGE,
          ...(pageParam === null ? {} : { after: pageParam }),
        },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.has_more ? page.next : null),
  });
}

function Entries({ filter, onClear }: { filter: Filter; onClear: () => void }) {
  const text = useText();
  const words = useWalletTexts();
  const { data: agents } = useQuery(agentsQuery);
  const names = useMemo(
    () => new Map((agents ?? []).map((agent) => [agent.target, agent.name])),
    [agents],
  );
  const query = useEntries(filter);
  if (query.isPending) return <Skeleton lines={6} />;
  if (query.isError) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const entries = query.data.pages.flatMap((page) => page.data);
  if (entries.length === 0) {
    const filtered = Object.keys(filter).length > 0;
    return (
      <EmptyState icon="wallet" title={filtered ? words.noMatches : words.noEntries}>
        {filtered && (
          <button type="button" className="button" onClick={onClear}>
            {words.clearFilter}
          </button>
        )}
      </EmptyState>
    );
  }
  return (
    <>
      <table className="statement">
        <thead>
          <tr>
            <th scope="col">{words.entryTime}</th>
            <th scope="col">{words.entryWhat}</th>
            <th scope="col" className="number">
              {words.entryAmount}
            </th>
            <th scope="col" className="number">
              {words.entryBalance}
            </th>
          </tr>
        </thead>
        {entries.map((entry) => (
          <EntryRow key={entry.id} entry={entry} name={names.get(entry.model ?? "")} />
        ))}
      </table>
      {query.hasNextPage && (
        <button
          type="button"
          className="button wide"
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {query.isFetchingNextPage ? text.loading : text.loadMore}
        </button>
      )}
    </>
  );
}

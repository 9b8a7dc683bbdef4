import { Button, Group } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Nothing } from "../../components/nothing.tsx";
import { DataTable } from "../../components/table/data-table.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { useEntryColumns } from "./entry-columns.tsx";
import { ENTRY_FILTERS, type EntrySearch, entryFilter } from "./entry-filter.ts";
import { StatementFilters } from "./statement-filters.tsx";
import { userTexts } from "./texts.ts";

const ICON = <IconReceipt size={26} stroke={1.5} aria-hidden />;

/** Every entry of a wallet, newest first, page by page. */
export function Statement({ userId }: { userId: string }) {
  const t = useTexts(userTexts);
  const common = useTexts(commonTexts);
  const columns = useEntryColumns();
  const { search } = useSearchState<EntrySearch>();
  const key = ENTRY_FILTERS.map((name) => search[name] ?? "");
  const query = useInfiniteQuery({
    queryKey: ["entries", userId, ...key],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/admin/users/{id}/entries", {
        params: { id: userId },
        query: { ...entryFilter(search), limit: 30, after: pageParam || undefined },
        signal,
      }),
    getNextPageParam: (page) => (page.has_more ? page.next : null),
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data), [query.data]);
  const filtered = ENTRY_FILTERS.some((name) => search[name] !== undefined);
  return (
    <div>
      <StatementFilters userId={userId} />
      <DataTable
        label={t.tabs.statement}
        rows={rows}
        columns={columns}
        rowId={(entry) => entry.id}
        rowName={(entry) => entry.id}
        paged={false}
        error={query.error}
        onRetry={() => void query.refetch()}
        minWidth={0}
        empty={
          <Nothing
            icon={ICON}
            title={filtered ? common.noMatches : t.statementEmpty}
            help={filtered ? common.noMatchesHelp : t.statementEmptyHelp}
          />
        }
        footer={
          query.hasNextPage && (
            <Group justify="center" mt="md">
              <Button
                variant="default"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {common.loadMore}
              </Button>
            </Group>
          )
        }
      />
    </div>
  );
}

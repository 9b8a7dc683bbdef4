import { Button, Group, Switch } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconDownload, IconListSearch, IconRefresh } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Choice, Suggest } from "../../components/form/choice.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import { SidePanel } from "../../components/side-panel.tsx";
import { DataTable } from "../../components/table/data-table.tsx";
import { SearchField } from "../../components/table/toolbar.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { csvOf, downloadText } from "../../lib/csv.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useNotify } from "../../lib/notify.tsx";
import { agentsQuery, connectionsQuery, modelsQuery } from "../../lib/queries.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { CSV_HEADER, csvRow, fetchAll } from "./export-requests.ts";
import { CopyRequestId, useRequestColumns } from "./request-columns.tsx";
import {
  FILTERS,
  RANGES,
  type Range,
  type RequestSearch,
  requestFilter,
  STATUSES,
} from "./request-filter.ts";
import { RequestFinder } from "./request-finder.tsx";
import { requestTexts } from "./texts.ts";

const RequestPanel = lazyPart(async () => (await import("./request-panel.tsx")).RequestPanel);

const ICON = <IconListSearch size={26} stroke={1.5} aria-hidden />;
const LIVE_MS = 3000;

function useRequests(live: boolean) {
  const { search } = useSearchState<RequestSearch>();
  const key = FILTERS.map((name) => search[name] ?? "");
  return useInfiniteQuery({
    queryKey: ["requests", "list", ...key],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/admin/requests", {
        query: { ...requestFilter(search), limit: 50, after: pageParam || undefined },
        signal,
      }),
    getNextPageParam: (page) => (page.has_more ? page.next : null),
    placeholderData: keepPreviousData,
    refetchInterval: live ? LIVE_MS : false,
  });
}

export function RequestsPage() {
  const t = useTexts(requestTexts);
  const common = useTexts(commonTexts);
  const { search, setSearch } = useSearchState<RequestSearch>();
  const [live, setLive] = useState(false);
  const query = useRequests(live);
  const columns = useRequestColumns();
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data), [query.data]);
  const filtered = FILTERS.some((name) => search[name] !== undefined);
  return (
    <>
      <PageHead
        title={t.title}
        description={t.help}
        actions={
          <>
            <Switch
              label={t.live}
              title={t.liveHelp}
              checked={live}
              onChange={(event) => setLive(event.currentTarget.checked)}
            />
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} aria-hidden />}
              loading={query.isRefetching && !live}
              onClick={() => void query.refetch()}
            >
              {common.refresh}
            </Button>
            <ExportButton disabled={!rows?.length} />
          </>
        }
      />
      <Filters filtered={filtered} />
      <DataTable
        label={t.title}
        rows={rows}
        columns={columns}
        rowId={(record) => record.request_id}
        rowName={(record) => record.request_id}
        paged={false}
        minWidth={900}
        error={query.error}
        onRetry={() => void query.refetch()}
        onOpen={(record) => setSearch({ open: record.request_id }, { push: true })}
        actions={(record) => <CopyRequestId id={record.request_id} />}
        empty={
          <Nothing
            icon={ICON}
            title={filtered ? common.noMatches : t.emptyTitle}
            help={filtered ? common.noMatchesHelp : t.emptyHelp}
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
      <SidePanel
        opened={search.open !== undefined}
        onClose={() => setSearch({ open: undefined })}
        title={t.sections.what}
      >
        {search.open && <RequestPanel key={search.open} id={search.open} />}
      </SidePanel>
    </>
  );
}

function Filters({ filtered }: { filtered: boolean }) {
  const t = useTexts(requestTexts);
  const common = useTexts(commonTexts);
  const { search, setSearch } = useSearchState<RequestSearch>();
  const connections = useQuery(connectionsQuery).data ?? [];
  const select = (
    name: "range" | "status" | "connection",
    placeholder: string,
    data: { value: string; label: string }[],
  ) => (
    <Choice
      aria-label={t.filters[name]}
      placeholder={placeholder}
      w={140}
      clearable
      data={data}
      value={search[name] ?? null}
      onChange={(value) => setSearch({ [name]: value ?? undefined })}
    />
  );
  return (
    <Group gap="sm" mb="sm">
      {select(
        "range",
        t.allTime,
        (Object.keys(RANGES) as Range[]).map((value) => ({ value, label: t.ranges[value] })),
      )}
      <ModelFilter />
      <SearchField name="user" placeholder={t.filters.user} />
      {select(
        "status",
        t.filters.status,
        STATUSES.map((value) => ({ value, label: t.status[value] })),
      )}
      {select(
        "connection",
        t.filters.connection,
        connections.map(({ id, name }) => ({ value: id, label: name })),
      )}
      <RequestFinder />
      {filtered && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => setSearch(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}
        >
          {common.clearFilters}
        </Button>
      )}
    </Group>
  );
}

function ModelFilter() {
  const t = useTexts(requestTexts);
  const { search, setSearch } = useSearchState<RequestSearch>();
  const models = useQuery(modelsQuery).data ?? [];
  const agents = useQuery(agentsQuery).data ?? [];
  const names = [...agents.map(({ slug }) => `agent/${slug}`), ...models.map(({ name }) => name)];
  const write = useDebouncedCallback((model: string) => {
    setSearch({ model: model.trim() || undefined });
  }, 300);
  return (
    <Suggest
      // Set anew when the filters are cleared from outside.
      key={search.model === undefined ? "none" : "some"}
      aria-label={t.filters.model}
      placeholder={t.filters.model}
      w={190}
      data={[...new Set(names)]}
      defaultValue={search.model ?? ""}
      onChange={write}
    />
  );
}

function ExportButton({ disabled }: { disabled: boolean }) {
  const t = useTexts(requestTexts);
  const common = useTexts(commonTexts);
  const notify = useNotify();
  const { search } = useSearchState<RequestSearch>();
  const [count, setCount] = useState(0);
  const run = useMutation({
    mutationFn: () => fetchAll(requestFilter(search), setCount),
    onSuccess: ({ records, cut }) => {
      const day = new Date().toISOString().slice(0, 10);
      downloadText(`requests-${day}.csv`, csvOf(CSV_HEADER, records.map(csvRow)));
      if (cut) notify.done(t.csvCut(records.length));
    },
    onError: notify.failed,
    onSettled: () => setCount(0),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      disabled={disabled || run.isPending}
      onClick={() => run.mutate()}
    >
      {run.isPending ? t.csvProgress(count) : common.exportCsv}
    </Button>
  );
}

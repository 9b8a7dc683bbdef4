import { Button, Group } from "@mantine/core";
import { IconDownload, IconRefresh, IconShieldCheck } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { CopyIcon } from "../../components/copy.tsx";
import { Choice } from "../../components/form/choice.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import { SidePanel } from "../../components/side-panel.tsx";
import { DataTable } from "../../components/table/data-table.tsx";
import { SearchField } from "../../components/table/toolbar.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useLocale, useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useSearchState } from "../../lib/use-search-state.ts";
import { RANGES, type Range } from "../requests/request-filter.ts";
import { AREAS, actionName } from "./action-name.ts";
import { useAuditColumns } from "./audit-columns.tsx";
import { type AuditSearch, auditFile, auditFilter, FILTERS, OUTCOMES } from "./audit-filter.ts";
import { auditTexts } from "./texts.ts";

const AuditPanel = lazyPart(async () => (await import("./audit-panel.tsx")).AuditPanel);

const ICON = <IconShieldCheck size={26} stroke={1.5} aria-hidden />;

function useAudit() {
  const { search } = useSearchState<AuditSearch>();
  const key = FILTERS.map((name) => search[name] ?? "");
  return useInfiniteQuery({
    queryKey: ["audit", "list", ...key],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/admin/audit", {
        query: { ...auditFilter(search), limit: 50, after: pageParam || undefined },
        signal,
      }),
    getNextPageParam: (page) => (page.has_more ? page.next : null),
    placeholderData: keepPreviousData,
    // Every page of the console adds to it.
    staleTime: 0,
  });
}

export function AuditPage() {
  const t = useTexts(auditTexts);
  const common = useTexts(commonTexts);
  const { locale } = useLocale();
  const { search, setSearch } = useSearchState<AuditSearch>();
  const query = useAudit();
  const columns = useAuditColumns();
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data), [query.data]);
  const filtered = FILTERS.some((name) => search[name] !== undefined);
  return (
    <>
      <PageHead
        title={t.title}
        description={t.help}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} aria-hidden />}
              loading={query.isRefetching}
              onClick={() => void query.refetch()}
            >
              {common.refresh}
            </Button>
            <Button
              component="a"
              href={auditFile(auditFilter(search), locale)}
              download
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
            >
              {t.exportCsv}
            </Button>
          </>
        }
      />
      <Filters filtered={filtered} />
      <DataTable
        label={t.title}
        rows={rows}
        columns={columns}
        rowId={(entry) => entry.id}
        rowName={(entry) => `${actionName(entry.action, locale)}, ${entry.actor.name}`}
        paged={false}
        minWidth={860}
        error={query.error}
        onRetry={() => void query.refetch()}
        onOpen={(entry) => setSearch({ open: entry.id }, { push: true })}
        actions={(entry) => <CopyIcon value={entry.id} label={t.copyId} />}
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
        size={640}
        title={t.sections.what}
      >
        {search.open && (
          <AuditPanel
            key={search.open}
            id={search.open}
            known={rows?.find((entry) => entry.id === search.open)}
          />
        )}
      </SidePanel>
    </>
  );
}

function Filters({ filtered }: { filtered: boolean }) {
  const t = useTexts(auditTexts);
  const common = useTexts(commonTexts);
  const { locale } = useLocale();
  const { search, setSearch } = useSearchState<AuditSearch>();
  const select = (
    name: "range" | "action" | "outcome",
    placeholder: string,
    data: { value: string; label: string }[],
  ) => (
    <Choice
      aria-label={t.filters[name]}
      placeholder={placeholder}
      w={150}
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
      {select(
        "action",
        t.filters.action,
        AREAS.map((value) => ({ value, label: actionName(value, locale) })),
      )}
      <SearchField name="actor" placeholder={t.filters.actor} />
      <SearchField name="target" placeholder={t.filters.target} />
      {select(
        "outcome",
        t.filters.outcome,
        OUTCOMES.map((value) => ({ value, label: t.outcomes[value] })),
      )}
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

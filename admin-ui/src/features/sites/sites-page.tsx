/** All sites, for the operator. */
import type { SiteSummary } from "@contract";
import { Badge, Button } from "@mantine/core";
import { IconWorld } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMe } from "../../app/session.tsx";
import { Choice } from "../../components/form/choice.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { SidePanel } from "../../components/side-panel.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { Toolbar } from "../../components/table/toolbar.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { siteUrl } from "../../lib/site-url.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { editionTexts } from "../editions/texts.ts";
import { OwnSitesPage } from "./own-sites-page.tsx";
import { PlatformPage } from "./platform-page.tsx";
import { sitesTexts } from "./texts.ts";

const SitePanel = lazyPart(async () => (await import("./site-panel.tsx")).SitePanel);

const ICON = <IconWorld size={26} stroke={1.5} aria-hidden />;
const EDITIONS = ["free", "standard", "enterprise"] as const;
const STATES = ["true", "false"] as const;

type SitesSearch = "search" | "edition" | "suspended" | "open";

function useSites() {
  const { search } = useSearchState<SitesSearch>();
  const filter = {
    search: search.search,
    edition: EDITIONS.find((edition) => edition === search.edition),
    suspended: STATES.find((state) => state === search.suspended),
  };
  return useInfiniteQuery({
    queryKey: ["sites", "list", filter],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/platform/sites", {
        query: { ...filter, limit: 50, after: pageParam || undefined },
        signal,
      }),
    getNextPageParam: (page) => (page.has_more ? page.next : null),
    placeholderData: keepPreviousData,
  });
}

function useColumns(): Column<SiteSummary>[] {
  const t = useTexts(sitesTexts);
  const editions = useTexts(editionTexts).names;
  const format = useFormats();
  return useMemo(
    () => [
      { id: "name", header: t.columns.name, phone: "title", render: (site) => site.name },
      {
        id: "edition",
        header: t.columns.edition,
        render: (site) => (
          <Badge color={site.suspended ? "red" : "blue"}>
            {site.suspended ? t.states.true : editions[site.edition]}
          </Badge>
        ),
      },
      {
        id: "hosts",
        header: t.columns.hosts,
        render: (site) =>
          [new URL(siteUrl(site.slug, "/", location)).host, ...site.hosts].join(", "),
      },
      ...(["users", "agents", "calls"] as const).map(
        (name): Column<SiteSummary> => ({
          id: name,
          header: t.columns[name],
          align: "end",
          render: (site) => format.number(site[name]),
        }),
      ),
      {
        id: "created",
        header: t.columns.created,
        render: (site) => format.date(site.createdAt),
      },
    ],
    [t, editions, format],
  );
}

function Filters() {
  const t = useTexts(sitesTexts);
  const editions = useTexts(editionTexts).names;
  const { search, setSearch } = useSearchState<SitesSearch>();
  return (
    <>
      <Choice
        aria-label={t.anyEdition}
        placeholder={t.anyEdition}
        w={150}
        clearable
        data={EDITIONS.map((value) => ({ value, label: editions[value] }))}
        value={search.edition ?? null}
        onChange={(value) => setSearch({ edition: value ?? undefined })}
      />
      <Choice
        aria-label={t.anyState}
        placeholder={t.anyState}
        w={150}
        clearable
        data={STATES.map((value) => ({ value, label: t.states[value] }))}
        value={search.suspended ?? null}
        onChange={(value) => setSearch({ suspended: value ?? undefined })}
      />
    </>
  );
}

/** What `/admin/` shows on the platform's host. */
export function SitesPage() {
  return useMe().role === "operator" ? <AllSites /> : <OwnSitesPage />;
}

function AllSites() {
  const t = useTexts(sitesTexts);
  const common = useTexts(commonTexts);
  const query = useSites();
  const { search, setSearch } = useSearchState<SitesSearch>();
  const rows = query.data?.pages.flatMap((page) => page.data);
  const filtered = Boolean(search.search ?? search.edition ?? search.suspended);
  const open = search.open;
  return (
    <PlatformPage title={t.title} help={t.help}>
      <Toolbar placeholder={t.search} filters={["search", "edition", "suspended"]}>
        <Filters />
      </Toolbar>
      <DataTable
        label={t.title}
        rows={rows}
        columns={useColumns()}
        rowId={(site) => site.id}
        rowName={(site) => site.name}
        error={query.error}
        onRetry={() => void query.refetch()}
        onOpen={(site) => setSearch({ open: site.slug }, { push: true })}
        paged={false}
        footer={
          query.hasNextPage && (
            <Button
              variant="default"
              mt="md"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {common.loadMore}
            </Button>
          )
        }
        empty={
          <Nothing
            icon={ICON}
            title={filtered ? common.noMatches : t.emptyTitle}
            help={filtered ? common.noMatchesHelp : t.emptyHelp}
          />
        }
      />
      <SidePanel
        opened={open !== undefined}
        onClose={() => setSearch({ open: undefined })}
        title={rows?.find((site) => site.slug === open)?.name ?? open ?? ""}
        size={600}
      >
        {open && <SitePanel key={open} slug={open} />}
      </SidePanel>
    </PlatformPage>
  );
}

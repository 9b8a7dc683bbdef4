import { Anchor, Badge, Group } from "@mantine/core";
import { IconExternalLink, IconWorld } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { Toolbar } from "../../components/table/toolbar.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { defineTexts, useTexts } from "../../lib/i18n.ts";
import { siteUrl } from "../../lib/site-url.ts";
import { useSearchState } from "../../lib/use-search-state.ts";

const texts = defineTexts(
  {
    title: "Sites",
    help: "Every site of this deployment. Each has its own portal, console, users and credits.",
    search: "Search name, id or host",
    columns: {
      name: "Site",
      edition: "Edition",
      hosts: "Hosts",
      users: "Users",
      agents: "Agents",
      created: "Created",
    },
    editions: { free: "Free", standard: "Standard", enterprise: "Enterprise" },
    portal: "Portal",
    console: "Console",
    emptyTitle: "No sites yet",
    emptyHelp: "Apply a configuration file with the command line to make the first one.",
  },
  {
    title: "站点",
    help: "本部署的全部站点，各自拥有独立的门户、控制台、用户和积分。",
    search: "搜索名称、标识或域名",
    columns: {
      name: "站点",
      edition: "版本",
      hosts: "域名",
      users: "用户",
      agents: "智能体",
      created: "创建时间",
    },
    editions: { free: "免费版", standard: "标准版", enterprise: "企业版" },
    portal: "门户",
    console: "控制台",
    emptyTitle: "还没有站点",
    emptyHelp: "使用命令行应用配置文件，即可创建第一个站点。",
  },
);

const ICON = <IconWorld size={26} stroke={1.5} aria-hidden />;

function useSites() {
  return useQuery({
    queryKey: ["sites"],
    queryFn: async ({ signal }) => (await call("GET /api/platform/sites", { signal })).data,
  });
}
type Site = NonNullable<ReturnType<typeof useSites>["data"]>[number];

function useColumns(): Column<Site>[] {
  const t = useTexts(texts);
  const format = useFormats();
  return useMemo(
    () => [
      {
        id: "name",
        header: t.columns.name,
        phone: "title",
        sortBy: (site) => site.name,
        render: (site) => site.name,
      },
      {
        id: "edition",
        header: t.columns.edition,
        sortBy: (site) => site.edition,
        render: (site) => <Badge>{t.editions[site.edition]}</Badge>,
      },
      {
        id: "hosts",
        header: t.columns.hosts,
        render: (site) =>
          [new URL(siteUrl(site.slug, "/", location)).host, ...site.hosts].join(", "),
      },
      {
        id: "users",
        header: t.columns.users,
        align: "end",
        sortBy: (site) => site.users,
        render: (site) => format.number(site.users),
      },
      {
        id: "agents",
        header: t.columns.agents,
        align: "end",
        sortBy: (site) => site.agents,
        render: (site) => format.number(site.agents),
      },
      {
        id: "created",
        header: t.columns.created,
        sortBy: (site) => site.createdAt,
        render: (site) => format.date(site.createdAt),
      },
    ],
    [t, format],
  );
}

/** The operator's page on the platform's host. */
export function SitesPage() {
  const t = useTexts(texts);
  const common = useTexts(commonTexts);
  const query = useSites();
  const columns = useColumns();
  const { search } = useSearchState<"search">();
  const rows = useMemo(() => {
    const wanted = (search.search ?? "").toLowerCase();
    return query.data?.filter((site) =>
      [site.name, site.slug, ...site.hosts].some((text) => text.toLowerCase().includes(wanted)),
    );
  }, [query.data, search.search]);
  const none = query.data?.length === 0;
  return (
    <>
      <PageHead title={t.title} description={t.help} />
      <Toolbar placeholder={t.search} filters={["search"]} />
      <DataTable
        label={t.title}
        rows={rows}
        columns={columns}
        rowId={(site) => site.id}
        rowName={(site) => site.name}
        error={query.error}
        onRetry={() => void query.refetch()}
        actions={(site) => <SiteLinks site={site} />}
        empty={
          <Nothing
            icon={ICON}
            title={none ? t.emptyTitle : common.noMatches}
            help={none ? t.emptyHelp : common.noMatchesHelp}
          />
        }
      />
    </>
  );
}

function SiteLinks({ site }: { site: Site }) {
  const t = useTexts(texts);
  return (
    <Group gap="md" wrap="nowrap" style={{ whiteSpace: "nowrap" }}>
      {(
        [
          ["/", t.portal],
          ["/admin/", t.console],
        ] as const
      ).map(([path, label]) => (
        <Anchor
          key={path}
          href={siteUrl(site.slug, path, location)}
          target="_blank"
          rel="noopener"
          size="sm"
          aria-label={`${label}: ${site.name}`}
        >
          {label} <IconExternalLink size={13} aria-hidden />
        </Anchor>
      ))}
    </Group>
  );
}

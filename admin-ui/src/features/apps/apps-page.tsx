import type { AdminApp } from "@contract";
import { Badge, Button, Stack, Text } from "@mantine/core";
import { IconApps, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Allowed } from "../../app/may.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import { SidePanel } from "../../components/side-panel.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { Toolbar } from "../../components/table/toolbar.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useSearchState } from "../../lib/use-search-state.ts";
import { appsQuery } from "./queries.ts";
import { appTexts } from "./texts.ts";

const AppPanel = lazyPart(async () => (await import("./app-panel.tsx")).AppPanel);
const ICON = <IconApps size={26} stroke={1.5} aria-hidden />;

function useColumns(): Column<AdminApp>[] {
  const t = useTexts(appTexts);
  const format = useFormats();
  return useMemo(
    () => [
      {
        id: "name",
        header: t.columns.name,
        phone: "title",
        sortBy: (app) => app.name,
        render: (app) => (
          <Stack gap={0}>
            <Text size="sm" fw={550} component="span">
              {app.name}
            </Text>
            <Text size="xs" c="dimmed" component="span">
              {app.website || app.id}
            </Text>
          </Stack>
        ),
      },
      {
        id: "origin",
        header: t.columns.origin,
        sortBy: (app) => app.origin,
        render: (app) => t.origins[app.origin],
      },
      {
        id: "state",
        header: t.columns.state,
        sortBy: (app) => String(app.enabled),
        render: (app) => (
          <Badge color={app.enabled ? "green" : "gray"}>
            {app.enabled ? t.states.on : t.states.off}
          </Badge>
        ),
      },
      {
        id: "users",
        header: t.columns.users,
        align: "end",
        sortBy: (app) => app.users,
        render: (app) => format.number(app.users),
      },
      {
        id: "spent",
        header: t.columns.spent,
        align: "end",
        sortBy: (app) => app.spentMicro,
        render: (app) => format.credits(app.spentMicro),
      },
      {
        id: "lastUsed",
        header: t.columns.lastUsed,
        sortBy: (app) => app.lastUsedAt ?? "",
        render: (app) => (app.lastUsedAt ? format.date(app.lastUsedAt) : t.never),
      },
      {
        id: "created",
        header: t.columns.created,
        sortBy: (app) => app.createdAt,
        render: (app) => format.date(app.createdAt),
      },
    ],
    [t, format],
  );
}

/** Apps that may ask the site's users for tokens. */
export function AppsPage() {
  const t = useTexts(appTexts);
  const common = useTexts(commonTexts);
  const query = useQuery(appsQuery);
  const columns = useColumns();
  const { search, setSearch } = useSearchState<"search" | "open">();
  const open = (id: string) => setSearch({ open: id }, { push: true });
  const close = () => setSearch({ open: undefined });
  const rows = useMemo(() => {
    const wanted = (search.search ?? "").toLowerCase();
    return query.data?.filter(({ name, id, website }) =>
      [name, id, website].some((text) => text.toLowerCase().includes(wanted)),
    );
  }, [query.data, search.search]);
  const create = (
    <Allowed to="people.write">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => open("new")}>
        {t.create}
      </Button>
    </Allowed>
  );
  const opened = query.data?.find((app) => app.id === search.open) ?? null;
  const showing = query.data !== undefined && (search.open === "new" || opened !== null);
  return (
    <>
      <PageHead title={t.title} description={t.help} actions={create} />
      <Toolbar placeholder={t.search} filters={["search"]} />
      <DataTable
        label={t.title}
        rows={rows}
        columns={columns}
        rowId={(app) => app.id}
        rowName={(app) => app.name}
        error={query.error}
        onRetry={() => void query.refetch()}
        onOpen={(app) => open(app.id)}
        empty={
          query.data?.length === 0 ? (
            <Nothing icon={ICON} title={t.emptyTitle} help={t.emptyHelp} action={create} />
          ) : (
            <Nothing icon={ICON} title={common.noMatches} help={common.noMatchesHelp} />
          )
        }
      />
      <SidePanel opened={showing} onClose={close} size={640} title={opened?.name ?? t.newTitle}>
        {showing && <AppPanel key={search.open} app={opened} onClose={close} />}
      </SidePanel>
    </>
  );
}

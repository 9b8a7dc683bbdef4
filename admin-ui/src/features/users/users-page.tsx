import type { User } from "@contract";
import { Badge, Button, Group } from "@mantine/core";
import { IconPlus, IconUsers } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Allowed } from "../../app/may.tsx";
import { appTexts } from "../../app/texts.ts";
import { Choice } from "../../components/form/choice.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import { SidePanel } from "../../components/side-panel.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { Toolbar } from "../../components/table/toolbar.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useNotify } from "../../lib/notify.tsx";
import { levelsQuery } from "../../lib/queries.ts";
import { ROLES } from "../../lib/roles.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { ENTRY_FILTERS, type EntrySearch } from "./entry-filter.ts";
import { userTexts } from "./texts.ts";

const UserForm = lazyPart(async () => (await import("./user-form.tsx")).UserForm);

const UserPanel = lazyPart(async () => (await import("./user-panel.tsx")).UserPanel);

const FILTERS = ["search", "level", "role", "enabled"] as const;
const ENABLED = ["true", "false"] as const;
type UsersSearch = (typeof FILTERS)[number] | "open" | "tab" | EntrySearch;
const OF_PANEL = ["open", "tab", ...ENTRY_FILTERS] as const;
const ICON = <IconUsers size={26} stroke={1.5} aria-hidden />;

function useUsers() {
  const { search } = useSearchState<UsersSearch>();
  const filter = {
    search: search.search,
    level: search.level,
    role: ROLES.find((role) => role === search.role),
    enabled: ENABLED.find((value) => value === search.enabled),
  };
  return useInfiniteQuery({
    queryKey: ["users", "list", filter],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/admin/users", {
        query: { ...filter, limit: 50, after: pageParam || undefined },
        signal,
      }),
    getNextPageParam: (page) => (page.has_more ? page.next : null),
    placeholderData: keepPreviousData,
  });
}

function useColumns(): Column<User>[] {
  const t = useTexts(userTexts);
  const common = useTexts(commonTexts);
  const roles = useTexts(appTexts).roles;
  const format = useFormats();
  return useMemo(
    () => [
      { id: "email", header: t.columns.email, phone: "title", render: (user) => user.email },
      { id: "name", header: t.columns.name, render: (user) => user.name || "–" },
      { id: "level", header: t.columns.level, render: (user) => user.level?.name ?? "–" },
      {
        id: "role",
        header: t.columns.role,
        render: (user) =>
          user.role === "member" ? roles.member : <Badge>{roles[user.role]}</Badge>,
      },
      {
        id: "state",
        header: t.columns.state,
        render: (user) => (
          <Badge color={user.enabled ? "green" : "gray"}>
            {user.enabled ? common.enabled : common.disabled}
          </Badge>
        ),
      },
      {
        id: "lastLogin",
        header: t.columns.lastLogin,
        render: (user) => (user.lastLoginAt ? format.ago(user.lastLoginAt) : t.never),
      },
      {
        id: "created",
        header: t.columns.created,
        phone: "hidden",
        render: (user) => format.date(user.createdAt),
      },
    ],
    [t, common, roles, format],
  );
}

function Filters() {
  const t = useTexts(userTexts);
  const common = useTexts(commonTexts);
  const roles = useTexts(appTexts).roles;
  const levels = useQuery(levelsQuery).data ?? [];
  const { search, setSearch } = useSearchState<UsersSearch>();
  const select = (
    name: "level" | "role" | "enabled",
    placeholder: string,
    data: { value: string; label: string }[],
  ) => (
    <Choice
      aria-label={placeholder}
      placeholder={placeholder}
      w={140}
      clearable
      data={data}
      value={search[name] ?? null}
      onChange={(value) => setSearch({ [name]: value ?? undefined })}
    />
  );
  return (
    <>
      {select(
        "level",
        t.anyLevel,
        levels.map(({ slug, name }) => ({ value: slug, label: name })),
      )}
      {select(
        "role",
        t.anyRole,
        ROLES.map((role) => ({ value: role, label: roles[role] })),
      )}
      {select("enabled", t.anyState, [
        { value: "true", label: common.enabled },
        { value: "false", label: common.disabled },
      ])}
    </>
  );
}

export function UsersPage() {
  const t = useTexts(userTexts);
  const common = useTexts(commonTexts);
  const notify = useNotify();
  const { search, setSearch } = useSearchState<UsersSearch>();
  const query = useUsers();
  const columns = useColumns();
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data), [query.data]);
  const filtered = FILTERS.some((name) => search[name] !== undefined);
  const open = (id: string) => setSearch({ open: id }, { push: true });
  const close = () => setSearch(Object.fromEntries(OF_PANEL.map((name) => [name, undefined])));
  const opened = search.open;
  const create = (
    <Allowed to="people.write">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => open("new")}>
        {t.create}
      </Button>
    </Allowed>
  );
  return (
    <>
      <PageHead title={t.title} description={t.help} actions={create} />
      <Toolbar placeholder={t.search} filters={FILTERS}>
        <Filters />
      </Toolbar>
      <DataTable
        label={t.title}
        rows={rows}
        columns={columns}
        rowId={(user) => user.id}
        rowName={(user) => user.email}
        paged={false}
        error={query.error}
        onRetry={() => void query.refetch()}
        onOpen={(user) => open(user.id)}
        empty={
          filtered ? (
            <Nothing icon={ICON} title={common.noMatches} help={common.noMatchesHelp} />
          ) : (
            <Nothing icon={ICON} title={t.emptyTitle} help={t.emptyHelp} action={create} />
          )
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
        opened={opened !== undefined}
        onClose={close}
        size={600}
        title={
          opened === "new" ? t.newTitle : (rows?.find((user) => user.id === opened)?.email ?? "…")
        }
      >
        {opened === "new" && (
          <UserForm
            user={null}
            onCancel={close}
            onSaved={(saved) => {
              notify.done(t.saved(saved.email));
              setSearch({ open: saved.id });
            }}
          />
        )}
        {opened !== undefined && opened !== "new" && (
          <UserPanel key={opened} id={opened} onClose={close} />
        )}
      </SidePanel>
    </>
  );
}

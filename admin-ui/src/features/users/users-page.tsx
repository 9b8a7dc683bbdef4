import type { User } from "@contract";
import { Button, Group, Text } from "@mantine/core";
import { IconPlus, IconUsers } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { Allowed, useMay } from "../../app/may.tsx";
import { LinkButton } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import { SidePanel } from "../../components/side-panel.tsx";
import { DataTable } from "../../components/table/data-table.tsx";
import { Toolbar } from "../../components/table/toolbar.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useNotify } from "../../lib/notify.tsx";
import { useSearchState } from "../../lib/use-search-state.ts";
import { ENTRY_FILTERS, type EntrySearch } from "./entry-filter.ts";
import { peopleTexts } from "./people-texts.ts";
import { userTexts } from "./texts.ts";
import { useUserColumns } from "./user-columns.tsx";
import { exportAddress, filterOf, USER_FILTERS, type UserSearch } from "./user-filter.ts";
import { UserFilters } from "./user-filters.tsx";

const UserForm = lazyPart(async () => (await import("./user-form.tsx")).UserForm);

const UserPanel = lazyPart(async () => (await import("./user-panel.tsx")).UserPanel);

const BulkBar = lazyPart(async () => (await import("./bulk-bar.tsx")).BulkBar);

type UsersSearch = keyof UserSearch | "open" | "tab" | EntrySearch;
const OF_PANEL = ["open", "tab", ...ENTRY_FILTERS] as const;
const ICON = <IconUsers size={26} stroke={1.5} aria-hidden />;

function useUsers() {
  const { search } = useSearchState<UsersSearch>();
  const filter = filterOf(search, Date.now());
  const query = useInfiniteQuery({
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
  return { query, filter };
}

export function UsersPage() {
  const t = useTexts(userTexts);
  const own = useTexts(peopleTexts);
  const common = useTexts(commonTexts);
  const { search, setSearch } = useSearchState<UsersSearch>();
  const { query, filter } = useUsers();
  const columns = useUserColumns();
  const mayWrite = useMay("people.write");
  const [selection, setSelection] = useState<Record<string, boolean>>({});
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data), [query.data]);
  const chosen = (rows ?? []).filter((user) => selection[user.id]);
  const total = query.data?.pages[0]?.total ?? null;
  const filtered = USER_FILTERS.some((name) => search[name] !== undefined);
  const open = (id: string) => setSearch({ open: id }, { push: true });
  const create = (
    <Allowed to="people.write">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => open("new")}>
        {t.create}
      </Button>
    </Allowed>
  );
  return (
    <>
      <PageHead title={t.title} description={t.help} actions={<Actions create={create} />} />
      <Toolbar
        placeholder={t.search}
        filters={USER_FILTERS}
        end={
          chosen.length > 0 ? (
            <BulkBar chosen={chosen} onDone={() => setSelection({})} />
          ) : (
            <>
              {total !== null && (
                <Text size="sm" c="dimmed" role="status">
                  {own.total(total)}
                </Text>
              )}
              <Button component="a" variant="default" href={exportAddress(filter)} download>
                {own.exportFile}
              </Button>
            </>
          )
        }
      >
        <UserFilters />
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
        {...(mayWrite ? { selection, onSelection: setSelection } : {})}
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
      <OpenedUser rows={rows} />
    </>
  );
}

function Actions({ create }: { create: ReactNode }) {
  const own = useTexts(peopleTexts);
  return (
    <>
      <LinkButton to="/users/guests" variant="default">
        {own.guests}
      </LinkButton>
      <LinkButton to="/users/invitations" variant="default">
        {own.invitations}
      </LinkButton>
      <Allowed to="people.write">
        <LinkButton to="/users/import" variant="default">
          {own.importFile}
        </LinkButton>
      </Allowed>
      {create}
    </>
  );
}

/** The user that the address names, beside the list. */
function OpenedUser({ rows }: { rows: readonly User[] | undefined }) {
  const t = useTexts(userTexts);
  const notify = useNotify();
  const { search, setSearch } = useSearchState<UsersSearch>();
  const close = () => setSearch(Object.fromEntries(OF_PANEL.map((name) => [name, undefined])));
  const opened = search.open;
  return (
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
  );
}

import { IconKey } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Choice } from "../../components/form/choice.tsx";
import { LinkAnchor, LinkButton } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import { DataTable } from "../../components/table/data-table.tsx";
import { Toolbar } from "../../components/table/toolbar.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { keysQuery } from "../../lib/queries.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { useKeyActions } from "./key-actions.tsx";
import { keyState, useKeyColumns } from "./key-columns.tsx";
import { keyTexts } from "./texts.ts";

const STATES = ["active", "revoked", "expired"] as const;
const ICON = <IconKey size={26} stroke={1.5} aria-hidden />;

export function KeysPage() {
  const t = useTexts(keyTexts);
  const common = useTexts(commonTexts);
  const query = useQuery(keysQuery);
  const { search, setSearch } = useSearchState<"search" | "state">();
  const shared = useKeyColumns<NonNullable<typeof query.data>[number]>();
  const actionsOf = useKeyActions();
  const columns = useMemo(() => {
    const [name, prefix, ...rest] = shared;
    return [
      ...(name ? [name] : []),
      ...(prefix ? [prefix] : []),
      {
        id: "user",
        header: t.columns.user,
        sortBy: (key: { user: { email: string } }) => key.user.email,
        render: (key: { user: { id: string; email: string } }) => (
          <LinkAnchor to="/users" search={{ open: key.user.id, tab: "keys" }} size="sm">
            {key.user.email}
          </LinkAnchor>
        ),
      },
      ...rest,
    ];
  }, [shared, t]);
  const rows = useMemo(() => {
    const wanted = (search.search ?? "").toLowerCase();
    return query.data?.filter(
      (key) =>
        (!search.state || keyState(key) === search.state) &&
        [key.name, key.prefix, key.user.email].some((text) => text.toLowerCase().includes(wanted)),
    );
  }, [query.data, search.search, search.state]);
  return (
    <>
      <PageHead title={t.title} description={t.help} />
      <Toolbar placeholder={t.search} filters={["search", "state"]}>
        <Choice
          aria-label={t.columns.state}
          placeholder={t.anyState}
          w={150}
          clearable
          data={STATES.map((state) => ({ value: state, label: t.states[state] }))}
          value={search.state ?? null}
          onChange={(state) => setSearch({ state: state ?? undefined })}
        />
      </Toolbar>
      <DataTable
        label={t.title}
        rows={rows}
        columns={columns}
        rowId={(key) => key.id}
        rowName={(key) => key.name}
        error={query.error}
        onRetry={() => void query.refetch()}
        actions={(key) => actionsOf.buttons(key, key.user.id)}
        empty={
          query.data?.length === 0 ? (
            <Nothing
              icon={ICON}
              title={t.emptyTitle}
              help={t.emptyHelp}
              action={<LinkButton to="/users">{t.toUsers}</LinkButton>}
            />
          ) : (
            <Nothing icon={ICON} title={common.noMatches} help={common.noMatchesHelp} />
          )
        }
      />
      {actionsOf.dialogs}
    </>
  );
}

import type { AppUser } from "@contract";
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { LinkAnchor } from "../../components/links.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { appUsersQuery } from "./queries.ts";
import { appTexts } from "./texts.ts";

/** Who allows an app what, and what it has cost each. */
export function AppUsers({ id }: { id: string }) {
  const t = useTexts(appTexts);
  const format = useFormats();
  const query = useQuery(appUsersQuery(id));
  const columns = useMemo<Column<AppUser>[]>(
    () => [
      {
        id: "user",
        header: t.user,
        phone: "title",
        render: ({ user }) => (
          <LinkAnchor to="/users" search={{ open: user.id }} size="sm">
            {user.email}
          </LinkAnchor>
        ),
      },
      {
        id: "scopes",
        header: t.scopes,
        render: ({ scopes }) => scopes.map((scope) => t.scope[scope] ?? scope).join(", "),
      },
      {
        id: "cap",
        header: t.cap,
        align: "end",
        render: ({ limits }) =>
          limits.creditsPerMonth === undefined ? t.noCap : format.decimal(limits.creditsPerMonth),
      },
      {
        id: "spent",
        header: t.columns.spent,
        align: "end",
        render: ({ spentMicro }) => format.credits(spentMicro),
      },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t.usersOf}
      rows={query.data}
      columns={columns}
      rowId={({ user }) => user.id}
      rowName={({ user }) => user.email}
      error={query.error}
      onRetry={() => void query.refetch()}
      paged={false}
      minWidth={0}
      empty={
        <Text size="sm" c="dimmed">
          {t.noUsers}
        </Text>
      }
    />
  );
}

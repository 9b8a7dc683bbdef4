import type { WalletEntry } from "@contract";
import { Button, Group, Text } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { LinkAnchor } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { userTexts } from "./texts.ts";

function useColumns(): Column<WalletEntry>[] {
  const t = useTexts(userTexts);
  const format = useFormats();
  return useMemo(
    () => [
      {
        id: "what",
        header: t.entry.what,
        phone: "title",
        render: (entry) => (
          <div>
            <Text size="sm">
              {t.entry[entry.type]}
              {entry.model ? ` · ${entry.model}` : ""}
            </Text>
            <Text size="xs" c="dimmed">
              {format.dateTime(entry.at)}
            </Text>
            {(entry.reason || entry.usage_source) && (
              <Text size="xs" c="dimmed">
                {entry.reason ?? (entry.usage_source ? t.sources[entry.usage_source] : "")}
              </Text>
            )}
            {entry.request_id && (
              <LinkAnchor to="/requests" search={{ open: entry.request_id }} size="xs">
                {entry.request_id}
              </LinkAnchor>
            )}
          </div>
        ),
      },
      {
        id: "amount",
        header: t.entry.amount,
        align: "end",
        render: (entry) => (
          <Text size="sm" c={entry.amount_micro > 0 ? "green" : "inherit"} component="span">
            {format.signedCredits(entry.amount_micro)}
          </Text>
        ),
      },
      {
        id: "balance",
        header: t.entry.balance,
        align: "end",
        render: (entry) => format.credits(entry.balance_micro),
      },
    ],
    [t, format],
  );
}

/** Every entry of a wallet, newest first, page by page. */
export function Statement({ userId }: { userId: string }) {
  const t = useTexts(userTexts);
  const common = useTexts(commonTexts);
  const columns = useColumns();
  const query = useInfiniteQuery({
    queryKey: ["entries", userId],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/admin/users/{id}/entries", {
        params: { id: userId },
        query: { limit: 30, after: pageParam || undefined },
        signal,
      }),
    getNextPageParam: (page) => (page.has_more ? page.next : null),
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data), [query.data]);
  return (
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
          icon={<IconReceipt size={26} stroke={1.5} aria-hidden />}
          title={t.statementEmpty}
          help={t.statementEmptyHelp}
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
  );
}

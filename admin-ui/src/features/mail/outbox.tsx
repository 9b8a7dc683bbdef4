import type { SentMail } from "@contract";
import { Badge, Box, Button, Text, Title } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Nothing } from "../../components/nothing.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { call } from "../../lib/api.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { mailTexts } from "./texts.ts";

const COLORS = { sent: "green", waiting: "yellow", failed: "red", kept: "gray" } as const;
const ICON = <IconMail size={26} stroke={1.5} aria-hidden />;

function useColumns(): Column<SentMail>[] {
  const t = useTexts(mailTexts);
  const { dateTime } = useFormats();
  return useMemo(
    () => [
      { id: "to", header: t.to, render: (mail) => mail.recipient },
      {
        id: "subject",
        header: t.subject,
        render: (mail) => (
          <>
            <Text size="sm">{mail.subject}</Text>
            {mail.text && (
              <Text size="xs" c="dimmed" style={{ whiteSpace: "pre-line" }}>
                {mail.text}
              </Text>
            )}
          </>
        ),
      },
      {
        id: "state",
        header: t.state,
        render: ({ state, problem, attempts }) => (
          <>
            <Badge color={COLORS[state]}>{t.states[state]}</Badge>
            {problem && (
              <Text size="xs" c="dimmed">
                {problem} · {t.tries(attempts)}
              </Text>
            )}
          </>
        ),
      },
      { id: "at", header: t.at, render: (mail) => dateTime(mail.createdAt) },
    ],
    [t, dateTime],
  );
}

/** What was sent in the last week, the newest first. */
export function Outbox() {
  const t = useTexts(mailTexts);
  const columns = useColumns();
  const query = useInfiniteQuery({
    queryKey: ["mail", "sent"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/admin/mail/sent", {
        query: { limit: 50, after: pageParam || undefined },
        signal,
      }),
    getNextPageParam: (page) => (page.has_more ? page.next : null),
    staleTime: 0,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data), [query.data]);
  return (
    <Box>
      <Title order={2} size="h4" mb="sm">
        {t.outbox}
      </Title>
      <DataTable
        label={t.outbox}
        rows={rows}
        columns={columns}
        rowId={(mail) => mail.id}
        rowName={(mail) => mail.subject}
        error={query.error}
        onRetry={() => void query.refetch()}
        paged={false}
        empty={<Nothing icon={ICON} title={t.none} help={t.noneHelp} />}
      />
      {query.hasNextPage && (
        <Button
          variant="default"
          mt="sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t.more}
        </Button>
      )}
    </Box>
  );
}

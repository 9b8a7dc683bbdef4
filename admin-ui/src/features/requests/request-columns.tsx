import type { UsageRecord } from "@contract";
import { Badge, Group, Text } from "@mantine/core";
import { useMemo } from "react";
import { CopyIcon } from "../../components/copy.tsx";
import type { Column } from "../../components/table/columns.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { requestTexts } from "./texts.ts";

const STATUS_COLORS: Record<UsageRecord["status"], string> = {
  ok: "green",
  cancelled: "gray",
  error: "red",
  expired: "yellow",
};

export function StatusBadge({ record }: { record: Pick<UsageRecord, "status" | "error"> }) {
  const t = useTexts(requestTexts);
  return (
    <Badge color={STATUS_COLORS[record.status]} title={record.error ?? undefined}>
      {t.status[record.status]}
    </Badge>
  );
}

export function useRequestColumns(): Column<UsageRecord>[] {
  const t = useTexts(requestTexts);
  const format = useFormats();
  return useMemo(
    () => [
      {
        id: "at",
        header: t.columns.at,
        phone: "title",
        nowrap: true,
        render: (record) => (
          <Text size="sm" component="span" className="portico-numbers">
            {format.timestamp(record.at)}
          </Text>
        ),
      },
      {
        id: "status",
        header: t.columns.status,
        nowrap: true,
        render: (record) => <StatusBadge record={record} />,
      },
      { id: "model", header: t.columns.model, render: (record) => record.model },
      { id: "user", header: t.columns.user, render: (record) => record.user_email },
      {
        id: "tokens",
        header: t.columns.tokens,
        align: "end",
        render: ({ tokens }) => `${format.number(tokens.input)} / ${format.number(tokens.output)}`,
      },
      {
        id: "credits",
        header: t.columns.credits,
        align: "end",
        render: (record) => format.credits(record.charged_micro),
      },
      {
        id: "firstByte",
        header: t.columns.firstByte,
        align: "end",
        phone: "hidden",
        render: ({ timings }) =>
          timings.first_byte === null ? "–" : format.duration(timings.first_byte),
      },
      {
        id: "total",
        header: t.columns.total,
        align: "end",
        render: ({ timings }) => format.duration(timings.total),
      },
    ],
    [t, format],
  );
}

export function CopyRequestId({ id }: { id: string }) {
  const t = useTexts(requestTexts);
  return (
    <Group gap={4} wrap="nowrap">
      <CopyIcon value={id} label={t.copyId} />
    </Group>
  );
}

/**
 * Every list of the console: a table on a wide screen, cards on a phone; sorting and page in the
 * address; loading, failure, and nothing said in the same way everywhere.
 */
import { Button, Group, Skeleton, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { LoadError } from "../page.tsx";
import { RowCards } from "./row-cards.tsx";
import { RowTable } from "./row-table.tsx";
import classes from "./table.module.css";
import type { DataTableProps } from "./table-props.ts";
import { useListTable } from "./use-list-table.ts";

const NO_ROWS: readonly never[] = [];
const NO_SELECTION = {};

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const phone = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
  const rows = props.rows ?? NO_ROWS;
  const own = props.paged === false;
  const columns = useMemo(
    () => (own ? props.columns.map(({ sortBy: _, ...column }) => column) : props.columns),
    [own, props.columns],
  );
  const list = useListTable({
    rows,
    columns,
    rowId: props.rowId,
    selection: props.selection ?? NO_SELECTION,
    onSelection: props.onSelection,
  });
  if (props.error && !props.rows) {
    return <LoadError error={props.error} onRetry={() => props.onRetry?.()} />;
  }
  if (!props.rows) return <Waiting columns={props.columns.length} />;
  if (rows.length === 0) return <div className={classes.frame}>{props.empty}</div>;
  const shown = own ? list.table.getCoreRowModel().rows : list.table.getRowModel().rows;
  return (
    <>
      {phone ? (
        <RowCards {...props} rows={shown.map((row) => row.original)} />
      ) : (
        <RowTable {...props} columns={columns} table={list.table} shown={shown} />
      )}
      {props.footer}
      {!own && list.pages > 1 && (
        <Pages count={rows.length} total={list.pages} value={list.page} onChange={list.setPage} />
      )}
    </>
  );
}

function Pages(props: {
  count: number;
  total: number;
  value: number;
  onChange: (page: number) => void;
}) {
  const t = useTexts(commonTexts);
  return (
    <Group justify="space-between" mt="md" component="nav" aria-label={t.pages}>
      <Text size="sm" c="dimmed">
        {t.rows(props.count)}
      </Text>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          disabled={props.value <= 1}
          onClick={() => props.onChange(props.value - 1)}
        >
          {t.previous}
        </Button>
        <Text size="sm" className="portico-numbers" aria-current="page">
          {props.value} / {props.total}
        </Text>
        <Button
          size="xs"
          variant="default"
          disabled={props.value >= props.total}
          onClick={() => props.onChange(props.value + 1)}
        >
          {t.next}
        </Button>
      </Group>
    </Group>
  );
}

function Waiting({ columns }: { columns: number }) {
  const t = useTexts(commonTexts);
  return (
    <div className={classes.frame} role="status" aria-label={t.loading}>
      <table aria-hidden className={classes.table}>
        <tbody>
          {["a", "b", "c", "d", "e"].map((row) => (
            <tr key={row}>
              {Array.from({ length: Math.min(columns, 5) }, (_, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: skeleton cells have no identity
                <td key={index}>
                  <Skeleton h={14} w={index === 0 ? "70%" : "45%"} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The wide form of a list: a compact table whose heads sort and whose rows open. */
import { Checkbox, Group, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./table.module.css";
import type { DataTableProps } from "./table-props.ts";
import type { useListTable } from "./use-list-table.ts";

type ListTable<Row extends object> = ReturnType<typeof useListTable<Row>>["table"];

/** A click on something of its own within a row is not a click on the row. */
const INTERACTIVE = "a, button, input, label";

interface Props<Row extends object> extends Omit<DataTableProps<Row>, "rows"> {
  table: ListTable<Row>;
  shown: ReturnType<ListTable<Row>["getRowModel"]>["rows"];
}

const SORT = { asc: "ascending", desc: "descending" } as const;

export function RowTable<Row extends object>(props: Props<Row>) {
  const { table, shown, columns } = props;
  const t = useTexts(commonTexts);
  const selectable = props.onSelection !== undefined;
  return (
    <div className={classes.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className={classes.scroll} tabIndex={0} aria-label={props.label}>
        <table
          className={classes.table}
          data-opens={props.onOpen !== undefined || undefined}
          style={{ minWidth: props.minWidth ?? 640 }}
          aria-label={props.label}
        >
          <thead>
            <tr>
              {selectable && (
                <th style={{ width: 44 }}>
                  <Checkbox
                    size="xs"
                    aria-label={t.selectAll}
                    checked={table.getIsAllPageRowsSelected()}
                    indeterminate={table.getIsSomePageRowsSelected()}
                    onChange={(event) =>
                      table.toggleAllPageRowsSelected(event.currentTarget.checked)
                    }
                  />
                </th>
              )}
              {columns.map((column) => (
                <Head key={column.id} table={table} column={column} />
              ))}
              {props.actions && (
                <th style={{ width: 1 }}>
                  <span className={classes.hidden}>{t.actions}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <BodyRow key={row.id} row={row} list={props} selectable={selectable} />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Head<Row extends object>({
  table,
  column,
}: {
  table: ListTable<Row>;
  column: Props<Row>["columns"][number];
}) {
  const t = useTexts(commonTexts);
  const sorted = table.getColumn(column.id)?.getIsSorted() || false;
  const Arrow = sorted === "asc" ? IconArrowUp : sorted === "desc" ? IconArrowDown : IconSelector;
  return (
    <th
      style={{ textAlign: column.align ?? "start", width: column.width }}
      {...(column.sortBy ? { "aria-sort": sorted ? SORT[sorted] : ("none" as const) } : {})}
    >
      {column.sortBy ? (
        <UnstyledButton
          className={classes.sort ?? ""}
          data-sorted={sorted || undefined}
          title={t.sortBy(column.header)}
          onClick={() => table.getColumn(column.id)?.toggleSorting()}
        >
          {column.header}
          <Arrow size={14} aria-hidden />
        </UnstyledButton>
      ) : (
        column.header
      )}
    </th>
  );
}

function cellClass({ align, nowrap }: { align?: string; nowrap?: boolean }): string {
  const names = [
    align === "end" ? `portico-numbers ${classes.end}` : "",
    nowrap ? classes.line1 : "",
  ];
  return names.filter(Boolean).join(" ");
}

function BodyRow<Row extends object>(props: {
  row: Props<Row>["shown"][number];
  list: Props<Row>;
  selectable: boolean;
}) {
  const { row, list, selectable } = props;
  const t = useTexts(commonTexts);
  const { onOpen } = list;
  const name = list.rowName(row.original);
  return (
    <tr
      data-selected={row.getIsSelected() || undefined}
      onClick={(event) => {
        if (!(event.target as Element).closest(INTERACTIVE)) onOpen?.(row.original);
      }}
    >
      {selectable && (
        <td>
          <Checkbox
            size="xs"
            aria-label={t.selectRow(name)}
            checked={row.getIsSelected()}
            onChange={(event) => row.toggleSelected(event.currentTarget.checked)}
          />
        </td>
      )}
      {list.columns.map((column, index) => (
        <td key={column.id} className={cellClass(column)}>
          {index === 0 && onOpen ? (
            // The row opens by mouse anywhere; by keyboard through this button.
            <UnstyledButton className={classes.opener ?? ""} onClick={() => onOpen(row.original)}>
              {column.render(row.original)}
            </UnstyledButton>
          ) : (
            column.render(row.original)
          )}
        </td>
      ))}
      {list.actions && (
        <td>
          <Group gap={2} wrap="nowrap" justify="flex-end">
            {list.actions(row.original)}
          </Group>
        </td>
      )}
    </tr>
  );
}

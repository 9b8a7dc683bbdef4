/** The wide form of a list: a compact table whose heads sort and whose rows open. */
import { Checkbox, Group, Table, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import type { DataTableProps } from "./data-table.tsx";
import classes from "./table.module.css";
import type { useListTable } from "./use-list-table.ts";

type ListTable<Row extends object> = ReturnType<typeof useListTable<Row>>["table"];

interface Props<Row extends object> extends Omit<DataTableProps<Row>, "rows"> {
  table: ListTable<Row>;
  shown: ReturnType<ListTable<Row>["getRowModel"]>["rows"];
}

const NOWRAP = { whiteSpace: "nowrap" } as const;
const SORT = { asc: "ascending", desc: "descending" } as const;

export function RowTable<Row extends object>(props: Props<Row>) {
  const { table, shown, columns } = props;
  const t = useTexts(commonTexts);
  const selectable = props.onSelection !== undefined;
  return (
    <div className={classes.frame}>
      <Table.ScrollContainer
        minWidth={props.minWidth ?? 640}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={props.label}
      >
        <Table
          verticalSpacing={9}
          horizontalSpacing="md"
          highlightOnHover={props.onOpen !== undefined}
          className={classes.table ?? ""}
          aria-label={props.label}
        >
          <Table.Thead>
            <Table.Tr>
              {selectable && (
                <Table.Th w={44}>
                  <Checkbox
                    size="xs"
                    aria-label={t.selectAll}
                    checked={table.getIsAllPageRowsSelected()}
                    indeterminate={table.getIsSomePageRowsSelected()}
                    onChange={(event) =>
                      table.toggleAllPageRowsSelected(event.currentTarget.checked)
                    }
                  />
                </Table.Th>
              )}
              {columns.map((column) => (
                <Head key={column.id} table={table} column={column} />
              ))}
              {props.actions && (
                <Table.Th w={1}>
                  <span className={classes.hidden}>{t.actions}</span>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((row) => (
              <BodyRow key={row.id} row={row} list={props} selectable={selectable} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
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
    <Table.Th
      ta={column.align ?? "start"}
      {...(column.width ? { w: column.width } : {})}
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
    </Table.Th>
  );
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
    <Table.Tr
      {...(row.getIsSelected() ? { "data-selected": true } : {})}
      {...(onOpen ? { className: classes.opens ?? "", onClick: () => onOpen(row.original) } : {})}
    >
      {selectable && (
        <Table.Td onClick={(event) => event.stopPropagation()}>
          <Checkbox
            size="xs"
            aria-label={t.selectRow(name)}
            checked={row.getIsSelected()}
            onChange={(event) => row.toggleSelected(event.currentTarget.checked)}
          />
        </Table.Td>
      )}
      {list.columns.map((column, index) => (
        <Table.Td
          key={column.id}
          ta={column.align ?? "start"}
          className={column.align === "end" ? "portico-numbers" : ""}
          {...(column.nowrap || column.align === "end" ? { style: NOWRAP } : {})}
        >
          {index === 0 && onOpen ? (
            // The row opens by mouse anywhere; by keyboard through this button.
            <UnstyledButton
              className={classes.opener ?? ""}
              onClick={(event) => {
                event.stopPropagation();
                onOpen(row.original);
              }}
            >
              {column.render(row.original)}
            </UnstyledButton>
          ) : (
            column.render(row.original)
          )}
        </Table.Td>
      ))}
      {list.actions && (
        <Table.Td onClick={(event) => event.stopPropagation()}>
          <Group gap={2} wrap="nowrap" justify="flex-end">
            {list.actions(row.original)}
          </Group>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

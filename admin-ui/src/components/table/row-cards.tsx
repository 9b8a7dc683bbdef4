/** The narrow form of a list: each row a card with its fields as labelled lines. */
import { Checkbox, Group, UnstyledButton } from "@mantine/core";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./table.module.css";
import type { DataTableProps } from "./table-props.ts";

export function RowCards<Row extends object>(
  props: DataTableProps<Row> & { rows: readonly Row[] },
) {
  return (
    <ul className={classes.cards} aria-label={props.label}>
      {props.rows.map((row) => (
        <li key={props.rowId(row)} className={classes.card}>
          <Card row={row} list={props} />
        </li>
      ))}
    </ul>
  );
}

function Card<Row extends object>({ row, list }: { row: Row; list: DataTableProps<Row> }) {
  const t = useTexts(commonTexts);
  const { columns, onOpen, selection, onSelection } = list;
  const title = columns.find((column) => column.phone === "title") ?? columns[0];
  const lines = columns.filter((column) => column !== title && column.phone !== "hidden");
  const id = list.rowId(row);
  return (
    <>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
        <Group wrap="nowrap" gap="sm" miw={0}>
          {onSelection && (
            <Checkbox
              aria-label={t.selectRow(list.rowName(row))}
              checked={selection?.[id] ?? false}
              onChange={(event) => {
                const { [id]: _, ...others } = selection ?? {};
                onSelection(event.currentTarget.checked ? { ...others, [id]: true } : others);
              }}
            />
          )}
          {onOpen ? (
            <UnstyledButton className={classes.cardTitle ?? ""} onClick={() => onOpen(row)}>
              {title?.render(row)}
            </UnstyledButton>
          ) : (
            <div className={classes.cardTitle}>{title?.render(row)}</div>
          )}
        </Group>
        {list.actions && (
          <Group gap={2} wrap="nowrap">
            {list.actions(row)}
          </Group>
        )}
      </Group>
      <dl className={classes.lines}>
        {lines.map((column) => (
          <div key={column.id} className={classes.line}>
            <dt>{column.header}</dt>
            <dd>{column.render(row)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** What a page says of its list. */
import type { ReactNode } from "react";
import type { Column, RowName } from "./columns.ts";

export interface DataTableProps<Row extends object> {
  /** What the list is, for screen readers. */
  label: string;
  rows: readonly Row[] | undefined;
  columns: readonly Column<Row>[];
  rowId: (row: Row) => string;
  rowName: RowName<Row>;
  error?: unknown;
  onRetry?: () => void;
  /** Shown in place of an empty table. */
  empty: ReactNode;
  onOpen?: (row: Row) => void;
  /** Buttons at the end of a row. */
  actions?: (row: Row) => ReactNode;
  selection?: Record<string, boolean>;
  onSelection?: (selection: Record<string, boolean>) => void;
  /** Below the last row, where the server has more. */
  footer?: ReactNode;
  /** False where the server has the order and the pages, or the list is short and beside others. */
  paged?: boolean;
  /** Below this width the table scrolls sideways. */
  minWidth?: number;
}

/** What a list says about its columns; the table and the phone's cards are drawn from it. */
import type { ReactNode } from "react";

export interface Column<Row> {
  id: string;
  header: string;
  render: (row: Row) => ReactNode;
  /** What to sort by; without it the column is not sortable. */
  sortBy?: (row: Row) => string | number;
  align?: "start" | "end";
  /** On a phone: the card's heading, a labelled line, or nothing. */
  phone?: "title" | "line" | "hidden";
  /** Kept on one line, as times and badges should be. */
  nowrap?: boolean;
  width?: number | string;
}

/** What the cards on a phone, and screen readers, call a row. */
export type RowName<Row> = (row: Row) => string;

/** Sorting, paging and selection of a list that is here as a whole (TanStack Table). */
import {
  type ColumnDef,
  createPaginatedRowModel,
  createSortedRowModel,
  type RowSelectionState,
  rowPaginationFeature,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  type Updater,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import { sortOf, sortText } from "../../lib/search.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import type { Column } from "./columns.ts";

const features = tableFeatures({
  rowSortingFeature,
  rowSelectionFeature,
  rowPaginationFeature,
  sortedRowModel: createSortedRowModel(),
  paginatedRowModel: createPaginatedRowModel(),
});

export const PAGE_SIZE = 50;

const applied = <Value>(updater: Updater<Value>, before: Value): Value =>
  typeof updater === "function" ? (updater as (value: Value) => Value)(before) : updater;

/** Numbers by size, texts as the reader's language orders them. */
function compared(first: unknown, second: unknown): number {
  if (typeof first === "number" && typeof second === "number") return first - second;
  return String(first).localeCompare(String(second), document.documentElement.lang, {
    numeric: true,
  });
}

interface Options<Row extends object> {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowId: (row: Row) => string;
  selection: RowSelectionState;
  onSelection: ((selection: RowSelectionState) => void) | undefined;
}

export function useListTable<Row extends object>(options: Options<Row>) {
  const { rows, columns, rowId, selection, onSelection } = options;
  const { search, setSearch } = useSearchState<"sort" | "page">();
  const definitions = useMemo<ColumnDef<typeof features, Row>[]>(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: (row: Row) => column.sortBy?.(row) ?? "",
        enableSorting: column.sortBy !== undefined,
        sortFn: (a, b, columnId) => compared(a.getValue(columnId), b.getValue(columnId)),
        sortDescFirst: false,
      })),
    [columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const sorting = useMemo(() => sortOf(search.sort), [search.sort]);
  const pages = Math.max(1, Math.ceil(data.length / PAGE_SIZE));
  const pageIndex = Math.min(pages, Math.max(1, Number(search.page) || 1)) - 1;
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowId,
    enableRowSelection: onSelection !== undefined,
    autoResetPageIndex: false,
    state: { sorting, rowSelection: selection, pagination: { pageIndex, pageSize: PAGE_SIZE } },
    onSortingChange: (updater) => {
      setSearch({ sort: sortText(applied(updater, sorting)), page: undefined });
    },
    onRowSelectionChange: (updater) => onSelection?.(applied(updater, selection)),
  });
  return {
    table,
    pages,
    page: pageIndex + 1,
    setPage: (page: number) =>
      setSearch({ page: page > 1 ? String(page) : undefined }, { push: true }),
  };
}

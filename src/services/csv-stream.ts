/** A long list as a file: read page by page while it is being sent. */
import { CSV_MARK, type CsvCell, csvLine } from "../contract/csv.ts";
import type { Page } from "../contract/values.ts";

/** UTF-8 CSV; `read` is asked for the page after a cursor, the first time without one. */
export function csvStream<Item>(
  header: readonly string[],
  read: (after: string | undefined) => Promise<Page<Item>>,
  cellsOf: (item: Item) => CsvCell[],
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  // Null: the last page has been sent. Undefined: none has.
  let after: string | null | undefined;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(CSV_MARK + csvLine(header)));
    },
    async pull(controller) {
      if (after === null) return controller.close();
      const page = await read(after);
      after = page.has_more ? page.next : null;
      // An empty chunk would not count as one, and nobody would ask for the next.
      if (page.data.length === 0) return controller.close();
      const lines = page.data.map((item) => csvLine(cellsOf(item)));
      controller.enqueue(encoder.encode(lines.join("")));
    },
  });
}

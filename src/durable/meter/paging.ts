/** Pages of what lies in the order of time, newest first; those of one moment as they came. */
import type { Page } from "./protocol.ts";

const PAGE_MAX = 1_000;

/** Where a page begins: before the row of this time and number. */
export interface Cursor {
  at: number;
  seq: number;
}

export interface Listed<Item> extends Cursor {
  item: Item;
}

/** `list` gives rows before a cursor; one more than a page holds tells whether another follows. */
export function pageOf<Item>(
  { limit, after }: { limit: number; after?: string },
  list: (before: Cursor | null, limit: number) => Listed<Item>[],
): Page<Item> {
  const size = Math.max(1, Math.min(PAGE_MAX, Math.trunc(limit)));
  const before = after === undefined ? null : readCursor(after);
  // A cursor that is not ours leads nowhere rather than to the start.
  if (before === "unreadable") return { data: [], has_more: false, next: null };
  const rows = list(before, size + 1);
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const more = rows.length > size;
  return {
    data: shown.map((row) => row.item),
    has_more: more,
    next: more && last ? `${last.at}:${last.seq}` : null,
  };
}

function readCursor(text: string): Cursor | "unreadable" {
  const [, at, seq] = text.match(/^(\d{1,15}):(\d{1,15})$/) ?? [];
  return at !== undefined && seq !== undefined
    ? { at: Number(at), seq: Number(seq) }
    : "unreadable";
}

/** What a filter asks for, as a `WHERE` clause and the values bound in it. */
export class Conditions {
  readonly values: SqlStorageValue[] = [];
  readonly #conditions: string[] = [];

  add(condition: string, ...values: SqlStorageValue[]): void {
    this.#conditions.push(condition);
    this.values.push(...values);
  }

  get text(): string {
    return this.#conditions.length > 0 ? `WHERE ${this.#conditions.join(" AND ")}` : "";
  }
}

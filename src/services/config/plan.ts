/**
 * What applying a configuration file would do: changes for a person to read, statements for the
 * store, grants for the wallets. Planning writes nothing; problems are collected, so that one
 * refusal names them all.
 */
import type { Change } from "../../contract/platform.ts";
import type { Statement } from "../../store/database.ts";

export interface Problem {
  path: string;
  message: string;
}

export interface PlannedGrant {
  siteId: string;
  userId: string;
  operationId: string;
  amountMicro: number;
}

export class Plan {
  readonly changes: Change[] = [];
  readonly problems: Problem[] = [];
  readonly grants: PlannedGrant[] = [];
  readonly statements: Statement[] = [];
  /** Sites whose version must grow. */
  readonly touched = new Set<string>();

  problem(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  /** Notes a new or changed thing; answers whether there is anything to write. */
  note(
    path: string,
    before: object | null,
    after: object,
    masked: readonly string[] = [],
  ): boolean {
    const fields = differences(before, after, masked);
    if (before && fields.length === 0) return false;
    this.changes.push({ action: before ? "update" : "create", path, fields });
    return true;
  }

  noteRemoval(path: string): void {
    this.changes.push({ action: "delete", path, fields: [] });
  }

  write(siteId: string, statements: Statement[]): void {
    this.touched.add(siteId);
    this.statements.push(...statements);
  }
}

type Fields = Change["fields"];

function differences(before: object | null, after: object, masked: readonly string[]): Fields {
  const old = (before ?? {}) as Record<string, unknown>;
  const fields: Fields = [];
  for (const [field, value] of Object.entries(after)) {
    if (canonical(old[field]) === canonical(value)) continue;
    if (before === null && value === undefined) continue;
    const hidden = masked.includes(field);
    fields.push({
      field,
      before: old[field] === undefined ? null : hidden ? "•••" : old[field],
      after: hidden ? "•••" : value,
    });
  }
  // A field that the new value no longer has.
  for (const field of Object.keys(old)) {
    if (field in after || old[field] === undefined) continue;
    fields.push({ field, before: masked.includes(field) ? "•••" : old[field], after: null });
  }
  return fields;
}

/** JSON with keys in order: equal values, equal texts. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "undefined"
  );
}

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

interface Noting {
  /** Fields of which no value is shown. */
  masked?: readonly string[];
  /** Of a new thing, the fields the file gives; the others are defaults. */
  given?: readonly string[];
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
  note(path: string, before: object | null, after: object, noting: Noting = {}): boolean {
    const fields = differences(before, after, noting);
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

const HIDDEN = "•••";

function differences(before: object | null, after: object, noting: Noting): Change["fields"] {
  const old = new Map(Object.entries(before ?? {}));
  const fresh = new Map(Object.entries(after));
  return [...new Set([...fresh.keys(), ...old.keys()])].flatMap((field) => {
    if (canonical(old.get(field)) === canonical(fresh.get(field))) return [];
    if (before === null && noting.given && !noting.given.includes(field)) return [];
    const show = (value: unknown) =>
      noting.masked?.includes(field) && value !== undefined ? HIDDEN : shown(value);
    return [{ field, before: show(old.get(field)), after: show(fresh.get(field)) }];
  });
}

const MAX_SHOWN = 200;

/** An icon or a prompt may be long; a person sees how it begins. */
function shown(value: unknown): unknown {
  if (typeof value !== "string" || value.length <= MAX_SHOWN) return value ?? null;
  return `${value.slice(0, MAX_SHOWN)}… (${value.length} characters)`;
}

/** JSON with keys in order and absent fields left out: equal values, equal texts. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "undefined"
  );
}

import { expect, it } from "vitest";
import { exists, listedFiles, readText } from "./sources.ts";

const DOCUMENT = "docs/storage.md";

/** Made by the runtime or by tools, not by us. */
const FOREIGN_TABLES = new Set(["sqlite_sequence", "d1_migrations", "__drizzle_migrations"]);

/** Tables of the store (drizzle) and of the objects (SQL), and the classes of wrangler.toml. */
function storageInCode(): { tables: Set<string>; objects: Set<string> } {
  const tables = new Set<string>();
  for (const path of listedFiles().filter((file) => /^src\/(store|durable)\/.*\.ts$/.test(file))) {
    const text = readText(path);
    for (const [, name] of text.matchAll(/sqliteTable\(\s*"(\w+)"/g)) tables.add(name ?? "");
    for (const [, name] of text.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?/gi)) {
      tables.add(name ?? "");
    }
  }
  const classes = readText("wrangler.toml").matchAll(/^class_name\s*=\s*"(\w+)"/gm);
  return {
    tables: new Set([...tables].filter((name) => !FOREIGN_TABLES.has(name))),
    objects: new Set([...classes].map(([, name]) => name ?? "")),
  };
}

/**
 * Names the document describes: the first `name` of each row of a table whose header starts with
 * the word "table", "object" or "name".
 */
function documentedNames(markdown: string): Set<string> {
  const names = new Set<string>();
  let header: string | null = null;
  for (const line of markdown.split("\n")) {
    if (!line.startsWith("|")) {
      header = null;
      continue;
    }
    const first = line.split("|")[1]?.trim() ?? "";
    header ??= first.toLowerCase();
    const name = /^`(?:\w+\.)?(\w+)`/.exec(first)?.[1];
    if (name !== undefined && /^(table|object|name)\b/.test(header)) names.add(name);
  }
  return names;
}

function readDocument(): Set<string> {
  if (!exists(DOCUMENT)) {
    throw new Error(
      `${DOCUMENT} is missing: it lists every table and object in Markdown tables whose first ` +
        "column, headed `table` or `object`, holds the name in backticks",
    );
  }
  return documentedNames(readText(DOCUMENT));
}

it("every table and object that exists is described", () => {
  const documented = readDocument();
  const { tables, objects } = storageInCode();
  const missing = [...tables, ...objects].filter((name) => !documented.has(name));
  expect(missing, `add to ${DOCUMENT}: ${missing.join(", ")}`).toEqual([]);
});

it("every table and object that is described exists", () => {
  const documented = readDocument();
  const { tables, objects } = storageInCode();
  const gone = [...documented].filter((name) => !tables.has(name) && !objects.has(name));
  expect(gone, `remove from ${DOCUMENT}: ${gone.join(", ")}`).toEqual([]);
});

it("names are read from rows of tables of tables, not from other tables", () => {
  const text = [
    "| table | key |",
    "|---|---|",
    "| `users` | id |",
    "| `Wallet.grants` | `id` |",
    "",
    "| column | type |",
    "|---|---|",
    "| `email` | text |",
  ].join("\n");
  expect([...documentedNames(text)]).toEqual(["users", "grants"]);
});

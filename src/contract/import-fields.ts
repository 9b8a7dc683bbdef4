/** Columns and bounds of a file of users. Without the schema library: a page uses it too. */

export const IMPORT_ROWS_MAX = 10_000;
/** In one request. */
export const IMPORT_BATCH = 200;

/** What a column can mean. */
export const IMPORT_FIELDS = [
  "email",
  "name",
  "role",
  "level",
  "level_expires_at",
  "groups",
  "department",
  "kind",
  "note",
  "enabled",
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

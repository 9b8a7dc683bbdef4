/** Users from a file: the console reads the file, the server judges its rows and writes them. */
import * as z from "zod";
import type { EndpointTable } from "./endpoint.ts";
import { IMPORT_BATCH, IMPORT_FIELDS, type ImportField } from "./import-fields.ts";

/** Why a row, at a field, is not taken. */
export const IMPORT_PROBLEMS = [
  "bad_email",
  "repeated",
  "bad_value",
  "bad_date",
  "unknown_level",
  "unknown_group",
  "unknown_department",
  "unknown_role",
  "role_not_allowed",
  "own_account",
] as const;
export type ImportProblem = (typeof IMPORT_PROBLEMS)[number];

const cell = z.string().max(5_000).optional();

/** Cells as they stand in the file; an empty one says nothing. */
export const importRowSchema = z.strictObject({
  /** Of the file, to find it again. */
  line: z.number().int().min(1),
  ...(Object.fromEntries(IMPORT_FIELDS.map((field) => [field, cell])) as Record<
    ImportField,
    typeof cell
  >),
});
export type ImportRow = z.infer<typeof importRowSchema>;

export const importResultSchema = z.object({
  line: z.number().int(),
  email: z.string(),
  outcome: z.enum(["create", "update", "skip", "refused"]),
  problems: z.array(z.object({ field: z.enum(IMPORT_FIELDS), problem: z.enum(IMPORT_PROBLEMS) })),
});
export type ImportResult = z.infer<typeof importResultSchema>;

export const importEndpoints = {
  "POST /api/admin/users/import": {
    auth: "console",
    permission: "people.write",
    summary:
      "Add or update users, some rows of a file at a time; a dry run says what would become of each.",
    body: z.strictObject({
      rows: z.array(importRowSchema).min(1).max(IMPORT_BATCH),
      /** What becomes of a row whose e-mail has an account. */
      existing: z.enum(["update", "skip"]),
      dryRun: z.boolean(),
    }),
    response: z.object({ results: z.array(importResultSchema) }),
  },
} as const satisfies EndpointTable;

/** Sending the rows of a file in batches: once to see, once to do. */
import { IMPORT_BATCH } from "@contract/import-fields.ts";
import type { ImportResult, ImportRow } from "@contract/people-import.ts";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../lib/api.ts";
import { repeatedLines } from "./import-file.ts";

export interface ImportState {
  running: boolean;
  done: number;
  total: number;
  dryRun: boolean;
  results: ImportResult[];
  /** What stopped it: the batch it met wrote nothing, those before stay. */
  failure: unknown;
}
const IDLE: ImportState = {
  running: false,
  done: 0,
  total: 0,
  dryRun: true,
  results: [],
  failure: null,
};

export function useImport() {
  const client = useQueryClient();
  const [state, setState] = useState<ImportState>(IDLE);
  const run = async (
    rows: readonly ImportRow[],
    existing: "update" | "skip",
    dryRun: boolean,
  ): Promise<void> => {
    const repeated = repeatedLines(rows);
    const results: ImportResult[] = rows
      .filter((row) => repeated.has(row.line))
      .map(({ line, email = "" }) => ({
        ...{ line, email, outcome: "refused" as const },
        problems: [{ field: "email" as const, problem: "repeated" as const }],
      }));
    const sent = rows.filter((row) => !repeated.has(row.line));
    const total = sent.length;
    const tell = (more: Partial<ImportState>) =>
      setState({ ...IDLE, running: true, total, dryRun, results: [...results], ...more });
    tell({});
    try {
      for (let at = 0; at < sent.length; at += IMPORT_BATCH) {
        const body = { rows: sent.slice(at, at + IMPORT_BATCH), existing, dryRun };
        const answer = await call("POST /api/admin/users/import", { body });
        results.push(...answer.results);
        tell({ done: Math.min(total, at + IMPORT_BATCH) });
      }
      results.sort((a, b) => a.line - b.line);
      tell({ running: false, done: total });
    } catch (failure) {
      tell({ running: false, failure });
    }
    if (!dryRun) await client.invalidateQueries({ queryKey: ["users"] });
  };
  return { state, run, reset: () => setState(IDLE) };
}

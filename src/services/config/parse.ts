/** Reads a configuration file's value: strict, every problem with its path. */
import type { z } from "zod";
import { type ConfigFile, configFileSchema } from "../../contract/config.ts";
import { FailureError } from "../../core/failure.ts";
import type { Problem } from "./plan.ts";

/** The file as it was written beside its parsed form: what it leaves out is left alone. */
export interface ReadConfig {
  file: ConfigFile;
  raw: { sites: Record<string, unknown>[] };
}

const MAX_TOLD = 20;

export function refuseConfig(problems: Problem[]): never {
  const told = problems.slice(0, MAX_TOLD).map(({ path, message }) => `${path}: ${message}`);
  if (problems.length > MAX_TOLD) told.push(`… and ${problems.length - MAX_TOLD} more`);
  throw new FailureError({
    code: "invalid_value",
    message: told.join("\n"),
    param: problems[0]?.path ?? "",
  });
}

export function readConfig(value: unknown): ReadConfig {
  const parsed = configFileSchema.safeParse(value);
  if (parsed.success) return { file: parsed.data, raw: value as ReadConfig["raw"] };
  return refuseConfig(parsed.error.issues.flatMap(toProblems));
}

function toProblems(issue: z.core.$ZodIssue): Problem[] {
  const path = pathText(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: path ? `${path}.${key}` : key,
      message: "unknown key",
    }));
  }
  return [{ path: path || "the file", message: issue.message }];
}

function pathText(path: PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number"
        ? `${text}[${part}]`
        : text
          ? `${text}.${String(part)}`
          : String(part),
    "",
  );
}

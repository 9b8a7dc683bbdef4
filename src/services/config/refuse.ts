import { FailureError } from "../../core/failure.ts";
import type { Problem } from "./plan.ts";

const MAX_TOLD = 20;

/** One refusal that names every problem, one a line. */
export function refuseConfig(problems: readonly Problem[]): never {
  const told = problems.slice(0, MAX_TOLD).map(({ path, message }) => `${path}: ${message}`);
  if (problems.length > MAX_TOLD) told.push(`… and ${problems.length - MAX_TOLD} more`);
  throw new FailureError({
    code: "invalid_value",
    message: told.join("\n"),
    param: problems[0]?.path ?? "",
  });
}

/** The fast checks: format and lint, types, drift of the bindings, architecture. */
import type { StepCommand } from "./steps.ts";

const types = (name: string, project: string): StepCommand => ({
  name: `types: ${name}`,
  command: "tsc",
  args: ["--noEmit", "-p", project],
});

export const CHECKS: StepCommand[] = [
  { name: "format and lint", command: "biome", args: ["check", "--error-on-warnings", "."] },
  types("worker", "tsconfig.json"),
  types("tests", "tests/tsconfig.json"),
  types("tests of the running server", "tests/server/tsconfig.json"),
  types("scripts and bench", "scripts/tsconfig.json"),
  types("portal", "portal-ui/tsconfig.json"),
  types("console", "admin-ui/tsconfig.json"),
  {
    name: "bindings",
    command: "wrangler",
    args: ["types", "--include-runtime=false", "--strict-vars=false", "--check"],
  },
  { name: "architecture", command: "vitest", args: ["run", "--project", "node", "tests/tidy"] },
];

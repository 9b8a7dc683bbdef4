/** Runs named commands one after the other, says how long each took, and stops at the first that fails. */
import { spawnSync } from "node:child_process";
import { ROOT } from "./paths.ts";

export interface StepCommand {
  name: string;
  command: string;
  args: string[];
  /** Folder to run in, relative to the root. */
  folder?: string;
}

export function runSteps(steps: StepCommand[]): void {
  const startedAt = Date.now();
  for (const step of steps) {
    const stepAt = Date.now();
    console.log(`\n── ${step.name}`);
    const result = spawnSync(step.command, step.args, {
      cwd: `${ROOT}${step.folder ?? ""}`,
      stdio: "inherit",
    });
    if (result.status !== 0) {
      console.error(`\n${step.name} failed.`);
      process.exit(result.status ?? 1);
    }
    console.log(`   ${((Date.now() - stepAt) / 1000).toFixed(1)} s`);
  }
  console.log(`\nAll of it took ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

/**
 * `npm run mutate:wallet [words…]`: breaks the wallet on purpose, one promise after another, in a
 * copy of the tree, and runs the tests that ought to notice. Fails when one survives, or when a
 * mutation does not fit the code any more. Words pick the mutations whose promise contains them.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MUTATIONS, type Mutation } from "./mutations.ts";
import { ROOT } from "./paths.ts";

type Verdict = "killed" | "SURVIVED" | "DOES NOT FIT";

/** The files that git knows, as they are now; node_modules by a link. */
function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), "portico-mutate-"));
  const listed = spawnSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    {
      cwd: ROOT,
      encoding: "utf8",
    },
  ).stdout;
  for (const name of listed.split("\0").filter((file) => file && existsSync(join(ROOT, file)))) {
    cpSync(join(ROOT, name), join(folder, name));
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function passes(folder: string, tests: string[]): boolean {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--project", "worker", "--bail", "1", ...tests];
  return spawnSync(process.execPath, args, { cwd: folder, stdio: "ignore" }).status === 0;
}

function judge(folder: string, mutation: Mutation): Verdict {
  const path = join(folder, mutation.file);
  const text = readFileSync(path, "utf8");
  if (text.split(mutation.from).length !== 2) return "DOES NOT FIT";
  writeFileSync(
    path,
    text.replace(mutation.from, () => mutation.to),
  );
  const survived = passes(folder, mutation.tests);
  writeFileSync(path, text);
  return survived ? "SURVIVED" : "killed";
}

function main(words: string): number {
  const chosen = MUTATIONS.filter((mutation) => mutation.breaks.includes(words));
  const folder = copyTree();
  try {
    const tests = [...new Set(chosen.flatMap((mutation) => mutation.tests))];
    if (!passes(folder, tests)) {
      console.error("the tests fail without any mutation: mend that first");
      return 1;
    }
    let killed = 0;
    for (const mutation of chosen) {
      const verdict = judge(folder, mutation);
      if (verdict === "killed") killed++;
      console.log(`${verdict.padEnd(12)} ${mutation.breaks} (${mutation.file})`);
    }
    console.log(`\n${killed} of ${chosen.length} mutations killed`);
    return killed === chosen.length && killed > 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exit(main(process.argv.slice(2).join(" ")));

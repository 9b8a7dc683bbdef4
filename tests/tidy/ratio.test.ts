import { expect, it } from "vitest";
import { allSources, type Source } from "./sources.ts";

/** Lines of tests for each line of `src/`: where the house is going. */
const WANTED_RATIO = 1.3;
/** A ratchet on the way there: raise it as tests are added, never lower it. */
const REQUIRED_RATIO = 0.95;

/** Lines that say something. The tidy tests promise nothing about src, so they do not count. */
function writtenLines(sources: Source[], folder: string): number {
  return sources
    .filter(({ path }) => path.startsWith(folder) && !path.startsWith("tests/tidy/"))
    .reduce((sum, { text }) => sum + text.split("\n").filter((line) => line.trim()).length, 0);
}

it(`src has at least ${REQUIRED_RATIO} lines of tests for each of its own`, () => {
  const code = writtenLines(allSources(), "src/");
  const tests = writtenLines(allSources(), "tests/");
  const ratio = tests / code;
  console.log(
    `test:code ${ratio.toFixed(2)}, wanted ${WANTED_RATIO} (${tests} lines of tests, ${code} of src)`,
  );
  expect(ratio).toBeGreaterThanOrEqual(REQUIRED_RATIO);
});

import { expect, it } from "vitest";
import { BUDGETS, fileBudget, longFiles, longFunctions, median } from "./budget-rules.ts";
import { allSources, expectTidy, listedFiles, readText, sourceOf } from "./sources.ts";

const lines = (count: number) => "x;\n".repeat(count);

it("no file, connector or entry is longer than its budget", () => {
  const styles = listedFiles().filter((path) => path.endsWith(".css"));
  const files = styles.map((path) => ({ path, text: readText(path) }));
  expectTidy(longFiles([...allSources(), ...files]));
});

it("half of the files in src are short", () => {
  const counts = allSources()
    .filter(({ path }) => path.startsWith("src/"))
    .map(({ lineCount }) => lineCount);
  expect(median(counts)).toBeLessThanOrEqual(BUDGETS.medianLines);
});

it("no function and no component is longer than its budget", () => {
  expectTidy(allSources().flatMap(longFunctions));
});

it("a file of 400 lines passes and one of 401 is named with its line", () => {
  expect(longFiles([{ path: "src/core/a.ts", text: lines(400) }])).toEqual([]);
  expect(longFiles([{ path: "src/core/a.ts", text: lines(401) }])).toEqual([
    { path: "src/core/a.ts", line: 401, rule: "401 lines, a file has 400" },
  ]);
});

it("entry, connectors and look-alikes have budgets of their own, the kit has not", () => {
  expect(fileBudget("src/worker.ts", "").lines).toBe(120);
  expect(fileBudget("src/connectors/dify/dify.ts", "prepare() {}").lines).toBe(300);
  expect(fileBudget("src/connectors/xai/xai.ts", "export const xai = presetOf({})").lines).toBe(60);
  expect(fileBudget("src/connectors/kit/invoke.ts", "").lines).toBe(400);
});

it("a function of 71 lines is named, a component of that length is not", () => {
  const body = `{\n${lines(69)}}`;
  expect(longFunctions(sourceOf("src/a.ts", `function chat() ${body}`))).toEqual([
    { path: "src/a.ts", line: 1, rule: "function chat has 71 lines, at most 70" },
  ]);
  expect(longFunctions(sourceOf("ui/a.tsx", `const Chat = () => ${body}`))).toEqual([]);
  expect(longFunctions(sourceOf("ui/a.tsx", `const chat = () => ${body}`))).toHaveLength(1);
  expect(longFunctions(sourceOf("src/a.ts", `class A { run() ${body} }`))[0]?.rule).toContain(
    "run",
  );
});

it("a chapter of tests may be long, a single test may not", () => {
  const body = `() => {\n${lines(80)}}`;
  expect(longFunctions(sourceOf("tests/a.test.ts", `describe("a", ${body})`))).toEqual([]);
  expect(longFunctions(sourceOf("tests/a.test.ts", `describe.each([1])("a", ${body})`))).toEqual(
    [],
  );
  expect(longFunctions(sourceOf("tests/a.test.ts", `it("a", ${body})`))).toHaveLength(1);
});

it("the median of an even count is the mean of the two in the middle", () => {
  expect([median([3, 1, 2]), median([1, 2, 3, 10]), median([])]).toEqual([2, 2.5, 0]);
});

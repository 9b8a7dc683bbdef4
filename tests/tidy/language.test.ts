import { expect, it } from "vitest";
import { barrel, crookedNames, looseCode } from "./language-rules.ts";
import { allSources, expectTidy, listedFiles, sourceOf } from "./sources.ts";

const rulesOf = (path: string, text: string) =>
  looseCode(sourceOf(path, text)).map(({ line, rule }) => `${line} ${rule}`);

it("no code is loose: any, assertions of non-null, silenced errors, console.log, later", () => {
  expectTidy(allSources().flatMap(looseCode));
});

it("no file outside the contract only hands on what others export", () => {
  expectTidy(allSources().flatMap(barrel));
});

it("files and folders are named in kebab-case", () => {
  expectTidy(listedFiles().flatMap(crookedNames));
});

it("each loose habit is named with its line", () => {
  expect(rulesOf("src/a.ts", "let a = 1;\nexport const b = (c: any) => c!.d;")).toEqual([
    "2 any",
    "2 non-null assertion",
  ]);
  expect(rulesOf("src/a.ts", "console.log(1);\nexport default 1;")).toEqual([
    "1 console.log",
    "2 default export",
  ]);
  expect(rulesOf("src/a.ts", `// ${"@ts-"}ignore\nlet a = 1; // ${"TO"}DO x`)).toHaveLength(2);
});

it("words inside texts are not code", () => {
  expect(rulesOf("src/a.ts", 'export const a = "any! console.log @ts-ignore";')).toEqual([]);
});

it("the entry and configuration files export by default, scripts may print", () => {
  expect(rulesOf("src/worker.ts", "export default {};")).toEqual([]);
  expect(rulesOf("vitest.config.ts", "export default {};")).toEqual([]);
  expect(rulesOf("scripts/start.ts", "console.log(1);")).toEqual([]);
});

it("a barrel is found by what it does, not by its name", () => {
  const handsOn = 'export * from "./b.ts";\nexport { c } from "./c.ts";';
  expect(barrel(sourceOf("src/core/all.ts", handsOn))).toHaveLength(1);
  expect(barrel(sourceOf("src/contract/index.ts", handsOn))).toEqual([]);
  expect(barrel(sourceOf("src/core/a.ts", `${handsOn}\nexport const d = 1;`))).toEqual([]);
});

it("names with capitals or underscores are refused, given names are not", () => {
  const good = ["README.md", "src/core/run.ts", ".ci/run", "tests/a-b.node.test.ts", ".gitignore"];
  expect(good.flatMap(crookedNames)).toEqual([]);
  expect(crookedNames("src/Core/run_all.ts").map(({ rule }) => rule)).toEqual([
    "Core is not kebab-case",
    "run_all.ts is not kebab-case",
  ]);
});

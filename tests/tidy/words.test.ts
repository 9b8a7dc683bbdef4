import { expect, it } from "vitest";
import { expectTidy, listedFiles, readText, type Violation } from "./sources.ts";

/**
 * What belongs to one machine: absolute paths of somebody's home or workplace, and package
 * mirrors. Written in halves so that this file does not find itself.
 */
const FOREIGN: [RegExp, string][] = [
  [
    new RegExp(`(?<![\\w.@/-])/(${["wo", "rk"].join("")}|home/\\w+|Users/\\w+|root)/`),
    "path of a machine",
  ],
  [new RegExp(["arti", "factory|nexus\\.|veroc", "cio"].join(""), "i"), "host of a package mirror"],
];

const TEXT = /\.(ts|tsx|mjs|js|json|toml|yaml|yml|md|html|css|sql|sh)$|\/run$|^LICENSE$/;

function foreignWords(path: string, text: string): Violation[] {
  return text
    .split("\n")
    .flatMap((line, at) =>
      FOREIGN.flatMap(([pattern, rule]) =>
        pattern.test(line) ? [{ path, line: at + 1, rule }] : [],
      ),
    );
}

/** Only folders of the checkout have an address in the lock file (see .npmrc). */
function foreignPackages(path: string, text: string): Violation[] {
  return text.split("\n").flatMap((line, at) => {
    const resolved = /"resolved": "([^"]+)"/.exec(line)?.[1];
    if (resolved === undefined || /^[a-z-]+$/.test(resolved)) return [];
    return [{ path, line: at + 1, rule: `resolved from ${resolved}` }];
  });
}

it("no file speaks of one machine or of a mirror of packages", () => {
  const files = listedFiles().filter((path) => TEXT.test(path));
  expectTidy(files.flatMap((path) => foreignWords(path, readText(path))));
});

it("the lock file names no place to fetch from", () => {
  expectTidy(foreignPackages("package-lock.json", readText("package-lock.json")));
});

it("a path of a home is found, a path of a URL or of the checkout is not", () => {
  const found = (line: string) => foreignWords("a.md", line).length;
  const home = ["/ho", "me/ann/portico"].join("");
  expect([found(`cd ${home}`), found(`"${["/wo", "rk/main"].join("")}"`)]).toEqual([1, 1]);
  const fine = ["https://a.example/work/1", "./home/ann", "src/work/list.ts", "/workspace/a"];
  expect(fine.map(found)).toEqual([0, 0, 0, 0]);
});

it("a package from elsewhere is found in the lock file", () => {
  const line = (url: string) => `      "resolved": "${url}",`;
  expect(foreignPackages("l", line("https://npm.acme.example/a.tgz"))).toHaveLength(1);
  expect(foreignPackages("l", line("admin-ui"))).toEqual([]);
});

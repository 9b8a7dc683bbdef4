import { describe, expect, test } from "vitest";
import { csvOf } from "../../admin-ui/src/lib/csv.ts";
import { csvCell } from "../../src/contract/csv.ts";

describe("a cell", () => {
  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])(
    "of text that a spreadsheet would run is kept as text: %j",
    (text) => {
      expect(csvCell(text).replace(/^"/, "").startsWith("'")).toBe(true);
    },
  );

  test("with a negative number stays a number", () => {
    expect(csvCell(-0.1935)).toBe("-0.1935");
  });

  test("with a comma, quote or line break is quoted", () => {
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
    expect(csvCell("a\nb")).toBe('"a\nb"');
  });

  test("that is absent is empty", () => {
    expect([csvCell(null), csvCell(undefined)]).toEqual(["", ""]);
  });

  test("guards and quotes at once", () => {
    expect(csvCell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
  });
});

test("a file starts with a byte order mark and its lines end with CRLF", () => {
  expect(csvOf(["name", "n"], [["王", 1]])).toBe("\ufeffname,n\r\n王,1\r\n");
});

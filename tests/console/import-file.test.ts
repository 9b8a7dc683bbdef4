import { describe, expect, it } from "vitest";
import {
  guessMapping,
  readCsv,
  repeatedLines,
  rowsOf,
  textOf,
} from "../../admin-ui/src/features/users/import-file.ts";
import { csvOf } from "../../admin-ui/src/lib/csv.ts";
import { IMPORT_FIELDS, IMPORT_ROWS_MAX } from "../../src/contract/import-fields.ts";

describe("a file of users", () => {
  it("is read as UTF-8, and where it is none as Chinese spreadsheets write it", () => {
    expect(textOf(new TextEncoder().encode("邮箱,姓名"))).toBe("邮箱,姓名");
    // 邮箱 in GB 18030.
    expect(textOf(new Uint8Array([0xd3, 0xca, 0xcf, 0xe4]))).toBe("邮箱");
  });

  it("loses its mark and its empty lines, and keeps commas and quotes within cells", () => {
    const read = readCsv('\ufeffemail,name\r\n\r\na@x.example,"Ann, ""the first"""\r\n,\r\n');
    expect(read).toEqual({
      header: ["email", "name"],
      rows: [["a@x.example", 'Ann, "the first"']],
    });
  });

  it("without rows, or with too many, is not taken", () => {
    expect(readCsv("")).toBe("empty");
    expect(readCsv("email\n")).toBe("empty");
    const line = "a@x.example\n";
    expect(readCsv(`email\n${line.repeat(IMPORT_ROWS_MAX + 1)}`)).toBe("too_many");
    expect(readCsv(`email\n${line.repeat(IMPORT_ROWS_MAX)}`)).toMatchObject({ header: ["email"] });
  });
});

describe("what the columns mean", () => {
  it("is guessed by their names, in both languages, each meaning once", () => {
    expect(guessMapping(["E-Mail ", "姓名", "订阅等级", "mail", "shoe size"])).toEqual([
      "email",
      "name",
      "level",
      null,
      null,
    ]);
  });

  it("is known of every column of our own export that an import takes", () => {
    expect(guessMapping(IMPORT_FIELDS)).toEqual(IMPORT_FIELDS);
  });
});

describe("rows", () => {
  it("carry their line, and of each cell what its column means", () => {
    const file = { header: ["x", "email", "name"], rows: [["1", "a@x.example", ""], ["2"]] };
    expect(rowsOf(file, [null, "email", "name"])).toEqual([
      { line: 2, email: "a@x.example" },
      { line: 3 },
    ]);
  });

  it("come back from our own file as they went out, guarded formulas too", () => {
    const note = '=HYPERLINK("http://x.example")';
    const text = csvOf(["email", "note", "name"], [["a@x.example", note, "'tis"]]);
    expect(text).toContain("'=HYPERLINK");
    const read = readCsv(text);
    if (typeof read === "string") throw new Error(read);
    expect(rowsOf(read, guessMapping(read.header))).toEqual([
      { line: 2, email: "a@x.example", note, name: "'tis" },
    ]);
  });

  it("with an e-mail of an earlier line are told, in whatever batch they would be", () => {
    const rows = ["a@x.example", "B@x.example", " A@X.example ", "", ""].map((email, index) => ({
      line: index + 2,
      email,
    }));
    expect([...repeatedLines(rows)]).toEqual([4]);
  });
});

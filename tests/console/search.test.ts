import { describe, expect, test } from "vitest";
import {
  parseSearch,
  searchOf,
  sortOf,
  sortText,
  stringifySearch,
} from "../../admin-ui/src/lib/search.ts";

describe("the address", () => {
  test("holds plain strings, so that a number stays what was typed", () => {
    expect(stringifySearch({ search: "007", page: "2" })).toBe("?search=007&page=2");
    expect(parseSearch("?search=007")).toEqual({ search: "007" });
  });

  test("leaves out what is empty", () => {
    expect(stringifySearch({ search: "", level: undefined, role: null })).toBe("");
  });

  test("survives a round trip with signs that mean something in addresses", () => {
    const search = { search: "a&b=c #1 +2 王" };
    expect(parseSearch(stringifySearch(search))).toEqual(search);
  });

  test("keeps only the parameters that the page knows", () => {
    expect(searchOf("search", "sort")({ search: "x", evil: "y", sort: 3 })).toEqual({
      search: "x",
    });
  });
});

describe("the sorting", () => {
  test("reads and writes descending with a minus", () => {
    expect(sortOf("-credits")).toEqual([{ id: "credits", desc: true }]);
    expect(sortText([{ id: "credits", desc: true }])).toBe("-credits");
    expect(sortText(sortOf("name"))).toBe("name");
  });

  test("is none where the address has none", () => {
    expect(sortOf(undefined)).toEqual([]);
    expect(sortText([])).toBeUndefined();
  });
});

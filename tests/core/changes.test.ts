import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesBetween } from "../../src/core/changes.ts";

describe("changes", () => {
  it("name the field, what it was and what it is", () => {
    expect(
      changesBetween(
        { name: "Old", limits: { rpm: 5, tpm: 10 }, groups: ["a"], same: true },
        { name: "New", limits: { rpm: 6 }, groups: ["a", "b"], same: true },
      ),
    ).toEqual([
      { field: "name", before: "Old", after: "New" },
      { field: "limits.rpm", before: 5, after: 6 },
      { field: "limits.tpm", before: 10 },
      { field: "groups", before: ["a"], after: ["a", "b"] },
    ]);
  });

  it("of a list of things follow the thing, not its place", () => {
    const [a, b] = [
      { slug: "a", price: 1 },
      { slug: "b", price: 2 },
    ];
    expect(changesBetween({ data: [a, b] }, { data: [b, a] })).toEqual([]);
    expect(changesBetween({ data: [b] }, { data: [a, { ...b, price: 3 }] })).toEqual([
      { field: "data[b].price", before: 2, after: 3 },
      { field: "data[a].slug", after: "a" },
      { field: "data[a].price", after: 1 },
    ]);
  });

  it("of things with one name tell them apart by their ids, or by their place", () => {
    const keys = [
      { id: "k1", name: "ci", on: true },
      { id: "k2", name: "ci", on: true },
    ];
    const changed = keys.map((key) => ({ ...key, on: key.id === "k1" }));
    expect(changesBetween(keys, changed).map(({ field }) => field)).toEqual(["[k2].on"]);
    expect(changesBetween([{ weight: 1 }, { weight: 1 }], [{ weight: 1 }, { weight: 2 }])).toEqual([
      { field: "[1].weight", before: 1, after: 2 },
    ]);
  });

  it("of what is new or gone are all its fields", () => {
    expect(changesBetween(null, { a: 1 })).toEqual([{ field: "a", after: 1 }]);
    expect(changesBetween({ a: 1 }, null)).toEqual([{ field: "a", before: 1 }]);
    expect(changesBetween(null, undefined)).toEqual([]);
  });

  it("are none between equal things, and few enough to keep", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(changesBetween(value, structuredClone(value))).toEqual([]);
      }),
    );
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`f${at}`, at]));
    expect(changesBetween({}, many)).toHaveLength(201);
    expect(changesBetween({}, many).at(-1)).toEqual({ field: "…" });
  });
});

import { describe, expect, it } from "vitest";
import { canonical, Plan } from "../../src/services/config/plan.ts";

describe("a plan's note", () => {
  it("of what is as before is none, and there is nothing to write", () => {
    const plan = new Plan();
    expect(plan.note("a", { x: 1, y: { b: 2, a: 1 } }, { y: { a: 1, b: 2 }, x: 1 })).toBe(false);
    expect(plan.note("a", { x: 1 }, { x: 1, y: undefined })).toBe(false);
    expect(plan.changes).toEqual([]);
  });

  it("of a change names each field that differs, those that go and come too", () => {
    const plan = new Plan();
    expect(plan.note("a", { kept: 1, gone: 2, other: 3 }, { kept: 1, other: 4, come: 5 })).toBe(
      true,
    );
    expect(plan.changes).toEqual([
      {
        action: "update",
        path: "a",
        fields: [
          { field: "other", before: 3, after: 4 },
          { field: "come", before: null, after: 5 },
          { field: "gone", before: 2, after: null },
        ],
      },
    ]);
  });

  it("of something new names what the file gives, not what it leaves to the defaults", () => {
    const plan = new Plan();
    plan.note("a", null, { name: "A", enabled: true }, { given: ["name"] });
    expect(plan.changes).toEqual([
      { action: "create", path: "a", fields: [{ field: "name", before: null, after: "A" }] },
    ]);
  });

  it("says that a masked field changed, and not from what to what", () => {
    const plan = new Plan();
    plan.note("a", { password: "old" }, { password: "new" }, { masked: ["password"] });
    expect(plan.changes[0]?.fields).toEqual([{ field: "password", before: "•••", after: "•••" }]);
  });

  it("shows how a long text begins, and finds a difference at its end all the same", () => {
    const plan = new Plan();
    const text = "x".repeat(1000);
    expect(plan.note("a", { icon: `${text}1` }, { icon: `${text}2` })).toBe(true);
    const [field] = plan.changes[0]?.fields ?? [];
    expect(String(field?.after)).toMatch(/^x{200}… \(1001 characters\)$/);
  });
});

it("equal values have one canonical text, and lists keep their order in it", () => {
  expect(canonical({ b: [1, { d: 1, c: 2 }], a: undefined })).toBe('{"b":[1,{"c":2,"d":1}]}');
  expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
  expect(canonical(undefined)).not.toBe(canonical(null));
});

import { describe, expect, it } from "vitest";
import {
  type AccessRule,
  allows,
  defaultLevelOf,
  grantedBy,
  levelAt,
  type Subject,
  withThoseBelow,
} from "../../src/core/access.ts";

const rule = (parts: Partial<AccessRule>): AccessRule => ({
  everyone: false,
  guests: false,
  levels: [],
  groups: [],
  departments: [],
  users: [],
  ...parts,
});
const ann: Subject = {
  userId: "usr_ann",
  levelId: "lvl_pro",
  groupIds: ["grp_a"],
  departmentIds: ["dep_x"],
  guest: false,
};
const guest: Subject = { userId: "", levelId: null, groupIds: [], departmentIds: [], guest: true };

describe("access", () => {
  it("an empty rule lets nobody in", () => {
    expect(allows(rule({}), ann)).toBe(false);
    expect(allows(rule({}), guest)).toBe(false);
  });

  it("everyone means every signed-in user, not guests", () => {
    expect(grantedBy(rule({ everyone: true }), ann)).toBe("everyone");
    expect(allows(rule({ everyone: true }), guest)).toBe(false);
  });

  it("guests lets in guests and users alike", () => {
    expect(allows(rule({ guests: true }), guest)).toBe(true);
    expect(allows(rule({ guests: true }), ann)).toBe(true);
  });

  it.each([
    ["levels", { levels: ["lvl_pro"] }, "level"],
    ["groups", { groups: ["grp_a"] }, "group"],
    ["departments", { departments: ["dep_x"] }, "department"],
    ["users", { users: ["usr_ann"] }, "user"],
  ] as const)("%s let in whom they name and nobody else", (_name, parts, by) => {
    expect(grantedBy(rule(parts), ann)).toBe(by);
    expect(
      allows(rule(parts), { ...ann, userId: "x", levelId: null, groupIds: [], departmentIds: [] }),
    ).toBe(false);
    expect(allows(rule(parts), guest)).toBe(false);
  });
});

describe("the level at a time", () => {
  const pro = { levelId: "lvl_pro", levelExpiresAt: 1_000 };

  it("is one's own until its end, and the default one from its end on", () => {
    expect(levelAt(pro, "lvl_free", 999)).toBe("lvl_pro");
    expect(levelAt(pro, "lvl_free", 1_000)).toBe("lvl_free");
    expect(levelAt(pro, null, 1_000)).toBeNull();
  });

  it("is one's own for ever where no end is set", () => {
    expect(levelAt({ levelId: "lvl_pro", levelExpiresAt: null }, "lvl_free", 9e15)).toBe("lvl_pro");
    expect(levelAt({ levelId: "lvl_pro" }, "lvl_free", 9e15)).toBe("lvl_pro");
  });

  it("is none for who has none: an end gives nobody a level", () => {
    expect(levelAt({ levelId: null, levelExpiresAt: 1 }, "lvl_free", 2)).toBeNull();
  });

  it("the default level is the one that says so", () => {
    const levels = [
      { id: "a", isDefault: false },
      { id: "b", isDefault: true },
    ];
    expect(defaultLevelOf(levels)).toBe("b");
    expect(defaultLevelOf([])).toBeNull();
  });
});

describe("a rule that names a department", () => {
  const tree = [
    { id: "company", parentId: null },
    { id: "emea", parentId: "company" },
    { id: "berlin", parentId: "emea" },
    { id: "apac", parentId: "company" },
  ];

  it("lets in those below it, and nobody beside or above", () => {
    expect(withThoseBelow(["emea"], tree)).toEqual(["emea", "berlin"]);
    expect(withThoseBelow(["company"], tree).sort()).toEqual(["apac", "berlin", "company", "emea"]);
    expect(withThoseBelow([], tree)).toEqual([]);
  });

  it("ends where departments go round in a circle", () => {
    const circle = [
      { id: "a", parentId: "b" },
      { id: "b", parentId: "a" },
    ];
    expect(withThoseBelow(["a"], circle)).toEqual(["a", "b"]);
  });
});

import { describe, expect, it } from "vitest";
import { exportAddress, filterOf } from "../../admin-ui/src/features/users/user-filter.ts";
import { waysBack } from "../../admin-ui/src/features/users/ways-back.ts";
import { type User, userFilterSchema } from "../../src/contract/admin-people.ts";

const NOW = Date.UTC(2026, 10, 21, 12, 0, 30);
const level = (slug: string) => ({ slug, name: slug });
const user = (id: string, more: Partial<User> = {}): User => ({
  id,
  email: `${id}@x.example`,
  name: "",
  role: "member",
  level: level("free"),
  levelExpiresAt: null,
  endedLevel: null,
  groups: [],
  department: null,
  kind: "external",
  note: "",
  enabled: true,
  limits: {},
  createdAt: "2026-01-01T00:00:00.000Z",
  lastLoginAt: null,
  ...more,
});

describe("the filter in the address", () => {
  it("becomes a question that the API understands", () => {
    const search = {
      ...{ search: "ann", level: "pro", role: "member", kind: "internal", enabled: "false" },
      ...{ expiry: "week", seen: "not30d", joined: "7d", sort: "-seen" },
    };
    const filter = filterOf(search, NOW);
    expect(filter).toMatchObject({
      ...{ search: "ann", level: "pro", kind: "internal", enabled: "false", expiry: "week" },
      seenTo: "2026-10-22T12:00:00.000Z",
      createdFrom: "2026-11-14T12:00:00.000Z",
      sort: "-seen",
    });
    expect(userFilterSchema.safeParse(filter).success).toBe(true);
  });

  it("asks the same question for a minute, so that nothing is fetched twice", () => {
    const search = { seen: "7d", joined: "30d" };
    expect(filterOf(search, NOW)).toEqual(filterOf(search, NOW + 20_000));
  });

  it("leaves out what nobody could have chosen", () => {
    const filter = filterOf({ role: "king", seen: "always", sort: "password" }, NOW);
    expect(Object.values(filter).filter((value) => value !== undefined)).toEqual([]);
    expect(exportAddress(filter)).toBe("/api/admin/users/export.csv");
  });

  it("stands in the address of the file, too", () => {
    const address = exportAddress(filterOf({ search: "a b&c", seen: "never" }, NOW));
    expect(address).toBe("/api/admin/users/export.csv?search=a+b%26c&seen=never");
  });
});

describe("the way back from a change of many", () => {
  it("brings each to where he was, those alike together", () => {
    const ends = "2026-12-01T00:00:00.000Z";
    const users = [
      user("a"),
      user("b", { level: level("pro"), levelExpiresAt: ends }),
      user("c"),
      user("d", { endedLevel: level("pro"), levelExpiresAt: ends }),
      user("e", { level: null }),
    ];
    expect(waysBack(users, { level: "gold", levelExpiresAt: null })).toEqual([
      { ids: ["a", "c"], change: { level: "free", levelExpiresAt: null } },
      { ids: ["b", "d"], change: { level: "pro", levelExpiresAt: ends } },
      { ids: ["e"], change: { level: null, levelExpiresAt: null } },
    ]);
  });

  it("touches nothing but what was changed, and there is none from a deletion", () => {
    const users = [user("a"), user("b", { enabled: false })];
    expect(waysBack(users, { enabled: false })).toEqual([
      { ids: ["a"], change: { enabled: true } },
      { ids: ["b"], change: { enabled: false } },
    ]);
    expect(waysBack(users, "delete")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { NAVIGATION, navigationFor, pageAt } from "../../admin-ui/src/app/navigation.ts";
import { AREAS, actionName } from "../../admin-ui/src/features/audit/action-name.ts";
import { auditFile, auditFilter } from "../../admin-ui/src/features/audit/audit-filter.ts";

const NOW = Date.UTC(2040, 5, 15, 12, 0, 30);

describe("an action", () => {
  it("is named word by word, in both languages, and an unknown word is itself", () => {
    expect(actionName("users.grants", "en")).toBe("Users · credits granted");
    expect(actionName("users.grants", "zh-CN")).toBe("用户 · 发放积分");
    expect(actionName("users.teleport", "en")).toBe("Users · teleport");
  });

  it("of every area that the filter offers has a name of its own", () => {
    for (const locale of ["en", "zh-CN"] as const) {
      const names = AREAS.map((area) => actionName(area, locale));
      expect(new Set(names).size).toBe(AREAS.length);
      for (const [at, name] of names.entries()) expect(name).not.toBe(AREAS[at]);
    }
  });
});

describe("the filter in the address", () => {
  it("is the question to the server, without what makes no sense", () => {
    expect(auditFilter({ action: "users", actor: "ann", outcome: "refused" }, NOW)).toEqual({
      from: undefined,
      action: "users",
      actor: "ann",
      target: undefined,
      outcome: "refused",
    });
    expect(auditFilter({ outcome: "somehow", range: "ever" }, NOW)).toEqual(auditFilter({}, NOW));
  });

  it("counts a range from the minute, so that the same view is the same question", () => {
    const { from } = auditFilter({ range: "1h" }, NOW);
    expect(from).toBe("2040-06-15T11:00:00.000Z");
    expect(auditFilter({ range: "1h" }, NOW + 20_000).from).toBe(from);
  });

  it("leads to the file of the same entries, in the reader's language", () => {
    expect(auditFile(auditFilter({ actor: "a&b=c", range: "1h" }, NOW), "zh-CN")).toBe(
      "/api/admin/audit.csv?locale=zh-CN&from=2040-06-15T11%3A00%3A00.000Z&actor=a%26b%3Dc",
    );
  });
});

describe("the navigation", () => {
  it("has what the permissions open, and no empty group", () => {
    expect(navigationFor([])).toEqual([]);
    const few = navigationFor(["site.read", "publishing.read"]);
    const ids = few.flatMap(({ items }) => items.map(({ id }) => id));
    expect(ids).toContain("agents");
    expect(ids).not.toContain("users");
    expect(few.every(({ items }) => items.length > 0)).toBe(true);
  });

  it("knows every page by its address, with what is below it", () => {
    for (const item of NAVIGATION.flatMap(({ items }) => items)) {
      expect(pageAt(item.to)?.id).toBe(item.id);
      if (item.to !== "/") expect(pageAt(`${item.to}/new`)?.id).toBe(item.id);
    }
    expect(pageAt("/nowhere")).toBeUndefined();
  });
});

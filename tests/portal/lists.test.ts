import { groupByDate } from "@portal/features/conversations/group-by-date.ts";
import { groupAgents, searchAgents } from "@portal/features/gallery/agents.ts";
import { describe, expect, test } from "vitest";
import { agent, conversation } from "./support.ts";

describe("conversations by date", () => {
  const now = new Date(2026, 10, 20, 9, 0);
  const at = (day: number, hour = 12) => new Date(2026, 10, day, hour).toISOString();

  test("stand under local days, pinned ones first, newest first", () => {
    const groups = groupByDate(
      [
        conversation({ id: "old", updatedAt: new Date(2026, 5, 1).toISOString() }),
        conversation({ id: "today-early", updatedAt: at(20, 0) }),
        conversation({ id: "today-late", updatedAt: at(20, 8) }),
        conversation({ id: "yesterday", updatedAt: at(19, 23) }),
        conversation({ id: "week", updatedAt: at(13) }),
        conversation({ id: "month", updatedAt: at(12) }),
        conversation({ id: "pinned", pinned: true, updatedAt: at(1) }),
      ],
      now,
    );
    expect(groups.map((entry) => [entry.group, entry.conversations.map(({ id }) => id)])).toEqual([
      ["pinned", ["pinned"]],
      ["today", ["today-late", "today-early"]],
      ["yesterday", ["yesterday"]],
      ["last7Days", ["week"]],
      ["last30Days", ["month"]],
      ["older", ["old"]],
    ]);
  });

  test("a clock that is behind the server's shows today", () => {
    const [first] = groupByDate([conversation({ updatedAt: at(21) })], now);
    expect(first?.group).toBe("today");
  });
});

describe("the gallery", () => {
  const agents = [
    agent({ target: "m1", kind: "model", name: "openai/GPT-4o", group: "ignored" }),
    agent({ target: "a1", name: "向导" }),
    agent({ target: "a2", name: "客服", group: "服务", description: "Refunds and orders" }),
    agent({ target: "a3", name: "写作", group: "办公" }),
    agent({ target: "a4", name: "翻译", group: "服务" }),
  ];
  const targets = (found: { target: string }[]) => found.map(({ target }) => target);

  test("search finds every word, in name, description, group or target, any case or width", () => {
    expect(targets(searchAgents(agents, "服务"))).toEqual(["a2", "a4"]);
    expect(targets(searchAgents(agents, "ORDERS 客服"))).toEqual(["a2"]);
    expect(targets(searchAgents(agents, "ｇｐｔ"))).toEqual(["m1"]);
    expect(searchAgents(agents, "  ")).toHaveLength(5);
    expect(searchAgents(agents, "nothing")).toEqual([]);
  });

  test("groups keep the order of the site; ungrouped agents and models come last", () => {
    expect(
      groupAgents(agents).map((group) => [group.kind, group.name, targets(group.agents)]),
    ).toEqual([
      ["agent", "服务", ["a2", "a4"]],
      ["agent", "办公", ["a3"]],
      ["agent", "", ["a1"]],
      ["model", "", ["m1"]],
    ]);
  });
});

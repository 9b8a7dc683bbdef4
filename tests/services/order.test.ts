import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatInput } from "../../src/core/run.ts";
import type { Candidate } from "../../src/services/chat/health.ts";
import { type Chance, chanceOf, inOrder, stickyOf } from "../../src/services/chat/order.ts";
import type { Route } from "../../src/services/chat/target.ts";
import { connection, route, secret, seeded } from "./fixture.ts";

const DRAWS = 4000;
const names = (candidates: Candidate[]) =>
  candidates.map(({ route: one, secret: key }) => `${one.connection.slug}/${key?.id ?? "-"}`);

/** The share of the draws in which each comes first. */
function shares(routes: Route[], chanceIn: (draw: number) => Chance): Map<string, number> {
  const counts = new Map<string, number>();
  for (let draw = 0; draw < DRAWS; draw++) {
    const [first = ""] = names(inOrder(routes, chanceIn(draw)));
    counts.set(first, (counts.get(first) ?? 0) + 1 / DRAWS);
  }
  return counts;
}
function byChance(routes: Route[]) {
  const random = seeded(7);
  return shares(routes, () => random);
}

describe("the order of routes", () => {
  it("is by priority, whatever the weights and the dice say", () => {
    const routes = [
      route("late", { priority: 2, weight: 1000 }),
      route("first", { priority: 0, weight: 1 }),
      route("middle", { priority: 1, weight: 500 }),
    ];
    const random = seeded(1);
    for (let n = 0; n < 200; n++) {
      const order = names(inOrder(routes, random));
      expect(order).toEqual(["first/sec_first", "middle/sec_middle", "late/sec_late"]);
    }
  });

  it("within a priority is by chance in proportion to the weights", () => {
    const counts = byChance([route("heavy", { weight: 3 }), route("light", { weight: 1 })]);
    expect(counts.get("heavy/sec_heavy")).toBeCloseTo(0.75, 1);
    expect(counts.get("light/sec_light")).toBeCloseTo(0.25, 1);
  });

  it("shares a connection's load over its keys by their weights", () => {
    const keys = [secret("a", { weight: 1 }), secret("b", { weight: 4 })];
    const counts = byChance([route("up", { connection: connection("up", keys) })]);
    expect(counts.get("up/b")).toBeCloseTo(0.8, 1);
  });

  it("gives a connection no more load for having more keys", () => {
    const keys = ["a", "b", "c", "d"].map((id) => secret(id, { weight: 5 }));
    const counts = byChance([
      route("many", { connection: connection("many", keys) }),
      route("one"),
    ]);
    expect(counts.get("one/sec_one")).toBeCloseTo(0.5, 1);
    expect(counts.get("many/a")).toBeCloseTo(0.125, 1);
  });

  it("gives weight nought only what nobody else of its priority takes", () => {
    const counts = byChance([route("spare", { weight: 0 }), route("main", { weight: 1 })]);
    expect(counts.get("main/sec_main")).toBeCloseTo(1, 6);
    expect(names(inOrder([route("spare", { weight: 0 })], seeded(1)))).toEqual(["spare/sec_spare"]);
    const idle = ["a", "b"].map((id) => secret(id, { weight: 0 }));
    const only = route("up", { connection: connection("up", idle) });
    expect(byChance([only]).get("up/a")).toBeCloseTo(0.5, 1);
  });

  it("leaves out keys that are disabled, unless all are", () => {
    const refused = secret("old", { disabledReason: "unauthorized" });
    const half = route("half", { connection: connection("half", [refused, secret("new")]) });
    const none = route("none", { connection: connection("none", [refused]), priority: 1 });
    expect(names(inOrder([none, half], seeded(1)))).toEqual(["half/new"]);
    const all = route("all", { connection: connection("all", [refused]) });
    expect(names(inOrder([none, all], seeded(1)))).toEqual(["all/old", "none/old"]);
  });

  it("gives the load of a disabled key to its connection's others", () => {
    const keys = [secret("old", { weight: 9, disabledReason: "401" }), secret("new")];
    const counts = byChance([
      route("half", { connection: connection("half", keys) }),
      route("one"),
    ]);
    expect(counts.get("half/new")).toBeCloseTo(0.5, 1);
  });

  it("serves connections that need no key", () => {
    const bare = route("loopback", { connection: connection("loopback", []) });
    expect(names(inOrder([bare], seeded(1)))).toEqual(["loopback/-"]);
  });
});

describe("a sticky choice", () => {
  const chosen = (routes: Route[], sticky: string) => names(inOrder(routes, chanceOf(sticky)));
  const anyRoutes = fc
    .array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), priority: fc.nat(2) }), {
      minLength: 1,
      maxLength: 6,
    })
    .map((all) => all.map((more, at) => route(`r${at}`, more)));

  it("is the same each time, by priority first, and loses and repeats nothing", () => {
    fc.assert(
      fc.property(anyRoutes, fc.string(), (routes, sticky) => {
        const order = inOrder(routes, chanceOf(sticky));
        expect(names(inOrder(routes.toReversed(), chanceOf(sticky)))).toEqual(names(order));
        const priorities = order.map((one) => one.route.priority);
        expect(priorities).toEqual(priorities.toSorted());
        expect(new Set(names(order)).size).toBe(routes.length);
      }),
    );
  });

  it("stays when another route comes or goes, unless that is its own", () => {
    fc.assert(
      fc.property(anyRoutes, fc.string(), fc.nat(5), (routes, sticky, at) => {
        const gone = routes[at % routes.length];
        const slug = gone?.connection.slug ?? "";
        const rest = chosen(routes, sticky).filter((name) => !name.startsWith(`${slug}/`));
        expect(
          chosen(
            routes.filter((one) => one !== gone),
            sticky,
          ),
        ).toEqual(rest);
      }),
    );
  });

  it("spreads conversations by the weights, though their names are alike", () => {
    const keys = [secret("a", { weight: 2 }), secret("b", { weight: 1 })];
    const routes = [route("up", { weight: 3, connection: connection("up", keys) }), route("two")];
    const counts = shares(routes, (draw) => chanceOf(`usr_a:${draw}`));
    expect(counts.get("up/a")).toBeCloseTo(0.5, 1);
    expect(counts.get("up/b")).toBeCloseTo(0.25, 1);
    expect(counts.get("two/sec_two")).toBeCloseTo(0.25, 1);
  });

  it("is a new draw each time where nothing names what to stick to", () => {
    const counts = shares([route("one"), route("two")], () => chanceOf(null));
    expect(counts.get("one/sec_one")).toBeCloseTo(0.5, 1);
  });
});

describe("what a chat sticks to", () => {
  const said = (role: "system" | "user" | "assistant", text: string) => ({
    role,
    content: [{ type: "text" as const, text }],
  });
  const input = (more: Partial<ChatInput>): ChatInput => ({
    messages: [said("system", "You help."), said("user", "Hello")],
    stream: false,
    endUser: "usr_a",
    ...more,
  });
  const of = (more: Partial<ChatInput>) => stickyOf(input(more), "usr_a", "gateway");
  const withKey = (prompt_cache_key: unknown) =>
    of({ raw: { protocol: "openai-chat", body: { prompt_cache_key } } });

  it("is the end user that the client names", () => {
    expect(of({ endUser: "usr_a:42" })).toBe("usr_a:42");
  });

  it("is the cache key that the client names, before all else, and only among its own", () => {
    expect(withKey("k")).toBe(withKey("k"));
    expect(withKey("k")).not.toBe(withKey("l"));
    const raw = { protocol: "openai-chat" as const, body: { prompt_cache_key: "k" } };
    expect(stickyOf(input({ raw, endUser: "usr_b" }), "usr_b", "gateway")).not.toBe(withKey("k"));
    for (const odd of ["", null, 7]) expect(withKey(odd)).toBeNull();
  });

  it("is the conversation from its first answer on, however long it grows", () => {
    expect(of({})).toBeNull();
    const messages = [said("user", "Hello"), said("assistant", "Hi"), said("user", "More")];
    const second = of({ messages });
    expect(second).not.toBeNull();
    const grown = [...messages, said("assistant", "Yes"), said("user", "And more")];
    expect(of({ messages: grown })).toBe(second);
    expect(of({ messages: [said("user", "Bye"), ...messages.slice(1)] })).not.toBe(second);
  });

  it("is the user in the portal, whatever is said", () => {
    expect(stickyOf(input({}), "usr_a", "portal")).toBe("usr_a");
  });
});

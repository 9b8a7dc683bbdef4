import { describe, expect, it } from "vitest";
import { type Candidate, RouteHealth } from "../../src/services/chat/health.ts";
import type { Route } from "../../src/services/chat/target.ts";
import { connection, route, secret, seeded } from "./fixture.ts";

const NOW = 1_760_000_000_000;
const names = (candidates: Candidate[]) =>
  candidates.map(({ route: one, secret: key }) => `${one.connection.slug}/${key?.id ?? "-"}`);

/** How often each comes first in many draws. */
function firsts(health: RouteHealth, routes: Route[], draws = 4000): Map<string, number> {
  const random = seeded(7);
  const counts = new Map<string, number>();
  for (let n = 0; n < draws; n++) {
    const [first = ""] = names(health.order(routes, NOW, random));
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return counts;
}

const candidateOf = (one: Route): Candidate => ({
  route: one,
  secret: one.connection.secrets[0] ?? null,
});

describe("the order of routes", () => {
  it("is by priority, whatever the weights and the dice say", () => {
    const routes = [
      route("late", { priority: 2, weight: 1000 }),
      route("first", { priority: 0, weight: 1 }),
      route("middle", { priority: 1, weight: 500 }),
    ];
    const random = seeded(1);
    for (let n = 0; n < 200; n++) {
      const order = names(new RouteHealth().order(routes, NOW, random));
      expect(order).toEqual(["first/sec_first", "middle/sec_middle", "late/sec_late"]);
    }
  });

  it("within a priority is by chance in proportion to the weights", () => {
    const routes = [route("heavy", { weight: 3 }), route("light", { weight: 1 })];
    const counts = firsts(new RouteHealth(), routes);
    expect((counts.get("heavy/sec_heavy") ?? 0) / 4000).toBeCloseTo(0.75, 1);
    expect((counts.get("light/sec_light") ?? 0) / 4000).toBeCloseTo(0.25, 1);
  });

  it("shares a connection's load over its keys by their weights", () => {
    const keys = [secret("a", { weight: 1 }), secret("b", { weight: 4 })];
    const counts = firsts(new RouteHealth(), [route("up", { connection: connection("up", keys) })]);
    expect((counts.get("up/b") ?? 0) / 4000).toBeCloseTo(0.8, 1);
  });

  it("gives weight nought only what nobody else of its priority takes", () => {
    const routes = [route("spare", { weight: 0 }), route("main", { weight: 1 })];
    const counts = firsts(new RouteHealth(), routes);
    expect(counts.get("main/sec_main")).toBe(4000);
    expect(names(new RouteHealth().order([route("spare", { weight: 0 })], NOW, seeded(1)))).toEqual(
      ["spare/sec_spare"],
    );
  });

  it("is the same for the same dice", () => {
    const routes = ["a", "b", "c", "d"].map((name) => route(name));
    const draw = () => names(new RouteHealth().order(routes, NOW, seeded(42)));
    expect(draw()).toEqual(draw());
  });

  it("leaves out keys that were refused for good, and a connection that has no other", () => {
    const refused = secret("old", { disabledReason: "unauthorized" });
    const half = route("half", { connection: connection("half", [refused, secret("new")]) });
    const none = route("none", { connection: connection("none", [refused]) });
    expect(names(new RouteHealth().order([half, none], NOW, seeded(1)))).toEqual(["half/new"]);
  });

  it("serves connections that need no key", () => {
    const bare = route("loopback", { connection: connection("loopback", []) });
    expect(names(new RouteHealth().order([bare], NOW, seeded(1)))).toEqual(["loopback/-"]);
  });
});

describe("a route that failed", () => {
  const main = route("main");
  const spare = route("spare", { priority: 1 });
  const first = (health: RouteHealth, now: number) =>
    names(health.order([main, spare], now, seeded(1)))[0];

  it("comes after all that are well until it has cooled down, and is never lost", () => {
    const health = new RouteHealth();
    health.failed(candidateOf(main), "cool-down", null, NOW);
    expect(names(health.order([main, spare], NOW + 4_999, seeded(1)))).toEqual([
      "spare/sec_spare",
      "main/sec_main",
    ]);
    expect(first(health, NOW + 5_000)).toBe("main/sec_main");
  });

  it("waits twice as long each time it fails again, five minutes at most", () => {
    const health = new RouteHealth();
    let now = NOW;
    const waits: number[] = [];
    for (let failure = 0; failure < 9; failure++) {
      health.failed(candidateOf(main), "cool-down", null, now);
      let waited = 0;
      while (first(health, now + waited) !== "main/sec_main") waited += 1_000;
      waits.push(waited / 1_000);
      now += waited;
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it("waits as long as the upstream has asked for", () => {
    const health = new RouteHealth();
    health.failed(candidateOf(main), "cool-down", 62_000, NOW);
    expect(first(health, NOW + 61_999)).toBe("spare/sec_spare");
    expect(first(health, NOW + 62_000)).toBe("main/sec_main");
  });

  it("is well again as soon as it has worked, and its next failure counts as the first", () => {
    const health = new RouteHealth();
    for (let n = 0; n < 5; n++) health.failed(candidateOf(main), "cool-down", null, NOW);
    health.worked(candidateOf(main));
    expect(first(health, NOW)).toBe("main/sec_main");
    health.failed(candidateOf(main), "cool-down", null, NOW);
    expect(first(health, NOW + 5_000)).toBe("main/sec_main");
  });

  it("whose key was refused is left alone for five minutes", () => {
    const health = new RouteHealth();
    health.failed(candidateOf(main), "disable-key", 1_000, NOW);
    expect(first(health, NOW + 299_999)).toBe("spare/sec_spare");
    expect(first(health, NOW + 300_000)).toBe("main/sec_main");
  });

  it("says nothing of the connection's other keys, nor of its other models", () => {
    const keys = connection("up", [secret("a"), secret("b")]);
    const gpt = route("up", { connection: keys });
    const other = route("up", { connection: keys, upstreamId: "other", priority: 1 });
    const health = new RouteHealth();
    health.failed({ route: gpt, secret: secret("a") }, "cool-down", null, NOW);
    const order = health.order([gpt, other], NOW, seeded(3));
    expect(order.slice(0, 3).map(({ route: one }) => one.upstreamId)).toEqual([
      "gpt",
      "other",
      "other",
    ]);
    expect(names(order).at(0)).toBe("up/b");
    expect(names(order).at(-1)).toBe("up/a");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UpstreamReason } from "../../src/core/run.ts";
import { type Candidate, RouteHealth } from "../../src/services/chat/health.ts";
import type { Route } from "../../src/services/chat/target.ts";
import { connection, route, secret } from "./fixture.ts";
import { failure } from "./run-fixture.ts";

const NOW = 1_760_000_000_000;

const candidateOf = (one: Route, at = 0): Candidate => ({
  route: one,
  secret: one.connection.secrets[at] ?? null,
});
const main = candidateOf(route("main"));
const spare = candidateOf(route("spare", { priority: 1 }));
const nameOf = (candidate?: Candidate) =>
  candidate && `${candidate.route.connection.slug}/${candidate.route.upstreamId}`;

/** What a call would try first. */
const first = (health: RouteHealth, now: number, waiting = [main, spare]) =>
  nameOf(health.take([...waiting], now));
/** What a call would try, one after another, were all to fail. */
function all(health: RouteHealth, now: number, waiting: Candidate[]): (string | undefined)[] {
  const left = [...waiting];
  return waiting.map(() => nameOf(health.take(left, now)));
}
/** A call that began and failed at `at`. */
const fails = (
  health: RouteHealth,
  at: number,
  reason: UpstreamReason = "overloaded",
  retryAfterMs: number | null = null,
  candidate = main,
) => health.failed(candidate, failure(reason, { retryAfterMs }), at, at);

describe("a route that failed", () => {
  it("comes after all that are well until it has cooled down, and is never lost", () => {
    const health = new RouteHealth();
    fails(health, NOW);
    expect(all(health, NOW + 4_999, [main, spare])).toEqual(["spare/gpt", "main/gpt"]);
    expect(first(health, NOW + 5_000)).toBe("main/gpt");
  });

  it("waits twice as long each time its probe fails, five minutes at most", () => {
    const health = new RouteHealth();
    let now = NOW;
    const waits: number[] = [];
    for (let failed = 0; failed < 9; failed++) {
      fails(health, now);
      let waited = 0;
      while (first(health, now + waited) !== "main/gpt") waited += 1_000;
      waits.push(waited / 1_000);
      now += waited;
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it("waits as long as the upstream has asked for, and longer when it asks again meanwhile", () => {
    const health = new RouteHealth();
    fails(health, NOW, "rate_limited", 62_000);
    expect(first(health, NOW + 61_999)).toBe("spare/gpt");
    fails(health, NOW + 60_000, "rate_limited", 30_000);
    expect(first(health, NOW + 89_999)).toBe("spare/gpt");
    expect(first(health, NOW + 90_000)).toBe("main/gpt");
  });

  it("waits a second at least and an hour at most, whatever the upstream asks for", () => {
    for (const [asked, waited] of [
      [0, 1_000],
      [9e9, 3_600_000],
    ] as const) {
      const health = new RouteHealth();
      fails(health, NOW, "rate_limited", asked);
      expect(first(health, NOW + waited - 1)).toBe("spare/gpt");
      expect(first(health, NOW + waited)).toBe("main/gpt");
    }
  });

  it("waits no longer for the many calls that were under way when it broke", () => {
    const health = new RouteHealth();
    for (let n = 0; n < 50; n++) fails(health, NOW);
    expect(health.failed(main, failure("unavailable"), NOW - 9_000, NOW + 100)).toBe(false);
    expect(first(health, NOW + 5_000)).toBe("main/gpt");
  });

  it("is well again as soon as a call has worked that began since, and no other", () => {
    const health = new RouteHealth();
    fails(health, NOW);
    health.worked(main, NOW - 1, NOW - 1);
    expect(first(health, NOW + 100)).toBe("spare/gpt");
    health.worked(main, NOW + 50, NOW + 50);
    expect(first(health, NOW + 100)).toBe("main/gpt");
    fails(health, NOW + 200);
    expect(first(health, NOW + 5_200)).toBe("main/gpt");
  });

  it("where nothing is well gives way to what is due sooner", () => {
    const health = new RouteHealth();
    fails(health, NOW, "rate_limited", 60_000);
    fails(health, NOW, "overloaded", null, spare);
    expect(first(health, NOW + 1)).toBe("spare/gpt");
  });

  it("whose fault it was not stays well", () => {
    const health = new RouteHealth();
    for (const reason of ["rejected", "content_blocked", "target_not_found"] as const) {
      expect(fails(health, NOW, reason)).toBe(false);
    }
    expect(first(health, NOW)).toBe("main/gpt");
  });
});

describe("after a cool-down", () => {
  const cooled = () => {
    const health = new RouteHealth();
    fails(health, NOW);
    return health;
  };
  const LATER = NOW + 5_000;

  it("exactly one of many calls tries it; the others go elsewhere until it has told", () => {
    const health = cooled();
    const firsts = Array.from({ length: 100 }, () => first(health, LATER));
    expect(firsts.filter((name) => name === "main/gpt")).toHaveLength(1);
    expect(firsts[0]).toBe("main/gpt");
    health.worked(main, LATER, LATER);
    expect(first(health, LATER + 1)).toBe("main/gpt");
    expect(first(health, LATER + 1)).toBe("main/gpt");
  });

  it("the next call tries it when the one that did ended without a word on it", () => {
    const health = cooled();
    expect([first(health, LATER), first(health, LATER)]).toEqual(["main/gpt", "spare/gpt"]);
    health.left(main);
    expect([first(health, LATER), first(health, LATER)]).toEqual(["main/gpt", "spare/gpt"]);
    health.failed(main, failure("rejected"), LATER, LATER);
    expect(first(health, LATER)).toBe("main/gpt");
  });

  it("the end of another call, which was under way before, does not let a second one try", () => {
    const health = cooled();
    expect(first(health, LATER)).toBe("main/gpt");
    const other = { ...main };
    health.left(other);
    health.failed(other, failure("rejected"), NOW - 1, LATER);
    expect(first(health, LATER)).toBe("spare/gpt");
  });

  it("a key that is refused does not keep its connection from being tried with another", () => {
    const health = new RouteHealth();
    const keys = connection("up", [secret("a"), secret("b")]);
    const [one, two] = [0, 1].map((at) => candidateOf(route("up", { connection: keys }), at));
    if (!one || !two) throw new Error("two keys");
    fails(health, NOW, "unreachable", null, one);
    expect(health.take([one, spare], LATER)).toBe(one);
    health.failed(one, failure("unauthorized"), LATER, LATER);
    expect(health.take([two, spare], LATER)).toBe(two);
  });

  it("a call of which nothing is heard does not keep others from trying for ever", () => {
    const health = cooled();
    first(health, LATER);
    expect(first(health, LATER + 59_999)).toBe("spare/gpt");
    expect(first(health, LATER + 60_000)).toBe("main/gpt");
  });

  it("one that never was its turn does not use up the trial", () => {
    const health = new RouteHealth();
    fails(health, NOW, "overloaded", null, spare);
    expect(first(health, LATER)).toBe("main/gpt");
    expect(all(health, LATER, [main, spare])).toEqual(["main/gpt", "spare/gpt"]);
  });

  it("whatever has happened, each call gets every candidate once, and what is well first", () => {
    const routes = ["a", "b", "c"].map((slug) => candidateOf(route(slug)));
    const anyStep = fc.record({
      at: fc.nat(2),
      wait: fc.nat(20_000),
      reason: fc.constantFrom<UpstreamReason | "worked" | "left">(
        "overloaded",
        "unreachable",
        "unauthorized",
        "rejected",
        "worked",
        "left",
      ),
    });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const health = new RouteHealth();
        let now = NOW;
        for (const { at, wait, reason } of steps) {
          now += wait;
          const one = routes[at] ?? main;
          if (reason === "worked") health.worked(one, now, now);
          else if (reason === "left") health.left(one);
          else health.failed(one, failure(reason), now, now);
        }
        now += 1;
        const well = routes.filter((one) => health.take([one, main], now) === one).map(nameOf);
        for (const one of routes) health.left(one);
        const order = all(health, now, routes);
        expect(order.toSorted()).toEqual(["a/gpt", "b/gpt", "c/gpt"]);
        expect(order.slice(0, well.length)).toEqual(well);
      }),
    );
  });
});

describe("what a failure says", () => {
  const keys = connection("up", [secret("a"), secret("b")]);
  const gpt = route("up", { connection: keys });
  const other = route("up", { connection: keys, upstreamId: "other" });
  const elsewhere = candidateOf(route("elsewhere", { priority: 1 }));
  /** Which of these are well after the first has failed. */
  const wellAfter = (reason: UpstreamReason) => {
    const health = new RouteHealth();
    fails(health, NOW, reason, null, candidateOf(gpt));
    const asked = {
      "same model, same key": candidateOf(gpt),
      "same model, other key": candidateOf(gpt, 1),
      "other model, same key": candidateOf(other),
    };
    return Object.entries(asked)
      .filter(([, one]) => first(health, NOW + 1, [one, elsewhere]) === nameOf(one))
      .map(([name]) => name);
  };

  it("of a model says nothing of other keys, nor of other models", () => {
    expect(wellAfter("rate_limited")).toEqual(["same model, other key", "other model, same key"]);
    expect(wellAfter("timeout")).toEqual(["same model, other key", "other model, same key"]);
  });

  it("of a refused key holds for every model, and says nothing of the other key", () => {
    for (const reason of ["unauthorized", "forbidden", "quota_exhausted"] as const) {
      expect(wellAfter(reason)).toEqual(["same model, other key"]);
    }
  });

  it("of a connection that nobody answers at holds for all of it", () => {
    expect(wellAfter("unreachable")).toEqual([]);
  });

  it("of a refused key is news once, and again when a later trial is refused", () => {
    const health = new RouteHealth();
    expect(fails(health, NOW, "unauthorized")).toBe(true);
    expect(fails(health, NOW + 10, "unauthorized")).toBe(false);
    expect(fails(health, NOW + 29_999, "forbidden", 1_000)).toBe(false);
    expect(fails(health, NOW + 60_000, "unauthorized")).toBe(true);
  });

  it("of a key that has just worked for another model is that model's, and of its own is the key's", () => {
    const health = new RouteHealth();
    const [one, two] = [candidateOf(gpt), candidateOf(other)];
    health.worked(two, NOW, NOW);
    expect(fails(health, NOW + 1, "forbidden", null, one)).toBe(false);
    expect(health.take([two, elsewhere], NOW + 2)).toBe(two);
    expect(health.take([one, elsewhere], NOW + 2)).toBe(elsewhere);
    expect(fails(health, NOW + 3, "unauthorized", null, two)).toBe(true);
    // Ten minutes later nobody remembers.
    const later = new RouteHealth();
    later.worked(two, NOW, NOW);
    expect(fails(later, NOW + 600_000, "forbidden", null, one)).toBe(true);
  });

  it("is outdone by a disabled key that works, which is news once", () => {
    const health = new RouteHealth();
    const disabled = connection("up", [secret("a", { disabledReason: "401" })]);
    const one = candidateOf(route("up", { connection: disabled }));
    expect(health.worked(one, NOW, NOW)).toBe(true);
    expect(health.worked(one, NOW + 1, NOW + 9_999)).toBe(false);
    expect(health.worked(one, NOW + 20_000, NOW + 20_000)).toBe(true);
    expect(health.worked(candidateOf(gpt), NOW, NOW)).toBe(false);
  });

  it("is forgotten of the key that an admin has seen work, and of its connection, alone", () => {
    const health = new RouteHealth();
    const [one, two] = [candidateOf(gpt), candidateOf(gpt, 1)];
    for (const candidate of [one, two]) fails(health, NOW, "unauthorized", null, candidate);
    fails(health, NOW, "overloaded", null, one);
    fails(health, NOW, "unreachable", null, two);
    health.mended("con_up", "a");
    expect(health.take([one, elsewhere], NOW + 1)).toBe(one);
    expect(health.take([two, elsewhere], NOW + 1)).toBe(elsewhere);
  });
});

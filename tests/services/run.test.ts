import { describe, expect, it } from "vitest";
import { FAILURE_POLICY } from "../../src/core/policy.ts";
import { UPSTREAM_REASONS } from "../../src/core/run.ts";
import { connection, PRICE, route, secret } from "./fixture.ts";
import {
  answer,
  END,
  failure,
  outcomes,
  type Piece,
  refused,
  reported,
  type Staged,
  stage,
  text,
  types,
  whole,
} from "./run-fixture.ts";

const endings = ({ calls }: Staged) => calls.filter(({ what }) => what !== "progress");

/** 1 token in = 1000 µ, 1 token out = 2000 µ. */
const cost = (input: number, output: number) =>
  input * PRICE.inputPerMillion + output * PRICE.outputPerMillion;

describe("a run that ends well", () => {
  it("gives its events, one terminal, then null, and is settled once by what was reported", async () => {
    const staged = stage({ scripts: [whole] });
    expect(types(await staged.play())).toEqual(["text-delta", "usage", "run-end"]);
    expect(await staged.run.next()).toBeNull();
    expect(endings(staged)).toMatchObject([
      {
        what: "settle",
        request: {
          requestId: "req_a",
          costMicro: cost(7, 3),
          usageSource: "reported",
          priceVersion: 3,
          record: {
            status: "ok",
            finish: "stop",
            connection: "first",
            upstream_model: "gpt",
            surface: "gateway",
            key_id: "key_a",
            tokens: { input: 7, output: 3 },
          },
        },
      },
    ]);
    expect(staged.run.settlement).toMatchObject({ costMicro: cost(7, 3), usageSource: "reported" });
    expect(staged.released).toEqual(["first"]);
    expect(staged.cancelled).toEqual([]);
  });

  it("notes what it costs the site: by the cost of the model, or null where there is none", async () => {
    const cost = { inputPerMillion: 300, outputPerMillion: 0.5 };
    const costOf = async (set: Parameters<typeof stage>[0]) => {
      const staged = stage(set);
      await staged.play();
      const [end] = endings(staged);
      if (end?.what === "release") return end.record.cost_micro;
      return end?.what === "settle" ? end.request.record.cost_micro : undefined;
    };
    expect(await costOf({ scripts: [whole], target: { cost } })).toBe(7 * 300 + 2);
    expect(await costOf({ scripts: [whole] })).toBeNull();
    expect(await costOf({ scripts: [whole], target: { cost, tariff: { kind: "free" } } })).toBe(
      7 * 300 + 2,
    );
    const failed = [refused("unavailable"), refused("unavailable")];
    expect(await costOf({ scripts: failed, target: { cost } })).toBe(0);
  });

  it("without a report is charged by estimate, and says so", async () => {
    const staged = stage({ scripts: [answer([text("a".repeat(40))], [END])] });
    await staged.play();
    expect(endings(staged)).toMatchObject([
      { request: { costMicro: cost(10, 10), usageSource: "estimated" } },
    ]);
  });

  it("holds back what is no content until there is some, and then gives all of it in order", async () => {
    const staged = stage({
      scripts: [answer([{ type: "run-start" }], [reported(1, 0)], [text("a")], [END])],
    });
    const first = await staged.run.next();
    expect(types(first?.events ?? [])).toEqual(["run-start", "usage", "text-delta"]);
    expect(first?.frames).toHaveLength(3);
  });

  it("knows how much of the time was ours and how much the upstream's", async () => {
    const staged = stage({ scripts: [whole] });
    await staged.play();
    // 5 ms before the run, 20 until the upstream answered, 10 until its first piece.
    expect(staged.run.timings).toEqual({ first: 35, upstream: 30, admit: 3, gateway: 5 });
  });
});

describe("another route", () => {
  it("is tried after a failure that the policy lets pass, and every attempt is written down", async () => {
    const staged = stage({ scripts: [refused("unreachable"), whole] });
    expect(types(await staged.play())).toEqual(["text-delta", "usage", "run-end"]);
    expect(outcomes(staged)).toEqual([
      ["first", "unreachable"],
      ["second", "ok"],
    ]);
    expect(endings(staged)).toMatchObject([
      { what: "settle", request: { record: { connection: "second" } } },
    ]);
  });

  it("is tried for exactly the reasons of the policy's table", async () => {
    for (const reason of UPSTREAM_REASONS) {
      const staged = stage({ scripts: [refused(reason), whole] });
      const events = await staged.play();
      const passes = FAILURE_POLICY[reason].retry === "next-target";
      expect(staged.opened, reason).toEqual(passes ? ["first", "second"] : ["first"]);
      expect(events.at(-1)?.type, reason).toBe(passes ? "run-end" : "run-error");
      expect(
        endings(staged).map(({ what }) => what),
        reason,
      ).toEqual([passes ? "settle" : "release"]);
    }
  });

  it("takes over from a stream that broke before anything was shown, without a trace of it", async () => {
    const staged = stage({
      scripts: [answer([reported(99, 99)], { broken: failure("truncated") }), whole],
    });
    expect(types(await staged.play())).toEqual(["text-delta", "usage", "run-end"]);
    expect(outcomes(staged)).toEqual([
      ["first", "truncated"],
      ["second", "ok"],
    ]);
    expect(staged.cancelled).toEqual(["first"]);
    expect(endings(staged)).toMatchObject([{ request: { costMicro: cost(7, 3) } }]);
  });

  it("is never tried once content has gone out, and what was delivered is charged", async () => {
    const staged = stage({
      scripts: [answer([text("a".repeat(40))], { broken: failure("truncated") })],
    });
    expect(types(await staged.play())).toEqual(["text-delta", "run-error"]);
    expect(staged.opened).toEqual(["first"]);
    expect(outcomes(staged)).toEqual([["first", "truncated"]]);
    expect(endings(staged)).toMatchObject([
      {
        what: "settle",
        request: { costMicro: cost(10, 10), usageSource: "estimated", record: { status: "error" } },
      },
    ]);
  });

  it("is not there: the last failure is told, nothing is charged, each attempt stands once", async () => {
    const staged = stage({
      scripts: [refused("overloaded"), answer([], { broken: failure("timeout") })],
    });
    const events = await staged.play();
    expect(events).toMatchObject([{ type: "run-error", error: { reason: "timeout" } }]);
    expect(outcomes(staged)).toEqual([
      ["first", "overloaded"],
      ["second", "timeout"],
    ]);
    expect(endings(staged)).toMatchObject([
      {
        what: "release",
        record: { status: "error", error: "upstream_timeout", usage_source: "none" },
      },
    ]);
    expect(staged.run.settlement?.costMicro).toBe(0);
  });

  it("and another are at most six", async () => {
    const routes = Array.from({ length: 9 }, (_, n) => route(`r${n}`));
    const staged = stage({ target: { routes }, scripts: routes.map(() => refused("unavailable")) });
    await staged.play();
    expect(staged.opened).toHaveLength(6);
  });

  it("is not tried once the deadline has passed", async () => {
    const scripts = [refused("unavailable"), refused("unavailable")];
    const staged = stage({ scripts, deadlineMs: 20 });
    await staged.play();
    expect(outcomes(staged)).toEqual([["first", "unavailable"]]);
  });

  it("cannot be when no connection is usable: that is an error and no charge", async () => {
    const staged = stage({ scripts: [], candidates: [] });
    expect(await staged.play()).toMatchObject([
      { type: "run-error", error: { reason: "unavailable" } },
    ]);
    expect(endings(staged).map(({ what }) => what)).toEqual(["release"]);
  });
});

describe("health", () => {
  const preferred = ({ health, clock }: Staged) => {
    const candidates = [route("first"), route("spare")].map((one) => ({
      route: one,
      secret: one.connection.secrets[0] ?? null,
    }));
    return health.take(candidates, clock.now)?.route.connection.slug;
  };

  it("learns of a key that was refused, and somebody is told", async () => {
    const staged = stage({ scripts: [refused("unauthorized"), whole] });
    await staged.play();
    expect(staged.told).toEqual(["first: unauthorized"]);
    expect(preferred(staged)).toBe("spare");
  });

  it("learns of a disabled key that works, and somebody is told", async () => {
    const disabled = route("first", {
      connection: connection("first", [secret("a", { disabledReason: "401" })]),
    });
    const staged = stage({ target: { routes: [disabled] }, scripts: [whole] });
    await staged.play();
    expect(staged.told).toEqual(["first: works"]);
  });

  it("is not harmed by a request that was the caller's fault", async () => {
    const staged = stage({ scripts: [refused("context_too_long")] });
    await staged.play();
    expect(staged.told).toEqual([]);
    expect(preferred(staged)).toBe("first");
  });

  it("learns of a stream that broke in its middle", async () => {
    const staged = stage({ scripts: [answer([text("a")], { broken: failure("truncated") })] });
    await staged.play();
    expect(preferred(staged)).toBe("spare");
  });
});

describe("a reader who leaves", () => {
  it("stops the upstream at once; input and what was delivered are charged, once", async () => {
    const staged = stage({ scripts: [answer([text("a".repeat(40))], "silence")] });
    await staged.run.next();
    const waiting = staged.run.next();
    staged.run.cancel("left");
    staged.run.cancel("left");
    expect(await waiting).toBeNull();
    expect(await staged.run.next()).toBeNull();
    expect(staged.cancelled).toEqual(["first"]);
    expect(endings(staged)).toMatchObject([
      { what: "settle", request: { costMicro: cost(10, 10), record: { status: "cancelled" } } },
    ]);
    expect(outcomes(staged)).toEqual([["first", "cancelled"]]);
  });

  it("before the first token pays for the input that the upstream took", async () => {
    const staged = stage({ scripts: [answer([{ type: "run-start" }], "silence")] });
    const waiting = staged.run.next();
    await new Promise((resolve) => setTimeout(resolve));
    staged.run.cancel("left");
    expect(await waiting).toBeNull();
    expect(endings(staged)).toMatchObject([
      { what: "settle", request: { costMicro: cost(10, 0), usageSource: "estimated" } },
    ]);
  });

  it("while a call is being opened pays nothing, and what is opened later is let go", async () => {
    const staged = stage({ scripts: [whole] });
    const waiting = staged.run.next();
    staged.run.cancel("left");
    expect(await waiting).toBeNull();
    expect(staged.cancelled).toEqual(["first"]);
    expect(endings(staged)).toMatchObject([
      {
        record: { status: "cancelled", attempts: [{ connection: "first", outcome: "cancelled" }] },
      },
    ]);
    expect(endings(staged).map(({ what }) => what)).toEqual(["release"]);
  });

  it("of a platform that bills the whole answer anyway is charged exactly, after draining it", async () => {
    const staged = stage({
      disconnect: "drain",
      scripts: [answer([text("a")], [text("b".repeat(400))], [reported(7, 200), END])],
    });
    await staged.run.next();
    staged.run.cancel("left");
    await Promise.all(staged.deferred);
    expect(staged.cancelled).toEqual([]);
    expect(endings(staged)).toMatchObject([
      {
        what: "settle",
        request: { costMicro: cost(7, 200), usageSource: "reported", record: { status: "ok" } },
      },
    ]);
  });

  it("after the end changes nothing any more", async () => {
    const staged = stage({ scripts: [whole] });
    await staged.play();
    staged.run.cancel("left");
    staged.run.cancel("stop");
    expect(endings(staged)).toHaveLength(1);
    expect(staged.cancelled).toEqual([]);
  });
});

it("a stop stops even a platform that is drained when its reader leaves", async () => {
  const staged = stage({
    disconnect: "drain",
    scripts: [answer([text("a".repeat(40))], "silence")],
  });
  await staged.run.next();
  staged.run.cancel("stop");
  expect(staged.cancelled).toEqual(["first"]);
  expect(endings(staged)).toMatchObject([
    { what: "settle", request: { record: { status: "cancelled" } } },
  ]);
});

describe("what is charged", () => {
  it("per message is its price once something was delivered, and nothing for a failure before", async () => {
    const tariff = { kind: "perMessage", micro: 2_000_000 } as const;
    const good = stage({ target: { tariff }, scripts: [whole] });
    await good.play();
    expect(good.run.settlement?.costMicro).toBe(2_000_000);
    const bad = stage({ target: { tariff }, scripts: [refused("rejected")] });
    await bad.play();
    expect(bad.run.settlement?.costMicro).toBe(0);
    const half = stage({
      target: { tariff },
      scripts: [answer([text("a")], { broken: failure("truncated") })],
    });
    await half.play();
    expect(half.run.settlement?.costMicro).toBe(2_000_000);
  });

  it("of a broken stream that had reported is partial, and no less than what was delivered", async () => {
    const staged = stage({
      scripts: [answer([reported(7, 1), text("a".repeat(80))], { broken: failure("truncated") })],
    });
    await staged.play();
    expect(endings(staged)).toMatchObject([
      { request: { costMicro: cost(7, 20), usageSource: "partial" } },
    ]);
  });

  it("so far is reported every five seconds of a long stream", async () => {
    const pieces: Piece[] = Array.from({ length: 40 }, () => [text("a".repeat(4))]);
    const staged = stage({ scripts: [answer(...pieces, [reported(10, 40), END])] });
    for (let step = await staged.run.next(); step; step = await staged.run.next())
      staged.clock.now += 500;
    const progress = staged.calls.flatMap((call) =>
      call.what === "progress" ? [call.costMicro] : [],
    );
    expect(progress.length).toBeGreaterThanOrEqual(3);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBeLessThanOrEqual(cost(10, 40));
    expect(endings(staged)).toHaveLength(1);
  });
});

describe("an upstream that ignores its limit", () => {
  it("is cut when it has cost a quarter more than the wallet pays, and the end says length", async () => {
    const pieces: Piece[] = Array.from({ length: 100 }, () => [text("a".repeat(40))]);
    // 10 tokens in and 20 out can be paid: cut past 25 out.
    const staged = stage({ spendableMicro: cost(10, 20), scripts: [answer(...pieces)] });
    const events = await staged.play();
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "length" });
    expect(types(events).filter((type) => type === "text-delta")).toHaveLength(3);
    expect(staged.cancelled).toEqual(["first"]);
    expect(endings(staged)).toMatchObject([
      { what: "settle", request: { record: { status: "ok", finish: "length" } } },
    ]);
  });

  it("of a free agent is nobody's loss", async () => {
    const pieces: Piece[] = Array.from({ length: 100 }, () => [text("a".repeat(40))]);
    const staged = stage({
      spendableMicro: 0,
      target: { tariff: { kind: "free" } },
      scripts: [answer(...pieces, [END])],
    });
    expect((await staged.play()).at(-1)).toEqual(END);
  });
});

describe("frames", () => {
  it("pass unchanged where the upstream speaks the client's protocol, but not an agent's", async () => {
    const model = stage({ scripts: [whole] });
    expect(model.run.passesThrough("openai-chat")).toBe(false);
    await model.run.next();
    expect(model.run.passesThrough("openai-chat")).toBe(true);
    expect(model.run.passesThrough("anthropic-messages")).toBe(false);
    const agent = stage({ target: { passThrough: false }, scripts: [whole] });
    await agent.run.next();
    expect(agent.run.passesThrough("openai-chat")).toBe(false);
  });
});

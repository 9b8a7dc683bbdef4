/** Random programs against the wallet and the model of it, with evictions and alarms in between. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import type { AdmitResult, HoldSlip } from "../../../src/durable/wallet/protocol.ts";
import { ModelWallet } from "./model.ts";
import {
  admission,
  advance,
  draft,
  funds,
  grantOf,
  HOUR,
  isolate,
  MINUTE,
  settlement,
  type TestWallet,
  terms,
  wallet,
} from "./support.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** How many random programs: vitest.config.ts says how to have more. */
    modelRuns: number;
  }
}

isolate();

type Call =
  | { do: "admit"; request: string; hold: number; minimum: number; ttlMs: number }
  | { do: "progress" | "settle"; request: string; cost: number }
  | { do: "release"; request: string }
  | { do: "grant"; operation: string; amount: number; lastsMs: number | null; priority: number }
  | { do: "correct"; operation: string; amount: number };
type Step =
  /** Issued without waiting for one another. */
  | { do: "calls"; calls: Call[] }
  | { do: "wait"; ms: number }
  | { do: "alarm" | "alarm-twice" | "evict" };

const request = fc.integer({ min: 0, max: 9 }).map((n) => `r${n}`);
const amount = fc.oneof(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 2_000 }));
const lasts = fc.integer({ min: 1, max: 20 }).map((minutes) => minutes * MINUTE);

const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("admit" as const),
      request,
      hold: amount,
      minimum: amount,
      ttlMs: lasts,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("settle" as const), request, cost: amount }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("progress" as const), request, cost: amount }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const), request }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("correct" as const),
      operation: fc.integer({ min: 0, max: 6 }).map((n) => `c${n}`),
      amount: fc.integer({ min: -500, max: 300 }).filter((one) => one !== 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("grant" as const),
      operation: fc.integer({ min: 0, max: 6 }).map((n) => `g${n}`),
      amount: fc.integer({ min: 1, max: 800 }),
      lastsMs: fc.option(lasts),
      priority: fc.integer({ min: 0, max: 2 }),
    }),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("calls" as const),
      calls: fc.array(call, { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.integer({ min: 0, max: 15 * MINUTE }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("alarm", "alarm-twice", "evict") }),
  },
);

const askFor = (one: Call & { do: "admit" }) =>
  admission(one.request, {
    holdMicro: Math.max(one.hold, one.minimum),
    minimumMicro: one.minimum,
    ttlMs: one.ttlMs,
  });
const giveFor = (one: Call & { do: "grant" }) =>
  grantOf(one.amount, {
    operationId: one.operation,
    expiresAt: one.lastsMs === null ? null : Date.now() + one.lastsMs,
    priority: one.priority,
  });

const correctionFor = (one: Call & { do: "correct" }) => ({
  operationId: one.operation,
  amountMicro: one.amount,
  reason: "a test",
  actor: "admin@example.com",
});
/** What each admission was answered, for the call that ends it. */
type Slips = Map<string, HoldSlip>;

function onWallet(own: TestWallet, one: Call, slips: Slips): Promise<unknown> {
  switch (one.do) {
    case "admit":
      return own.admit(askFor(one));
    case "progress":
      return own.progress(one.request, one.cost);
    case "settle":
      return own.settle({ ...settlement(one.request, one.cost), ...slipOf(one, slips) });
    case "release":
      return own.release(one.request, draft(one.request), slips.get(one.request));
    case "grant":
      return own.grant(giveFor(one));
    case "correct":
      return own.correct(correctionFor(one));
  }
}

function slipOf(one: { request: string }, slips: Slips): { slip?: HoldSlip } {
  const slip = slips.get(one.request);
  return slip ? { slip } : {};
}

function onModel(model: ModelWallet, one: Call, slips: Slips): unknown {
  const now = Date.now();
  switch (one.do) {
    case "admit":
      return model.admit(askFor(one), now);
    case "progress":
      return model.progress(one.request, one.cost);
    case "settle":
      return model.end(one.request, one.cost, "settle", now, slips.get(one.request));
    case "release":
      return model.end(one.request, 0, "release", now, slips.get(one.request));
    case "correct":
      return model.correct(correctionFor(one), now);
    case "grant":
      model.grant(giveFor(one), now);
      return model.balance();
  }
}

async function perform(
  own: TestWallet,
  model: ModelWallet,
  one: Step,
  slips: Slips,
): Promise<void> {
  switch (one.do) {
    case "calls": {
      const known = new Map(slips);
      const answers = await Promise.all(
        one.calls.map(async (each) => await onWallet(own, each, known)),
      );
      one.calls.forEach((each, index) => {
        const answer = answers[index];
        const expected = onModel(model, each, known);
        if (expected) expect(answer).toMatchObject(expected);
        if (each.do === "admit") keepSlip(slips, each.request, answer as AdmitResult);
      });
      return;
    }
    case "wait":
      return advance(one.ms);
    case "evict":
      await evictDurableObject(own.stub);
      return model.crash(...(await whatWasWritten(own)), Date.now());
    case "alarm":
    case "alarm-twice":
      await runInDurableObject(own.stub, async (instance) => {
        await instance.alarm();
        if (one.do === "alarm-twice") await instance.alarm();
      });
      return model.alarm(Date.now());
  }
}

function keepSlip(slips: Slips, requestId: string, answer: AdmitResult): void {
  if (!answer.ok) return;
  const { heldMicro, admittedAt } = answer;
  slips.set(requestId, { heldMicro, tokens: 10, admittedAt });
}

/** Read from the tables of a new instance, before it has looked at them itself. */
function whatWasWritten(
  own: TestWallet,
): Promise<[written: Set<string>, escrow: { boundMicro: number; ttlMs: number }]> {
  return runInDurableObject(own.stub, (_, { storage: { sql } }) => {
    const holds = sql.exec<{ request_id: string }>("SELECT request_id FROM holds").toArray();
    const [escrow] = sql
      .exec<{ value: string }>("SELECT value FROM facts WHERE name = 'escrow'")
      .toArray();
    const stored = escrow ? JSON.parse(escrow.value) : { boundMicro: 0, ttlMs: 0 };
    return [new Set(holds.map((hold) => hold.request_id)), stored];
  });
}

/** What must be true of the tables after every step, whatever the model says. */
async function audit(own: TestWallet, model: ModelWallet): Promise<void> {
  const balance = await funds(own);
  expect(balance).toEqual(model.balance(Date.now()));
  expect(balance.availableMicro).toBeGreaterThanOrEqual(0);
  await runInDurableObject(own.stub, async (_, { storage }) => {
    const one = (statement: string) => storage.sql.exec(statement).one();
    const grants = [...storage.sql.exec("SELECT remaining_micro FROM grants ORDER BY id").raw()];
    expect(grants.flat()).toEqual(model.grants.map((grant) => grant.remaining));
    expect(one("SELECT total(remaining_micro) AS sum FROM grants").sum).toBe(balance.balanceMicro);
    expect(one("SELECT total(amount_micro) AS sum FROM entries").sum).toBe(balance.balanceMicro);
    const unsound = `SELECT count(*) AS n FROM (
      SELECT balance_micro, sum(amount_micro) OVER (ORDER BY seq) AS running FROM entries
    ) WHERE balance_micro <> running`;
    expect(one(unsound).n).toBe(0);
    const ended = [
      ...storage.sql
        .exec(
          `SELECT operation_id, -amount_micro FROM entries WHERE type = 'charge'
           UNION ALL SELECT request_id, 0 FROM releases ORDER BY 1`,
        )
        .raw(),
    ];
    expect(ended).toEqual(
      model.holds
        .flatMap((hold) => (hold.ended ? [[hold.requestId, hold.ended.charged]] : []))
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    const rows = storage.sql
      .exec(
        `SELECT expires_at FROM holds UNION ALL
         SELECT each.value ->> 'expiresAt' FROM facts, json_each(facts.value) AS each
         WHERE name = 'lost'`,
      )
      .raw();
    const open = [...rows].flat().map(Number);
    if (open.length > 0) {
      const alarm = await storage.getAlarm();
      expect(alarm).not.toBeNull();
      expect(alarm).toBeLessThanOrEqual(Math.max(Date.now(), Math.min(...open)));
    }
  });
}

/** After all: every request reached the meter once, with what it was charged. */
async function reconcile(own: TestWallet, model: ModelWallet): Promise<void> {
  // Longer than any hold lives, not so long that requests without a charge are forgotten.
  advance(HOUR);
  await runDurableObjectAlarm(own.stub);
  model.alarm(Date.now());
  await audit(own, model);
  const { userId } = own.profile();
  const { data } = await env.METER.getByName(own.siteId).requests({ user: userId, limit: 1_000 });
  const mine = data.filter((record) => record.user_id === userId);
  const ofRequests = mine.filter((record) => !record.request_id.startsWith("lost_"));
  expect(ofRequests.map((record) => [record.request_id, record.charged_micro]).sort()).toEqual(
    model.holds.map((hold) => [hold.requestId, hold.ended?.charged]).sort(),
  );
  const ofCrashes = mine.filter((record) => record.request_id.startsWith("lost_"));
  expect(ofCrashes.map((record) => record.held_micro).sort()).toEqual(model.givenUp.sort());
  const granted = model.grants.reduce((total, grant) => total + grant.amount, 0);
  expect(granted + model.corrected - model.charged - model.expired).toBe(
    (await funds(own)).balanceMicro,
  );
}

it("a wallet agrees with its model under any program, evictions and alarms included", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (program) => {
      // Requests reach the meter under their id: each run has ids of its own.
      const own = wallet(`usr_${run}`);
      const prefix = `${run++}-`;
      const model = new ModelWallet();
      const policy = terms();
      await own.putProfile(own.profile());
      await own.admit(admission(`${prefix}policy`, { holdMicro: 2 ** 52, policy }));
      const slips: Slips = new Map();
      for (const one of program) {
        await perform(own, model, prefixed(one, prefix), slips);
        await audit(own, model);
      }
      await reconcile(own, model);
    }),
    { seed: 2_026, numRuns: inject("modelRuns") },
  );
}, 1_800_000);

function prefixed(one: Step, prefix: string): Step {
  if (one.do !== "calls") return one;
  return {
    do: "calls",
    calls: one.calls.map((each) =>
      "request" in each ? { ...each, request: `${prefix}${each.request}` } : each,
    ),
  };
}

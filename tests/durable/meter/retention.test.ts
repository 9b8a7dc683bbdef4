import { runDurableObjectAlarm } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { USAGE_DIMENSIONS } from "../../../src/contract/usage.ts";
import {
  advance,
  count,
  DAY,
  evict,
  HOUR,
  inStorage,
  isolate,
  meter,
  NOW,
  record,
  ringOut,
  stopClock,
} from "./support.ts";

isolate();
stopClock();

const ALL = { from: 0, to: NOW + 1_000 * DAY };
const alarmAt = () => inStorage(meter(), (storage) => storage.getAlarm());

describe("records", () => {
  it("older than 13 months go, newer ones stay, and the sums stay as they were", async () => {
    await meter().record([
      record("gone", NOW - 404 * DAY),
      record("kept", NOW - 402 * DAY),
      record("new", NOW),
    ]);
    const before = await meter().usage({ ...ALL, step: "day" });
    await ringOut(meter());
    const left = await meter().requests({ limit: 10 });
    expect(left.data.map((one) => one.request_id)).toEqual(["new", "kept"]);
    expect(await meter().usage({ ...ALL, step: "day" })).toEqual(before);
  });

  it("that are sent again after they went are not counted twice", async () => {
    const old = record("gone", NOW - 404 * DAY);
    await meter().record([old]);
    const before = await meter().usage({ ...ALL, step: "day" });
    await ringOut(meter());
    await evict(meter());
    await meter().record([old]);
    expect(await meter().request("gone")).toBeNull();
    expect(await meter().usage({ ...ALL, step: "day" })).toEqual(before);
  });

  it("go in bounded pieces, one soon after the other", async () => {
    const old = Array.from({ length: 2_500 }, (_, at) => record(`r${at}`, NOW - 404 * DAY + at));
    await meter().record(old);
    await runDurableObjectAlarm(meter());
    expect(await count(meter(), "records")).toBe(1_500);
    expect(await alarmAt()).toBe(NOW + 1_000);
    expect(await ringOut(meter())).toBe(2);
    expect(await count(meter(), "records")).toBe(0);
  });

  it("and notices go alike", async () => {
    const at = new Date(NOW - 404 * DAY).toISOString();
    const notice = {
      id: "n1",
      at,
      kind: "low_balance" as const,
      user_id: "usr_ann",
      user_email: "ann@example.com",
      threshold_micro: 5,
      available_micro: 1,
    };
    await meter().notice([notice]);
    await ringOut(meter());
    await meter().notice([notice]);
    expect((await meter().notices({ limit: 10 })).data).toEqual([]);
  });
});

describe("hours", () => {
  it("older than 62 days are summed up to days, newer ones stay hours", async () => {
    const day = Math.floor((NOW - 64 * DAY) / DAY) * DAY;
    await meter().record([
      record("r1", day + 3 * HOUR),
      record("r2", day + 20 * HOUR, { status: "error" }),
      record("r3", NOW - 61 * DAY),
      record("r4", NOW - 61 * DAY + HOUR),
    ]);
    await ringOut(meter());
    const hours = await meter().usage({ ...ALL, step: "hour" });
    expect(hours.map(({ at, calls, errors }) => [Date.parse(at), calls, errors])).toEqual([
      [day, 2, 1],
      [NOW - 61 * DAY, 1, 0],
      [NOW - 61 * DAY + HOUR, 1, 0],
    ]);
  });

  it("of a record that comes late, when its day is summed up, are added to that day", async () => {
    const day = Math.floor((NOW - 100 * DAY) / DAY) * DAY;
    await meter().record([record("r1", day + 3 * HOUR)]);
    await ringOut(meter());
    await evict(meter());
    await meter().record([record("r2", day + 7 * HOUR)]);
    expect(await meter().usage({ ...ALL, step: "hour" })).toMatchObject([
      { at: new Date(day).toISOString(), calls: 2 },
    ]);
    expect(await count(meter(), "rollups")).toBe(1);
  });

  it("are summed up in bounded pieces, and each piece leaves the sums as they were", async () => {
    const day = Math.floor((NOW - 100 * DAY) / DAY) * DAY;
    const many = Array.from({ length: 2_500 }, (_, at) =>
      record(`r${at}`, day + HOUR + (at % 20) * HOUR, { model: `model-${at}` }),
    );
    await meter().record(many);
    const sums = () => meter().usage({ ...ALL, step: "day", by: "model" });
    const before = await sums();
    await runDurableObjectAlarm(meter());
    expect(await alarmAt()).toBe(NOW + 1_000);
    expect(await sums()).toEqual(before);
    await evict(meter());
    await ringOut(meter());
    expect(await sums()).toEqual(before);
    expect(await meter().usage({ ...ALL, step: "hour" })).toMatchObject([
      { at: new Date(day).toISOString(), calls: 2_500 },
    ]);
  });

  it("leave every sum by day as it was, whatever was sent and how often the alarm rings", async () => {
    const any = fc.record({
      at: fc.integer({ min: NOW - 500 * DAY, max: NOW }),
      user: fc.constantFrom("ann", "bob"),
      status: fc.constantFrom("ok" as const, "error" as const, "expired" as const),
      model: fc.constantFrom("a", "b"),
      connection: fc.constantFrom(null, "openai"),
      charged_micro: fc.nat(1_000),
      cost_micro: fc.option(fc.nat(1_000)),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(any, { maxLength: 60 }),
        fc.array(any, { maxLength: 10 }),
        fc.nat(120),
        async (sent, late, days) => {
          const own = meter(`_${run++}`);
          const plain = meter(`_plain_${run}`);
          const send = async (what: typeof sent, name: string) => {
            const records = what.map(({ at, user, ...rest }, index) =>
              record(`${name}${index}`, at, { ...rest, user_id: `usr_${user}` }),
            );
            await own.record(records);
            await plain.record(records);
          };
          await send(sent, "r");
          advance(days * DAY);
          await ringOut(own);
          // What had gone by then is too old to be told from what was counted.
          const recent = late.filter(({ at }) => at > NOW + days * DAY - 400 * DAY);
          await send(recent, "late");
          await ringOut(own);
          await runDurableObjectAlarm(own);
          await evict(own);
          for (const by of [undefined, ...USAGE_DIMENSIONS]) {
            const query = { ...ALL, step: "day" as const, ...(by ? { by } : {}) };
            expect(await own.usage(query)).toEqual(await plain.usage(query));
          }
          expect(await own.activeUsers(ALL.from, ALL.to)).toBe(
            await plain.activeUsers(ALL.from, ALL.to),
          );
          advance(-days * DAY);
        },
      ),
      { seed: 6_202, numRuns: 25 },
    );
  });
});

describe("the alarm", () => {
  it("is set by what is stored, and not again by what follows", async () => {
    await meter().record([record("r1", NOW)]);
    expect(await alarmAt()).toBe(NOW + 3 * DAY);
    advance(HOUR);
    await meter().record([record("r2", NOW)]);
    await evict(meter());
    await meter().record([record("r3", NOW)]);
    expect(await alarmAt()).toBe(NOW + 3 * DAY);
  });

  it("that was lost is set again", async () => {
    await meter().record([record("r1", NOW)]);
    await inStorage(meter(), (storage) => storage.deleteAlarm());
    advance(4 * DAY);
    await meter().record([record("r2", NOW)]);
    expect(await alarmAt()).toBe(NOW + 7 * DAY);
  });

  it("sleeps until something is due, is woken by what is new, and ends when nothing ever will be", async () => {
    await meter().record([record("r1", NOW)]);
    advance(3 * DAY);
    await runDurableObjectAlarm(meter());
    const due = await alarmAt();
    expect(due).toBeGreaterThan(NOW + 62 * DAY);
    expect(due).toBeLessThanOrEqual(NOW + 64 * DAY);
    await meter().record([record("r2", Date.now())]);
    expect(await alarmAt()).toBe(Date.now() + 3 * DAY);
    advance(500 * DAY);
    await ringOut(meter());
    expect(await alarmAt()).toBeNull();
    expect(await meter().usage({ ...ALL, step: "day" })).toMatchObject([
      { calls: 1 },
      { calls: 1 },
    ]);
  });
});

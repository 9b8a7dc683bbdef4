import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { USAGE_DIMENSIONS, USAGE_STATUSES, type UsageRecord } from "../../../src/contract/usage.ts";
import { DAY, evict, HOUR, isolate, meter, NOON, record } from "./support.ts";

isolate();

describe("a record", () => {
  it("is given back whole", async () => {
    const sent = record("r1", NOON);
    await meter().record([sent]);
    await evict(meter());
    expect(await meter().request("r1")).toEqual(sent);
    expect(await meter().request("r2")).toBeNull();
  });

  it("that comes again, in the same batch or later, changes nothing", async () => {
    const first = record("r1", NOON);
    await meter().record([first, { ...first, charged_micro: 99 }]);
    await meter().record([{ ...first, at: new Date(NOON + DAY).toISOString() }]);
    expect((await meter().requests({ limit: 10 })).data).toEqual([first]);
    const usage = await meter().usage({ from: NOON, to: NOON + 2 * DAY, step: "day" });
    expect(usage).toMatchObject([{ calls: 1, charged_micro: 40 }]);
  });

  it("is never refused for its time: one that cannot be read is the time of arrival", async () => {
    await meter().record([{ ...record("r1", NOON), at: "yesterday" }]);
    const now = Date.now();
    const found = await meter().requests({ from: now - HOUR, to: now + HOUR, limit: 10 });
    expect(found.data.map((one) => one.request_id)).toEqual(["r1"]);
  });

  it("is never refused for a figure that is none: that counts nothing", async () => {
    const tokens = { input: Number.NaN, output: 5, cachedInput: 0, cacheWrite: 0, reasoning: 0 };
    const timings = { gateway: 1, admit: 1, first_byte: Number.NaN, total: 5 };
    await meter().record([record("r1", NOON, { tokens, timings }), record("r2", NOON)]);
    const usage = await meter().usage({ from: NOON, to: NOON + 1, step: "hour" });
    expect(usage).toMatchObject([
      { calls: 2, input_tokens: 10, output_tokens: 10, first_byte_count: 1 },
    ]);
  });

  it("is stored with its roll-up or not at all", async () => {
    await meter().record([record("r0", NOON)]);
    await runInDurableObject(meter(), async (instance, state) => {
      state.storage.sql.exec("ALTER TABLE rollups RENAME TO gone");
      await expect(instance.record([record("r1", NOON)])).rejects.toThrow("no such table");
      state.storage.sql.exec("ALTER TABLE gone RENAME TO rollups");
    });
    expect(await meter().request("r1")).toBeNull();
  });
});

describe("the request log", () => {
  beforeEach(async () => {
    await meter().record([
      record("r1", NOON, { model: "agent/support", key_id: null }),
      record("r2", NOON + 1, { user_id: "usr_bob", user_email: "bob@example.com" }),
      record("r3", NOON + 2, { status: "error", error: "upstream_timeout", connection: null }),
      record("r4", NOON + 2, { key_id: "key_2" }),
      record("r5", NOON + HOUR, { connection: "backup" }),
    ]);
  });
  const ids = async (filter: Omit<Parameters<ReturnType<typeof meter>["requests"]>[0], "limit">) =>
    (await meter().requests({ limit: 10, ...filter })).data.map((one) => one.request_id);

  it("is newest first", async () => {
    expect(await ids({})).toEqual(["r5", "r4", "r3", "r2", "r1"]);
  });

  it("is filtered by span, model, connection, key and status, all at once", async () => {
    expect(await ids({ from: NOON + 1, to: NOON + HOUR })).toEqual(["r4", "r3", "r2"]);
    expect(await ids({ model: "agent/support" })).toEqual(["r1"]);
    expect(await ids({ connection: "backup" })).toEqual(["r5"]);
    expect(await ids({ key: "key_2" })).toEqual(["r4"]);
    expect(await ids({ key: "" })).toEqual(["r1"]);
    expect(await ids({ connection: "" })).toEqual(["r3"]);
    expect(await ids({ model: "nobody's" })).toEqual([]);
    expect(await ids({ status: "error" })).toEqual(["r3"]);
    expect(await ids({ status: "error", model: "agent/support" })).toEqual([]);
  });

  it("is filtered by user id or a part of the e-mail, taken as it is typed", async () => {
    expect(await ids({ user: "usr_bob" })).toEqual(["r2"]);
    expect(await ids({ user: "Bob@" })).toEqual(["r2"]);
    expect(await ids({ user: "%" })).toEqual([]);
    expect(await ids({ user: "' OR 1=1 --" })).toEqual([]);
  });

  it("pages without gaps or repeats, also among records of one moment", async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await meter().requests({ limit: 2, ...(after ? { after } : {}) });
      seen.push(...page.data.map((one) => one.request_id));
      after = page.next ?? undefined;
      expect(page.has_more).toBe(after !== undefined);
    } while (after);
    expect(seen).toEqual(["r5", "r4", "r3", "r2", "r1"]);
  });

  it("answers nothing to a cursor that it did not make", async () => {
    for (const after of ["", "x", "12", ":", "-1:r1"]) expect(await ids({ after })).toEqual([]);
  });
});

describe("usage", () => {
  it("is summed by hour or day, oldest first", async () => {
    await meter().record([
      record("r1", NOON),
      record("r2", NOON + HOUR - 1, { status: "error" }),
      record("r3", NOON + HOUR, { timings: { gateway: 1, admit: 1, first_byte: null, total: 5 } }),
      record("r4", NOON + DAY, { status: "expired" }),
    ]);
    const span = { from: NOON - DAY, to: NOON + 2 * DAY };
    const hours = await meter().usage({ ...span, step: "hour" });
    expect(hours.map((bucket) => [bucket.at, bucket.calls, bucket.errors])).toEqual([
      ["2040-06-15T12:00:00.000Z", 2, 1],
      ["2040-06-15T13:00:00.000Z", 1, 0],
      ["2040-06-16T12:00:00.000Z", 1, 1],
    ]);
    const days = await meter().usage({ ...span, step: "day" });
    expect(days).toEqual([
      {
        at: "2040-06-15T00:00:00.000Z",
        key: "",
        calls: 3,
        errors: 1,
        input_tokens: 30,
        output_tokens: 15,
        charged_micro: 120,
        cost_micro: 21,
        first_byte_ms_sum: 40,
        first_byte_count: 2,
      },
      {
        at: "2040-06-16T00:00:00.000Z",
        key: "",
        calls: 1,
        errors: 1,
        input_tokens: 10,
        output_tokens: 5,
        charged_micro: 40,
        cost_micro: 7,
        first_byte_ms_sum: 20,
        first_byte_count: 1,
      },
    ]);
  });

  it("of people is named by their latest e-mail", async () => {
    await meter().record([record("r1", NOON)]);
    await meter().record([record("r2", NOON, { user_email: "ann@new.example" })]);
    const usage = await meter().usage({ from: NOON, to: NOON + 1, step: "day", by: "user" });
    expect(usage).toMatchObject([{ key: "ann@new.example", calls: 2 }]);
  });

  it("counts each active person once", async () => {
    await meter().record([
      record("r1", NOON),
      record("r2", NOON + HOUR),
      record("r3", NOON, { user_id: "usr_bob" }),
      record("r4", NOON + DAY, { user_id: "usr_cid" }),
    ]);
    expect(await meter().activeUsers(NOON, NOON + DAY)).toBe(2);
    expect(await meter().activeUsers(NOON + DAY, NOON + 2 * DAY)).toBe(1);
    expect(await meter().activeUsers(NOON - DAY, NOON)).toBe(0);
  });

  it("by every dimension equals the sum over the records, whatever came how often", async () => {
    const any = fc.record({
      id: fc.integer({ min: 0, max: 60 }),
      at: fc.integer({ min: NOON, max: NOON + 3 * DAY - 1 }),
      surface: fc.constantFrom("gateway" as const, "portal" as const),
      status: fc.constantFrom(...USAGE_STATUSES),
      user: fc.constantFrom("ann", "bob", "cid"),
      key_id: fc.constantFrom(null, "key_1", "key_2"),
      model: fc.constantFrom("a", "b"),
      connection: fc.constantFrom(null, "openai"),
      charged_micro: fc.integer({ min: 0, max: 1_000_000 }),
      cost_micro: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
      first_byte: fc.option(fc.integer({ min: 0, max: 500 })),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(any, { maxLength: 20 }), { maxLength: 6 }),
        async (sent) => {
          const own = meter(`_${run++}`);
          const known = new Map<string, UsageRecord>();
          for (const batch of sent) {
            const records = batch.map(({ id, at, user, first_byte, ...rest }) =>
              record(`r${id}`, at, {
                ...rest,
                user_id: `usr_${user}`,
                user_email: `${user}@example.com`,
                timings: { gateway: 1, admit: 1, first_byte, total: 9 },
              }),
            );
            await own.record(records);
            for (const one of records)
              if (!known.has(one.request_id)) known.set(one.request_id, one);
          }
          const span = { from: NOON, to: NOON + 3 * DAY };
          for (const by of USAGE_DIMENSIONS) {
            const buckets = await own.usage({ ...span, step: "day", by });
            expect(buckets).toEqual(summed([...known.values()], by));
          }
        },
      ),
      { seed: 20_401, numRuns: 25 },
    );
  });
});

/** The roll-ups as a plain loop over the records would make them. */
function summed(records: UsageRecord[], by: (typeof USAGE_DIMENSIONS)[number]) {
  const keyOf = {
    model: (one: UsageRecord) => one.model,
    user: (one: UsageRecord) => one.user_email,
    connection: (one: UsageRecord) => one.connection ?? "",
    key: (one: UsageRecord) => one.key_id ?? "",
    surface: (one: UsageRecord) => one.surface,
    status: (one: UsageRecord) => one.status,
  }[by];
  const groups = Map.groupBy(
    records,
    (one) => `${one.at.slice(0, 10)}T00:00:00.000Z ${keyOf(one)}`,
  );
  return [...groups]
    .map(([name, ones]) => {
      const sum = (figure: (one: UsageRecord) => number) =>
        ones.reduce((total, one) => total + figure(one), 0);
      return {
        at: name.slice(0, 24),
        key: name.slice(25),
        calls: ones.length,
        errors: ones.filter((one) => one.status === "error" || one.status === "expired").length,
        input_tokens: sum((one) => one.tokens.input),
        output_tokens: sum((one) => one.tokens.output),
        charged_micro: sum((one) => one.charged_micro),
        cost_micro: sum((one) => one.cost_micro ?? 0),
        first_byte_ms_sum: sum((one) => one.timings.first_byte ?? 0),
        first_byte_count: ones.filter((one) => one.timings.first_byte !== null).length,
      };
    })
    .sort((a, b) => (a.at + a.key < b.at + b.key ? -1 : 1));
}

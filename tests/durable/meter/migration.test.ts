/** Storage that was made when a record was JSON becomes rows of numbers, and nothing else changes. */
import { expect, it } from "vitest";
import { USAGE_DIMENSIONS, type UsageRecord } from "../../../src/contract/usage.ts";
import { STEPS } from "../../../src/durable/meter/schema.ts";
import { migrate } from "../../../src/durable/migrate.ts";
import {
  DAY,
  evict,
  HOUR,
  inStorage,
  isolate,
  meter,
  NOON,
  record,
  type TestMeter,
} from "./support.ts";

isolate();

const old = (id: string, at: number, change: Partial<UsageRecord> = {}) => {
  const { cost_micro: _, ...rest } = record(id, at, change);
  return rest;
};
const SENT = [
  old("req_0123456789abcdef", NOON, { key_id: null, model: "agent/support" }),
  old("req_zzzzzzzzzzzzzzzz", NOON + 1, { user_id: "usr_bob", user_email: "bob@example.com" }),
  old("req_not-of-the-edge!", NOON + 1, { connection: null, upstream_model: null, attempts: [] }),
  old("r4", NOON + HOUR, { at: "2040-06-15T15:00:00+02:00", stream: false, finish: null }),
  old("r5", NOON + DAY + 7, {
    status: "error",
    error: "upstream_timeout",
    timings: { gateway: 1.5, admit: 0, first_byte: null, total: 9 },
    attempts: [
      { connection: "a", model: "m", outcome: "timeout", status: null, ms: 0.5, detail: '"{\\u' },
    ],
  }),
];

/** As the Meter of the first form stored them. */
function storeOld(storage: DurableObjectStorage): void {
  const { sql } = storage;
  for (const table of sql
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
    .toArray()) {
    if (!/^(_|sqlite_)/.test(table.name)) sql.exec(`DROP TABLE ${table.name}`);
  }
  migrate(storage, STEPS.slice(0, 1));
  for (const one of SENT) {
    const at = Date.parse(one.at);
    const { status, user_id, user_email, model, tokens } = one;
    const [key, connection] = [one.key_id ?? "", one.connection ?? ""];
    sql.exec(
      "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[at, one.request_id, status, user_id, user_email, key, model, connection],
      JSON.stringify(one),
    );
    sql.exec(
      "INSERT INTO rollups VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
      ...[at - (at % HOUR), user_id, model, connection, key, one.surface, status],
      ...[tokens.input, tokens.output, one.charged_micro, one.uncollected_micro],
      ...[one.timings.first_byte ?? 0, one.timings.first_byte === null ? 0 : 1],
    );
    sql.exec("INSERT OR IGNORE INTO users VALUES (?, ?)", user_id, user_email);
  }
}

async function migrated(): Promise<TestMeter> {
  const own = meter();
  await inStorage(own, storeOld);
  await evict(own);
  return own;
}
const SPAN = { from: NOON - DAY, to: NOON + 2 * DAY };
const expected = SENT.map((one) => ({ ...one, cost_micro: null }));

it("every old record is given back as it was, newest first", async () => {
  const own = await migrated();
  for (const one of expected) expect(await own.request(one.request_id)).toEqual(one);
  expect((await own.requests({ limit: 10 })).data.map((one) => one.request_id)).toEqual([
    "r5",
    "r4",
    "req_zzzzzzzzzzzzzzzz",
    "req_not-of-the-edge!",
    "req_0123456789abcdef",
  ]);
  expect((await own.requests({ user: "bob@", limit: 10 })).data).toEqual([expected[1]]);
});

it("an old record that is sent again is known", async () => {
  const own = await migrated();
  const before = await own.usage({ ...SPAN, step: "hour" });
  await own.record(expected);
  expect(await own.usage({ ...SPAN, step: "hour" })).toEqual(before);
  expect((await own.requests({ limit: 10 })).data).toHaveLength(SENT.length);
});

it("sums are those of a Meter to which the same was sent anew", async () => {
  const own = await migrated();
  const fresh = meter("_fresh");
  await fresh.record(expected);
  for (const by of [undefined, ...USAGE_DIMENSIONS]) {
    const query = { ...SPAN, step: "hour" as const, ...(by ? { by } : {}) };
    expect(await own.usage(query)).toEqual(await fresh.usage(query));
  }
  const more = record("r6", NOON, { user_email: "ann@new.example" });
  await own.record([more]);
  await fresh.record([more]);
  const byUser = { ...SPAN, step: "day" as const, by: "user" as const };
  expect(await own.usage(byUser)).toEqual(await fresh.usage(byUser));
  expect(await own.activeUsers(SPAN.from, SPAN.to)).toBe(2);
});

it("nothing of the old tables is left", async () => {
  const own = await migrated();
  const left = await inStorage(own, ({ sql }) => [
    ...sql.exec("SELECT name FROM sqlite_master WHERE name LIKE 'old%'").raw(),
  ]);
  expect(left).toEqual([]);
});

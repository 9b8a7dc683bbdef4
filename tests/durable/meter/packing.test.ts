import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type UsageRecord, usageRecordSchema } from "../../../src/contract/usage.ts";
import { makeId } from "../../../src/core/ids.ts";
import { evict, inStorage, isolate, meter, NOON, record } from "./support.ts";

isolate();

/** Objects as they come out of JSON. */
const plain = <Value>(model: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> }) =>
  fc.record(model, { noNullPrototype: true });
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const figure = fc.maxSafeNat();
const ms = fc.oneof(
  fc.nat(),
  // A clock that knows less than milliseconds; no -0, which no clock shows.
  fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0),
);
const edgeId = fc
  .uint8Array({ minLength: 10, maxLength: 10 })
  .map((bytes) => makeId("request", bytes));
const at = fc.oneof(
  fc
    .date({ min: new Date(0), max: new Date(8.64e15), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom("2040-06-15T12:00:00Z", "2040-06-15T14:00:00.5+02:00", "", "yesterday"),
);

/** Texts of a few, so that they repeat, are equal among fields, and one is empty. */
const word = fc.oneof(fc.constantFrom("", "ok", "openai", "gpt-4o-mini"), text);
const attempt = plain({
  connection: word,
  model: fc.option(word),
  outcome: fc.oneof(fc.constantFrom("ok", "cancelled"), word),
  status: fc.option(fc.oneof(fc.constant(200), fc.nat(599))),
  ms,
  detail: fc.option(text),
});
const anyRecord: fc.Arbitrary<UsageRecord> = plain({
  at,
  surface: fc.constantFrom("gateway" as const, "portal" as const, "playground" as const),
  status: fc.constantFrom("ok" as const, "cancelled" as const, "error" as const),
  error: fc.option(word),
  user_id: word,
  user_email: word,
  key_id: fc.option(word),
  model: word,
  connection: fc.option(word),
  upstream_model: fc.option(word),
  stream: fc.boolean(),
  tokens: fc.record(
    {
      input: figure,
      output: figure,
      cachedInput: figure,
      cacheWrite: figure,
      reasoning: figure,
      audioInput: figure,
      audioOutput: figure,
    },
    {
      noNullPrototype: true,
      requiredKeys: ["input", "output", "cachedInput", "cacheWrite", "reasoning"],
    },
  ),
  usage_source: fc.constantFrom("reported" as const, "estimated" as const, "none" as const),
  held_micro: figure,
  charged_micro: figure,
  uncollected_micro: figure,
  cost_micro: fc.option(figure),
  price_version: fc.option(figure),
  finish: fc.option(word),
  attempts: fc.array(attempt, { maxLength: 3 }),
  timings: plain({ gateway: ms, admit: ms, first_byte: fc.option(ms), total: ms }),
}).chain((rest) =>
  fc
    .record({
      request_id: fc.oneof(edgeId, text, fc.constant("req_!!!!!!!!!!!!!!!!"), fc.constant("")),
      // Often the attempt is one that the record tells of itself.
      attempts: fc.boolean().map((same) =>
        same
          ? rest.attempts.map((one) => ({
              ...one,
              connection: rest.connection ?? "",
              model: rest.upstream_model,
            }))
          : rest.attempts,
      ),
    })
    .map((own) => ({ ...rest, ...own })),
);

it("any record comes back as it was sent, from storage too", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anyRecord, { maxLength: 12, selector: (one) => one.request_id }),
      async (sent) => {
        const own = meter(`_${run++}`);
        await own.record(sent);
        await evict(own);
        for (const one of sent) expect(await own.request(one.request_id)).toEqual(one);
        const { data } = await own.requests({ limit: 100 });
        expect(data).toHaveLength(sent.length);
        expect(data).toEqual(expect.arrayContaining(sent));
        for (const one of data) expect(usageRecordSchema.safeParse(one).error).toBeUndefined();
      },
    ),
    { seed: 31_700, numRuns: 60 },
  );
});

it("a failure keeps its attempts with all they say, a plain success needs no text for its own", async () => {
  const failed = record("r1", NOON, {
    status: "error",
    error: "upstream_unavailable",
    attempts: [
      { connection: "a", model: "m", outcome: "rate_limited", status: 429, ms: 3, detail: "slow" },
      { connection: "b", model: null, outcome: "unavailable", status: null, ms: 7, detail: null },
    ],
  });
  await meter().record([failed, record("r2", NOON)]);
  expect(await meter().request("r1")).toEqual(failed);
  const stored = await inStorage(meter(), ({ sql }) => [
    ...sql.exec("SELECT attempts IS NULL AS none FROM records ORDER BY seq").raw(),
  ]);
  expect(stored).toEqual([[0], [1]]);
});

it("an attempt whose time is no number is still an attempt", async () => {
  const [attempt] = record("r1", NOON).attempts;
  const sent = record("r1", NOON, { attempts: attempt ? [{ ...attempt, ms: Number.NaN }] : [] });
  await meter().record([sent]);
  expect((await meter().request("r1"))?.attempts).toEqual([{ ...attempt, ms: null }]);
});

it("a record that was on its way before costs were known has none", async () => {
  const { cost_micro: _, ...old } = record("r1", NOON);
  await meter().record([old as UsageRecord]);
  expect(await meter().request("r1")).toEqual({ ...old, cost_micro: null });
});

it("words that an undone change brought are forgotten with it", async () => {
  const own = meter();
  await own.record([record("r0", NOON)]);
  const failing = record("r1", NOON, { model: "only-here" });
  await runInDurableObject(own, async (instance, { storage }) => {
    storage.sql.exec("ALTER TABLE rollups RENAME TO gone");
    await expect(instance.record([failing])).rejects.toThrow("no such table");
    storage.sql.exec("ALTER TABLE gone RENAME TO rollups");
  });
  const other = record("r2", NOON, { model: "another" });
  await own.record([other, failing]);
  await evict(own);
  expect(await own.request("r1")).toEqual(failing);
  expect(await own.request("r2")).toEqual(other);
});

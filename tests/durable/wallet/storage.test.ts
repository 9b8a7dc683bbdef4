/** What a wallet keeps for how long, how much room it takes, and that old storage is understood. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { migrate } from "../../../src/durable/migrate.ts";
import { STEPS } from "../../../src/durable/wallet/schema.ts";
import {
  admission,
  advance,
  DAY,
  fundedWallet,
  funds,
  isolate,
  KEY,
  MINUTE,
  reasonOf,
  START,
  settlement,
  type TestWallet,
  wallet,
} from "./support.ts";

isolate();

const MONTHS = 31 * DAY;
const ring = (own: TestWallet) => runInDurableObject(own.stub, (instance) => instance.alarm());
const sizeOf = (own: TestWallet) =>
  runInDurableObject(own.stub, (_, { storage }) => storage.sql.databaseSize);

async function spend(own: TestWallet, requestId: string, micro = 5): Promise<void> {
  await own.admit(admission(requestId, { holdMicro: micro, credential: KEY }));
  await own.settle(settlement(requestId, micro));
}

describe("the statement", () => {
  it("is whole for thirteen months; what is older is folded into sums of its months", async () => {
    const own = await fundedWallet(1_000);
    await spend(own, "old1", 10);
    await spend(own, "old2", 20);
    advance(10 * MONTHS);
    await spend(own, "new", 40);
    await ring(own);
    expect((await own.entries({ limit: 10 })).data).toHaveLength(4);
    advance(4 * MONTHS);
    await ring(own);
    expect((await own.entries({ limit: 10 })).data).toMatchObject([{ request_id: "new" }]);
    const periods = await own.periods();
    expect(periods).toMatchObject([
      { month: "2040-06", type: "charge", keyId: "key_1", entries: 2, amountMicro: -30 },
      { month: "2040-06", type: "grant", keyId: null, entries: 1, amountMicro: 1_000 },
    ]);
    const sum = periods.reduce((total, period) => total + period.amountMicro, 0);
    expect(sum - 40).toBe((await funds(own)).balanceMicro);
  });

  it("keeps its last entry, and with it the balance, however old it is", async () => {
    const own = await fundedWallet(1_000);
    advance(40 * MONTHS);
    await ring(own);
    await evictDurableObject(own.stub);
    expect((await funds(own)).balanceMicro).toBe(1_000);
    expect((await own.entries({ limit: 10 })).data).toHaveLength(1);
  });

  it("lets go of nothing that was not folded, not even by a statement on its table", async () => {
    const own = await fundedWallet(1_000);
    await spend(own, "old");
    advance(14 * MONTHS);
    await spend(own, "new");
    await ring(own);
    await runInDurableObject(own.stub, (_, { storage: { sql } }) => {
      expect(() => sql.exec("DELETE FROM entries")).toThrow("immutable");
    });
  });

  it("folds in bounded steps, and a request folded away cannot be charged again", async () => {
    const own = await fundedWallet(1_000_000);
    for (let i = 0; i < 1_100; i++) await spend(own, `r${i}`);
    advance(14 * MONTHS);
    await ring(own);
    const left = await runInDurableObject(own.stub, (_, { storage: { sql } }) =>
      Number(sql.exec("SELECT count(*) AS n FROM entries").one().n),
    );
    expect(left).toBe(101);
    await ring(own);
    expect((await own.entries({ limit: 10 })).data).toHaveLength(1);
    expect(await own.settle(settlement("r0", 5))).toEqual({ ok: false, reason: "unknown_request" });
  });
});

it("a request takes at most 400 bytes of a wallet, with everything that stays of it", async () => {
  const own = await fundedWallet(10_000_000);
  const requests = 3_000;
  const idOf = (index: number) => `req_${String(index).padStart(16, "0")}`;
  for (let i = 0; i < 100; i++) await spend(own, idOf(i));
  await ring(own);
  const before = await sizeOf(own);
  for (let i = 100; i < 100 + requests; i++) {
    await spend(own, idOf(i));
    advance(MINUTE);
    if (i % 100 === 0) await ring(own);
  }
  await ring(own);
  const perRequest = ((await sizeOf(own)) - before) / requests;
  console.info(`${perRequest.toFixed(0)} bytes a request in the wallet`);
  expect(perRequest).toBeLessThanOrEqual(400);
}, 60_000);

it("storage of the first schema is taken over: balance, holds, statement, sessions, outbox", async () => {
  const own = wallet("usr_old");
  await runInDurableObject(own.stub, (_, { storage }) => {
    const { sql } = storage;
    for (const table of ["entries", "holds", "releases", "periods", "outbox", "facts"]) {
      sql.exec(`DROP TABLE ${table}`);
    }
    for (const table of ["grants", "schema_version"]) sql.exec(`DROP TABLE ${table}`);
    migrate(storage, STEPS.slice(0, 1));
    const profile = JSON.stringify(own.profile());
    sql.exec("INSERT INTO facts VALUES ('profile', ?)", profile);
    sql.exec("INSERT INTO grants VALUES (1, 1000, 940, NULL, 0, 'file')");
    sql.exec(
      `INSERT INTO entries (operation_id, type, amount_micro, balance_micro, reason, at)
       VALUES ('grant:file', 'grant', 1000, 1000, 'file', ?)`,
      START,
    );
    sql.exec(
      `INSERT INTO entries (operation_id, type, amount_micro, balance_micro, request_id, held_micro,
         uncollected_micro, usage_source, model, price_version, at)
       VALUES ('charge:r1', 'charge', -60, 940, 'r1', 100, 0, 'reported', 'm', 3, ?)`,
      START,
    );
    const hold = `INSERT INTO holds (request_id, state, key_id, surface, model, held_micro, earmarks,
      tokens, admitted_at, expires_at, resolved_at, charged_micro, uncollected_micro)`;
    const until = START + 10 * MINUTE;
    sql.exec(
      `${hold} VALUES ('r1', 'settled', 'key_1', 'gateway', 'm', 100, '[[1,100]]', 10, ?, ?, ?, 60, 0)`,
      START,
      until,
      START,
    );
    sql.exec(
      `${hold} VALUES ('r2', 'released', NULL, 'portal', 'm', 100, '[[1,100]]', 10, ?, ?, ?, 0, 0)`,
      START,
      until,
      START,
    );
    sql.exec(
      `${hold} VALUES ('r3', 'open', NULL, 'portal', 'm', 200, '[[1,200]]', 10, ?, ?, NULL, NULL, NULL)`,
      START,
      until,
    );
    sql.exec("INSERT INTO revoked_sessions VALUES ('ses_1', ?)", START + DAY);
    sql.exec('INSERT INTO outbox (record) VALUES (\'{"request_id":"r1"}\')');
  });
  await evictDurableObject(own.stub);
  expect(await funds(own)).toEqual({ balanceMicro: 940, heldMicro: 200, availableMicro: 740 });
  expect(await own.settle(settlement("r1", 90))).toMatchObject({
    chargedMicro: 60,
    repeated: true,
  });
  expect(await own.settle(settlement("r2", 90))).toMatchObject({ chargedMicro: 0, repeated: true });
  expect(await own.settle(settlement("r3", 90))).toMatchObject({
    chargedMicro: 90,
    repeated: false,
  });
  expect((await own.entries({ limit: 9, keyId: "key_1" })).data).toMatchObject([
    { request_id: "r1", held_micro: 100, price_version: 3 },
  ]);
  expect(reasonOf(await own.admit(admission("r4")))).toBe("session_expired");
  const kinds = await runInDurableObject(own.stub, (_, { storage: { sql } }) =>
    [...sql.exec("SELECT kind FROM outbox").raw()].flat(),
  );
  expect(kinds).toEqual(["usage", "usage"]);
});

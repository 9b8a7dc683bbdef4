import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { responseCacheOf } from "../../../src/durable/cache/client.ts";
import { LIMITS } from "../../../src/durable/cache/protocol.ts";

/** Far ahead of the runtime's own clock, so that no alarm rings unless a test rings it. */
const START = Date.UTC(2040, 0, 1);
const TTL_MS = 10_000;
const HOUR_MS = 3_600_000;

let model = "";
const cache = (site = "site_a") => responseCacheOf(env, site, model);
const stub = () => env.RESPONSE_CACHE.getByName(`site_a:${model}`);
const put = (key: string, answer: string, more: { askedAt?: number; ttlMs?: number } = {}) =>
  cache().put(key, answer, { askedAt: Date.now(), ttlMs: TTL_MS, ...more });
const find = (key: string, ttlMs = TTL_MS) => cache().find(key, ttlMs);
const wait = (ms: number) => vi.setSystemTime(Date.now() + ms);

beforeEach(({ task }) => {
  model = task.id;
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a cached answer", () => {
  it("is found under its own key until it is over, also after an eviction", async () => {
    await put("a", "answer");
    await evictDurableObject(stub());
    wait(TTL_MS - 1);
    expect([await find("a"), await find("b")]).toEqual(["answer", null]);
    wait(1);
    expect(await find("a")).toBeNull();
  });

  it("is not found by those who may have it only fresher, whatever was allowed once", async () => {
    await put("a", "answer");
    wait(5_000);
    expect([await find("a", 5_001), await find("a", 5_000)]).toEqual(["answer", null]);
    expect(await find("a", TTL_MS * 100)).toBe("answer");
    wait(TTL_MS);
    expect(await find("a", TTL_MS * 100)).toBeNull();
  });

  it("is that of the last who stored it", async () => {
    await put("a", "first");
    wait(TTL_MS - 1);
    await put("a", "second");
    wait(TTL_MS - 1);
    expect(await find("a")).toBe("second");
    expect(await cache().state()).toEqual({ answers: 1, bytes: 6 });
  });

  it("of one site is not another's, under the same key of the same model", async () => {
    await put("a", "answer");
    expect(await cache("site_b").find("a", TTL_MS)).toBeNull();
  });

  it("is not stored where it is too large, counted in bytes", async () => {
    await put("a", "é".repeat(LIMITS.answerBytes / 2));
    await put("b", "é".repeat(LIMITS.answerBytes / 2 + 1));
    expect([(await find("a"))?.length, await find("b")]).toEqual([LIMITS.answerBytes / 2, null]);
  });

  it("gives way to others above the limit of all: the one that would end first", async () => {
    const answer = "x".repeat(LIMITS.answerBytes);
    const many = LIMITS.allBytes / LIMITS.answerBytes;
    await put("long", answer, { ttlMs: TTL_MS * 3 });
    await put("short", answer, { ttlMs: TTL_MS });
    for (let at = 2; at < many + 1; at++) await put(`k${at}`, answer, { ttlMs: TTL_MS * 2 });
    expect([await find("short"), (await find("long"))?.length]).toEqual([null, answer.length]);
    expect(await cache().state()).toEqual({ answers: many, bytes: LIMITS.allBytes });
  }, 60_000);
});

describe("a purge", () => {
  it("takes all answers at once and says how many there were", async () => {
    await put("a", "one");
    await put("b", "two");
    await put("old", "three", { ttlMs: 1 });
    wait(1);
    expect(await cache().purge()).toBe(2);
    expect([await find("a"), await find("b")]).toEqual([null, null]);
    expect(await cache().state()).toEqual({ answers: 0, bytes: 0 });
  });

  it("holds for answers that were asked for before it and come after it", async () => {
    const askedAt = Date.now();
    wait(1_000);
    await cache().purge();
    await evictDurableObject(stub());
    await put("a", "late", { askedAt });
    expect(await find("a")).toBeNull();
    wait(1);
    await put("a", "new");
    expect(await find("a")).toBe("new");
  });
});

it("what is over is deleted by the alarm, and at last the storage itself", async () => {
  const stored = () =>
    runInDurableObject(stub(), async (_, { storage }) => ({
      tables: [...storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table'")].length,
      alarm: await storage.getAlarm(),
    }));
  await put("a", "one", { ttlMs: HOUR_MS });
  await put("b", "two", { ttlMs: HOUR_MS * 2 });
  expect((await stored()).alarm).toBe(START + HOUR_MS);
  wait(HOUR_MS);
  await runDurableObjectAlarm(stub());
  expect(await cache().state()).toEqual({ answers: 1, bytes: 3 });
  expect((await stored()).alarm).toBe(START + HOUR_MS * 2);
  wait(HOUR_MS);
  await runDurableObjectAlarm(stub());
  expect(await stored()).toEqual({ tables: 0, alarm: null });
  await put("c", "three");
  expect(await find("c")).toBe("three");
});

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { throttleOf } from "../../../src/durable/throttle/client.ts";

const RULE = { max: 3, windowMs: 60_000 };
/** Far ahead of the runtime's own clock, so that no alarm rings unless a test rings it. */
const START = Date.UTC(2040, 0, 1);

let name = "";
const throttle = () => throttleOf(env, name);
const stub = () => env.THROTTLE.getByName(name);
const attempt = async () => (await throttle().attempt(RULE)).retryAfterMs;

beforeEach(({ task }) => {
  name = task.id;
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a throttle", () => {
  it("lets the allowed number through, then says exactly how long to wait", async () => {
    for (let i = 0; i < RULE.max; i++) {
      expect(await attempt()).toBe(0);
      vi.setSystemTime(Date.now() + 1_000);
    }
    expect(await attempt()).toBe(57_000);
    vi.setSystemTime(Date.now() + 57_000);
    expect(await attempt()).toBe(0);
    expect(await attempt()).toBe(1_000);
  });

  it("does not count what it refused", async () => {
    for (let i = 0; i < RULE.max; i++) await attempt();
    for (let i = 0; i < 20; i++) expect(await attempt()).toBe(60_000);
    vi.setSystemTime(START + 60_000);
    for (let i = 0; i < RULE.max; i++) expect(await attempt()).toBe(0);
  });

  it("lets exactly the allowed number through when all come at once", async () => {
    const waits = await Promise.all(Array.from({ length: 30 }, attempt));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(RULE.max);
  });

  it("remembers attempts over an eviction", async () => {
    for (let i = 0; i < RULE.max; i++) await attempt();
    await evictDurableObject(stub());
    expect(await attempt()).toBe(60_000);
  });

  it("forgets attempts when it is cleared", async () => {
    for (let i = 0; i < RULE.max; i++) await attempt();
    await throttle().clear();
    expect(await attempt()).toBe(0);
  });

  it("keeps separate counts under separate names", async () => {
    for (let i = 0; i < RULE.max; i++) await attempt();
    const { retryAfterMs } = await throttleOf(env, `${name}-other`).attempt(RULE);
    expect(retryAfterMs).toBe(0);
  });

  it("keeps attempts that still count when its alarm rings early, and rings again", async () => {
    for (let i = 0; i < RULE.max; i++) await attempt();
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await attempt()).toBe(60_000);
    const at = await runInDurableObject(stub(), (_, state) => state.storage.getAlarm());
    expect(at).toBe(START + 60_000);
  });

  it("deletes all it stored once nothing counts any more, and works again after that", async () => {
    await attempt();
    vi.setSystemTime(START + 60_000);
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    const left = await runInDurableObject(stub(), async (_, state) => ({
      tables: state.storage.sql
        .exec("SELECT name FROM sqlite_schema WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
        .toArray(),
      alarm: await state.storage.getAlarm(),
    }));
    expect(left).toEqual({ tables: [], alarm: null });
    for (let i = 0; i < RULE.max; i++) expect(await attempt()).toBe(0);
    expect(await attempt()).toBe(60_000);
  });

  it("refuses a rule that would let nothing through", async () => {
    await runInDurableObject(stub(), async (instance) => {
      await expect(instance.attempt({ max: 0, windowMs: 1 })).rejects.toThrow(RangeError);
    });
  });
});

/** Forgetting all of a person's conversations: at once, or when a guest's cookie ends. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { newHistory, type Person } from "./support.ts";

/** Far ahead of the runtime's own clock, so that no alarm rings unless a test rings it. */
const START = Date.UTC(2040, 5, 15, 12);
const DAY = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

/** Rows of every table but the schema's own. */
async function rowsLeft(person: Person): Promise<number> {
  return await runInDurableObject(person.stub, (_, { storage: { sql } }) => {
    const tables = sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .toArray()
      .map(({ name }) => name)
      .filter((name) => !/^(sqlite_|_cf_|schema_version)/.test(name));
    return tables.reduce((sum, name) => {
      const { rows } = sql.exec<{ rows: number }>(`SELECT count(*) AS rows FROM ${name}`).one();
      return sum + rows;
    }, 0);
  });
}

describe("a history that is cleared", () => {
  it("keeps no row of anything, and is as new", async () => {
    const ann = await newHistory();
    await ann.exchange({ text: "one", images: ["data:image/png;base64,eA=="] });
    const { conversationId } = await ann.exchange({ text: "two" });
    await ann.history.remove(conversationId);
    await ann.history.keepResponse({ id: "r", previousId: null, atMs: Date.now(), document: "{}" });
    expect(await rowsLeft(ann)).toBeGreaterThan(5);
    await ann.history.clear();
    expect(await rowsLeft(ann)).toBe(0);
    const { data } = await ann.history.list({ limit: 9, after: null, search: null });
    expect(data).toEqual([]);
    await ann.exchange({ text: "again" });
    expect((await ann.history.list({ limit: 9, after: null, search: null })).data).toHaveLength(1);
  });

  it("is cleared twice without harm", async () => {
    const ann = await newHistory();
    await ann.exchange();
    await Promise.all([ann.history.clear(), ann.history.clear()]);
    expect(await rowsLeft(ann)).toBe(0);
  });
});

describe("a history with an end", () => {
  it("is whole until then, and empty from then on", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
    const guest = await newHistory();
    await guest.exchange();
    await guest.history.clearAt(START + DAY);
    vi.setSystemTime(START + DAY - 1);
    await runDurableObjectAlarm(guest.stub);
    expect(await rowsLeft(guest)).toBeGreaterThan(0);
    vi.setSystemTime(START + DAY);
    expect(await runDurableObjectAlarm(guest.stub)).toBe(true);
    expect(await rowsLeft(guest)).toBe(0);
  });

  it("has the end that was said last", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
    const guest = await newHistory();
    await guest.exchange();
    await guest.history.clearAt(START + DAY);
    await guest.history.clearAt(START + 2 * DAY);
    vi.setSystemTime(START + DAY);
    await runDurableObjectAlarm(guest.stub);
    expect(await rowsLeft(guest)).toBeGreaterThan(0);
    vi.setSystemTime(START + 2 * DAY);
    await runDurableObjectAlarm(guest.stub);
    expect(await rowsLeft(guest)).toBe(0);
  });
});

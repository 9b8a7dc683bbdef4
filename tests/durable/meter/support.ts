/** A meter of one's own for each test, and records to send it. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, vi } from "vitest";
import type { UsageRecord } from "../../../src/contract/usage.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const NOON = Date.UTC(2040, 5, 15, 12);
/** The clock of tests that stop it. */
export const NOW = NOON;

let siteId = "";
/** Call once per file: each test gets a meter of its own. */
export function isolate(): void {
  beforeEach(({ task }) => {
    siteId = `site_${task.id}`;
  });
}

/** Call where a test moves time: the clock stands at `NOW`. */
export function stopClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

export function advance(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

export const meter = (name = "") => env.METER.getByName(`${siteId}${name}`);
export type TestMeter = ReturnType<typeof meter>;
export const evict = (own: TestMeter) => evictDurableObject(own);

export const inStorage = <Value>(
  own: TestMeter,
  work: (storage: DurableObjectStorage) => Value | Promise<Value>,
) => runInDurableObject(own, (_, state) => work(state.storage));

export async function count(own: TestMeter, table: string): Promise<number> {
  return await inStorage(own, ({ sql }) =>
    Number(sql.exec(`SELECT count(*) AS rows FROM ${table}`).one().rows),
  );
}

/** Rings until all that is due is done; answers how often it rang. */
export async function ringOut(own: TestMeter): Promise<number> {
  for (let rings = 1; ; rings++) {
    await runDurableObjectAlarm(own);
    const next = await inStorage(own, (storage) => storage.getAlarm());
    if (next === null || next > Date.now() + HOUR) return rings;
  }
}

export function record(
  requestId: string,
  at: number,
  change: Partial<UsageRecord> = {},
): UsageRecord {
  return {
    request_id: requestId,
    at: new Date(at).toISOString(),
    surface: "gateway",
    status: "ok",
    error: null,
    user_id: "usr_ann",
    user_email: "ann@example.com",
    key_id: "key_1",
    model: "openai/gpt-4o-mini",
    connection: "openai",
    upstream_model: "gpt-4o-mini",
    stream: true,
    tokens: { input: 10, output: 5, cachedInput: 2, cacheWrite: 0, reasoning: 1 },
    usage_source: "reported",
    held_micro: 100,
    charged_micro: 40,
    uncollected_micro: 0,
    cost_micro: 7,
    price_version: 1,
    finish: "stop",
    attempts: [
      {
        connection: "openai",
        model: "gpt-4o-mini",
        outcome: "ok",
        status: 200,
        ms: 9,
        detail: null,
      },
    ],
    timings: { gateway: 1, admit: 1, first_byte: 20, total: 50 },
    ...change,
  };
}

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { idempotencyOf } from "../../../src/durable/idempotency/client.ts";
import { type KeptAnswer, LIMITS } from "../../../src/durable/idempotency/protocol.ts";

/** Far ahead of the runtime's own clock, so that no alarm rings unless a test rings it. */
const START = Date.UTC(2040, 0, 1);
const TTL_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

let keyId = "";
const place = () => ({ siteId: "site_a", userId: "usr_a", keyId });
const object = () => idempotencyOf(env, place());
const stub = () => env.IDEMPOTENCY.getByName(`site_a:usr_a:${keyId}`);
const claim = (requestId: string, more: { key?: string; fingerprint?: string } = {}) =>
  object().claim({ key: "k", fingerprint: "f", requestId, ttlMs: TTL_MS, ...more });
const holder = (requestId: string, key = "k") => ({ key, requestId });
const answer = (body: string | Uint8Array): KeptAnswer => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: typeof body === "string" ? new TextEncoder().encode(body) : body,
});

beforeEach(({ task }) => {
  keyId = task.id;
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a claim", () => {
  it("is given to one of many that come at once", async () => {
    const claims = await Promise.all(["a", "b", "c", "d"].map((id) => claim(`req_${id}`)));
    expect(claims.filter(({ state }) => state === "yours")).toHaveLength(1);
    expect(claims.filter(({ state }) => state === "running")).toHaveLength(3);
  });

  it("gives its answer to whoever asks the same, byte for byte, however long it is", async () => {
    const body = Uint8Array.from({ length: 2.5 * 1024 * 1024 }, (_, at) => (at * 31) % 251);
    await claim("req_a");
    await object().keep(holder("req_a"), { ...answer(body), status: 201 });
    await evictDurableObject(stub());
    const second = await claim("req_b");
    if (second.state !== "answered") throw new Error(second.state);
    expect(second).toMatchObject({ requestId: "req_a", answer: { status: 201 } });
    expect(second.answer.headers).toEqual({ "content-type": "application/json" });
    expect(Buffer.compare(second.answer.body, body)).toBe(0);
  });

  it("keeps an answer that is empty", async () => {
    await claim("req_a");
    await object().keep(holder("req_a"), answer(""));
    expect(await claim("req_b")).toMatchObject({ state: "answered" });
  });

  it("is not for another request, whether the first runs or has ended", async () => {
    await claim("req_a");
    expect((await claim("req_b", { fingerprint: "g" })).state).toBe("different");
    await object().keep(holder("req_a"), answer("{}"));
    expect((await claim("req_b", { fingerprint: "g" })).state).toBe("different");
  });

  it("still runs after an eviction, and is lost, never free, when its time is over", async () => {
    await claim("req_a");
    await evictDurableObject(stub());
    expect(await claim("req_b")).toEqual({ state: "running", requestId: "req_a" });
    vi.setSystemTime(START + TTL_MS);
    expect(await claim("req_b")).toEqual({ state: "lost", requestId: "req_a" });
  });

  it("that ends late still keeps its answer", async () => {
    await claim("req_a");
    vi.setSystemTime(START + TTL_MS);
    await object().keep(holder("req_a"), answer("{}"));
    expect((await claim("req_b")).state).toBe("answered");
  });

  it("that is freed can be had anew, also for another request", async () => {
    await claim("req_a");
    await object().free(holder("req_a"));
    expect((await claim("req_b", { fingerprint: "g" })).state).toBe("yours");
  });

  it("is lost where its request says so", async () => {
    await claim("req_a");
    await object().lose(holder("req_a"));
    expect((await claim("req_b")).state).toBe("lost");
  });

  it("is ended by nobody but the request that holds it", async () => {
    await claim("req_a");
    await object().keep(holder("req_b"), answer("theirs"));
    await object().lose(holder("req_b"));
    await object().free(holder("req_b"));
    expect(await claim("req_c")).toEqual({ state: "running", requestId: "req_a" });
  });

  it("that has its answer changes no more", async () => {
    await claim("req_a");
    await object().keep(holder("req_a"), answer("first"));
    await object().keep(holder("req_a"), answer("second"));
    await object().lose(holder("req_a"));
    await object().free(holder("req_a"));
    const again = await claim("req_b");
    expect(again.state === "answered" && new TextDecoder().decode(again.answer.body)).toBe("first");
  });
});

describe("what is kept", () => {
  it("ends after a day: then the key is new", async () => {
    await claim("req_a");
    await object().keep(holder("req_a"), answer("{}"));
    vi.setSystemTime(START + DAY_MS - 1);
    expect((await claim("req_b")).state).toBe("answered");
    vi.setSystemTime(START + DAY_MS);
    expect((await claim("req_b")).state).toBe("yours");
  });

  it("is no answer above the limit of one: it is lost, and not asked again", async () => {
    await claim("req_a");
    await object().keep(holder("req_a"), answer(new Uint8Array(LIMITS.answerBytes + 1)));
    expect((await claim("req_b")).state).toBe("lost");
  });

  it("gives up its oldest answers above the limit of all, and keeps their claims", async () => {
    const many = LIMITS.allBytes / LIMITS.answerBytes + 1;
    const body = new Uint8Array(LIMITS.answerBytes);
    for (let at = 0; at < many; at++) {
      vi.setSystemTime(START + at);
      await claim(`req_${at}`, { key: `k${at}` });
      await object().keep(holder(`req_${at}`, `k${at}`), answer(body));
    }
    const states = [];
    for (const at of [0, 1, many - 1]) {
      states.push((await claim("req_z", { key: `k${at}` })).state);
    }
    expect(states).toEqual(["lost", "answered", "answered"]);
  }, 60_000);

  it("is all gone, tables and alarm, when the last claim is a day old", async () => {
    await claim("req_a", { key: "a" });
    vi.setSystemTime(START + 1_000);
    await claim("req_b", { key: "b" });
    await object().keep(holder("req_b", "b"), answer("{}"));
    vi.setSystemTime(START + DAY_MS);
    await runDurableObjectAlarm(stub());
    const tablesLeft = () =>
      runInDurableObject(stub(), async (_, state) => ({
        tables: [...state.storage.sql.exec("SELECT name FROM sqlite_master")].length,
        alarm: await state.storage.getAlarm(),
      }));
    expect(await tablesLeft()).toMatchObject({ alarm: START + DAY_MS + 3_600_000 });
    vi.setSystemTime(START + DAY_MS + 3_600_000);
    await runDurableObjectAlarm(stub());
    expect(await tablesLeft()).toEqual({ tables: 0, alarm: null });
  });
});

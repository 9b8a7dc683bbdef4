/** The audit while the meter, or the store too, cannot be reached. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { meterOf } from "../../src/durable/meter/client.ts";
import { readEnvironment } from "../../src/http/environment.ts";
import { beginAudit, deliverAudit, endAudit, recordAudit } from "../../src/services/audit.ts";
import { type Services, servicesOf } from "../../src/services/services.ts";
import { configure } from "./support.ts";

const DEED = {
  action: "sign_in",
  actor: { kind: "user", id: "usr_ann", name: "ann@acme.example" },
  address: null,
  agent: "curl/8",
  requestId: "req_1",
} as const;

const services = () => servicesOf(env, readEnvironment(env));
const unreachable = {
  getByName: () => ({ audit: () => Promise.reject(new Error("network connection lost")) }),
};
const withoutMeter = (): Services => ({
  ...services(),
  env: { ...env, METER: unreachable as unknown as Env["METER"] },
});

const entriesOf = async (siteId: string) =>
  (await meterOf(env, siteId).auditEntries({ limit: 10 })).data;
const waiting = async () =>
  Number(
    (await env.DB.prepare("SELECT count(*) AS rows FROM audit_outbox").first<{ rows: number }>())
      ?.rows,
  );

/** A site of its own for each test, and silence: that a meter is down is said in the log. */
async function prepared(slug: string): Promise<string> {
  await configure({ slug, name: slug });
  await env.DB.prepare("DELETE FROM audit_outbox").run();
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  return `site_of_${slug}`;
}

describe("while the meter cannot be reached", () => {
  it("an entry waits in the store, and the cron brings it, once", async () => {
    const siteId = await prepared("down");
    await recordAudit(withoutMeter(), siteId, DEED);
    expect(await entriesOf(siteId)).toEqual([]);
    expect(await waiting()).toBe(1);

    await deliverAudit(services());
    await deliverAudit(services());
    expect(await entriesOf(siteId)).toMatchObject([{ action: "sign_in", outcome: "done" }]);
    expect(await waiting()).toBe(0);
  });

  it("what was begun by the meter may end by the store, and the other way round", async () => {
    const siteId = await prepared("half");
    const first = await beginAudit(services(), siteId, DEED);
    await endAudit(withoutMeter(), siteId, first, { outcome: "failed" });
    const second = await beginAudit(withoutMeter(), siteId, DEED);
    await endAudit(services(), siteId, second, { code: "conflict" });
    expect((await entriesOf(siteId)).map((entry) => entry.outcome)).toEqual(["unfinished"]);
    await deliverAudit(services());
    const outcomes = (await entriesOf(siteId)).map(({ id, outcome }) => [id, outcome]);
    expect(outcomes.toSorted()).toEqual(
      [
        [first, "failed"],
        [second, "refused"],
      ].toSorted(),
    );
  });

  it("what waits for one site holds up nothing behind it", async () => {
    const siteId = await prepared("behind");
    await recordAudit(withoutMeter(), "site_that_stays_down", DEED);
    await recordAudit(withoutMeter(), siteId, DEED);
    const getByName = (name: string) =>
      name === siteId ? env.METER.getByName(name) : unreachable.getByName();
    const half = { ...services(), env: { ...env, METER: { getByName } } } as unknown as Services;
    await deliverAudit(half);
    expect(await entriesOf(siteId)).toHaveLength(1);
    expect(await waiting()).toBe(1);
  });

  it("more than one round of what waits is brought", async () => {
    const siteId = await prepared("many");
    for (let at = 0; at < 103; at++) await recordAudit(withoutMeter(), siteId, DEED);
    await deliverAudit(services());
    expect(await waiting()).toBe(0);
  });
});

describe("what is too large to keep", () => {
  it("is left out of its entry, which is kept", async () => {
    const siteId = await prepared("large");
    const large = { text: "x".repeat(3_000_000) };
    const changes = [
      { field: "a", before: large, after: 1 },
      { field: "b", after: "small" },
    ];
    await recordAudit(services(), siteId, { ...DEED, asked: large, changes });
    expect(await entriesOf(siteId)).toMatchObject([
      {
        asked: "…",
        changes: [
          { field: "a", before: "…", after: 1 },
          { field: "b", after: "small" },
        ],
      },
    ]);
  });
});

describe("where it can be kept nowhere", () => {
  it("a deed is not begun", async () => {
    const siteId = await prepared("nowhere");
    const broken = withoutMeter();
    const db = Object.create(broken.db, {
      insert: {
        value: () => {
          throw new Error("the store cannot be reached");
        },
      },
    });
    const nowhere: Services = { ...broken, db };
    await expect(beginAudit(nowhere, siteId, DEED)).rejects.toThrow("cannot be reached");
    await expect(recordAudit(nowhere, siteId, DEED)).rejects.toThrow("cannot be reached");
  });
});

/** Own domains where Cloudflare makes the certificates: every standing, every refusal, removal. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkHost } from "../../src/services/hosts/check.ts";
import { CloudflareHostnames } from "../../src/services/hosts/cloudflare.ts";
import { atomically } from "../../src/store/database.ts";
import { approveHost, dueRemovals, removeHost } from "../../src/store/hosts.ts";
import {
  type Claim,
  DAY,
  HOUR,
  MINUTE,
  makeStage,
  migrated,
  noClaims,
  START,
  type Stage,
} from "./hosts-stage.ts";

beforeAll(migrated);
beforeEach(noClaims);
const stage = () => makeStage({ cloudflare: true });

async function proven(on: Stage): Promise<Claim> {
  const claim = await on.claim();
  await on.prove(claim.token);
  return claim;
}

const stand = (on: Stage, status: string, ssl: string, errors: string[] = []) =>
  on.world.say({ hostname: on.host, status, ssl, errors });

async function live(on: Stage): Promise<Claim> {
  const claim = await proven(on);
  await claim.check();
  await stand(on, "active", "active");
  expect((await claim.check()).status).toBe("live");
  return claim;
}

const removalsOf = async (on: Stage) =>
  (await dueRemovals(on.services.db, Number.MAX_SAFE_INTEGER, 1000)).filter(
    ({ host }) => host === on.host,
  );

describe("a host that is proven", () => {
  it("is made at Cloudflare only then, and leads here once it has its certificate", async () => {
    const on = stage();
    const claim = await on.claim();
    await claim.check();
    expect((await on.world.heard()).heard).toEqual([]);
    await on.prove(claim.token);
    const steps: [string, string, string | null][] = [];
    const look = async (now: number) => {
      const { status, problem } = await claim.check(now);
      steps.push([status, problem?.code ?? "", await on.leadsTo()]);
    };
    await look(START);
    await stand(on, "pending", "pending_validation");
    await look(START + MINUTE);
    await stand(on, "active", "pending_issuance");
    await look(START + 2 * MINUTE);
    await stand(on, "active", "pending_deployment");
    await look(START + 3 * MINUTE);
    await stand(on, "active", "active");
    await look(START + 4 * MINUTE);
    expect(steps).toEqual([
      ["proven", "address_missing", null],
      ["proven", "address_missing", null],
      ["proven", "certificate_pending", null],
      ["proven", "certificate_pending", null],
      ["live", "", claim.siteId],
    ]);
    const { heard, hostnames } = await on.world.heard();
    expect(heard.filter((call) => call.startsWith("POST"))).toHaveLength(1);
    expect((await claim.row()).customHostnameId).toBe(hostnames[0]?.id);
  });

  it("and is at Cloudflare already is taken as it stands", async () => {
    const on = stage();
    const claim = await proven(on);
    const { cloudflare } = on.services.environment.hosts;
    if (!cloudflare) throw new Error("no Cloudflare");
    const made = await new CloudflareHostnames(cloudflare).ensure(on.host);
    await stand(on, "active", "active");
    expect(await claim.check()).toMatchObject({
      status: "live",
      customHostnameId: made.ok ? made.value.id : "",
    });
  });

  it("is made anew where Cloudflare has dropped it", async () => {
    const on = stage();
    const claim = await live(on);
    const { customHostnameId } = await claim.row();
    await on.world.say({ gone: on.host });
    const row = await claim.check(START + DAY);
    expect(row).toMatchObject({ status: "live", problem: { code: "address_missing" } });
    expect(row.customHostnameId).not.toBe(customHostnameId);
  });

  it.each([
    ["pending", "pending_validation", "proven", "address_missing"],
    ["pending_provisioned", "initializing", "proven", "address_missing"],
    ["active", "initializing", "proven", "certificate_pending"],
    ["active_redeploying", "pending_issuance", "proven", "certificate_pending"],
    ["active", "validation_timed_out", "failed", "certificate_failed"],
    ["active", "issuance_timed_out", "failed", "certificate_failed"],
    ["pending", "initializing_timed_out", "failed", "certificate_failed"],
    ["active", "expired", "failed", "certificate_failed"],
    ["moved", "active", "proven", "hostname_moved"],
    ["deleted", "deleted", "proven", "hostname_moved"],
    ["blocked", "pending_validation", "failed", "hostname_blocked"],
    ["a_status_of_next_year", "active", "proven", "address_missing"],
  ])("and stands as %s / %s is %s: %s", async (status, ssl, expected, code) => {
    const on = stage();
    const claim = await proven(on);
    await claim.check();
    await stand(on, status, ssl, ["caa_error: example CA may not issue"]);
    const row = await claim.check(START + MINUTE);
    expect(row).toMatchObject({ status: expected, problem: { code } });
    expect(row.problem?.detail).toBe(`${status} / ${ssl} · caa_error: example CA may not issue`);
    expect(row.nextCheckAt).toBeGreaterThan(START + MINUTE);
    expect(await on.leadsTo()).toBeNull();
  });

  it.each([
    ["active", "backup_issued"],
    ["active_redeploying", "active"],
    ["active", "pending_expiration"],
  ])("and stands as %s / %s has a certificate", async (status, ssl) => {
    const on = stage();
    const claim = await proven(on);
    await claim.check();
    await stand(on, status, ssl);
    expect((await claim.check()).status).toBe("live");
  });

  it.each([
    ["moved", "active"],
    ["active", "validation_timed_out"],
  ])("is looked at anew by Cloudflare when it stands as %s / %s", async (status, ssl) => {
    const on = stage();
    const claim = await proven(on);
    await claim.check();
    await stand(on, status, ssl);
    await claim.check(START + MINUTE);
    const { heard, hostnames } = await on.world.heard();
    expect(heard.at(-1)).toBe(`PATCH ${hostnames[0]?.id}`);
    expect(hostnames[0]).toMatchObject({ status: "pending", ssl: "initializing" });
    expect((await claim.check(START + HOUR)).problem?.code).toBe("address_missing");
  });

  it("and live stays live whatever Cloudflare says of it later, and says what that is", async () => {
    const on = stage();
    const claim = await live(on);
    for (const [status, ssl, code] of [
      ["moved", "active", "hostname_moved"],
      ["blocked", "active", "hostname_blocked"],
      ["active", "expired", "certificate_failed"],
    ] as const) {
      await stand(on, status, ssl);
      const row = await claim.check(START + DAY);
      expect(row).toMatchObject({ status: "live", problem: { code } });
    }
    expect(await on.leadsTo()).toBe(claim.siteId);
    await stand(on, "active", "active");
    expect(await claim.check(START + 2 * DAY)).toMatchObject({ status: "live", problem: null });
  });
});

describe("Cloudflare's refusal", () => {
  it.each([
    [{ status: 400, code: 1407, message: "Invalid hostname" }, "failed", "hostname_refused"],
    [{ status: 400, code: 1409, message: "Reserved TLD" }, "failed", "hostname_refused"],
    [{ status: 400, code: 1411, message: "example.com" }, "failed", "hostname_refused"],
    [{ status: 403, code: 1404, message: "No quota for zone" }, "failed", "provider_quota"],
    [{ status: 403, code: 1405, message: "Quota exceeded" }, "failed", "provider_quota"],
    [
      { status: 403, code: 10000, message: "Authentication error" },
      "failed",
      "provider_credentials",
    ],
    [{ status: 401, code: 1000, message: "Invalid token" }, "failed", "provider_credentials"],
    [{ status: 500, code: 1500, message: "Internal error" }, "proven", "provider_busy"],
  ])("%j is told in its words and tried again later", async (fail, status, code) => {
    const on = stage();
    const claim = await proven(on);
    await on.world.say({ fail, times: 1 });
    const row = await claim.check();
    expect(row).toMatchObject({
      status,
      problem: { code, detail: `${fail.message} (${fail.code})` },
      nextCheckAt: START + MINUTE,
    });
    expect(JSON.stringify(row)).not.toContain("cf-token");
    expect((await claim.check(START + MINUTE)).problem?.code).toBe("address_missing");
  });

  it("for asking too often is heeded: nobody asks before the time it names", async () => {
    const on = stage();
    const claim = await proven(on);
    await on.world.say({ fail: { status: 429, retryAfter: "3600" }, times: 1 });
    expect(await claim.check()).toMatchObject({
      status: "proven",
      problem: { code: "provider_busy" },
      nextCheckAt: START + HOUR,
    });
  });

  it("takes nothing from a host that is live, nor from one that the operator's file names", async () => {
    const on = stage();
    const claim = await live(on);
    await on.world.say({ fail: { status: 403, code: 10000 }, times: 1 });
    expect(await claim.check(START + DAY)).toMatchObject({ status: "live" });
    const other = stage();
    const given = await other.claim();
    const { db } = other.services;
    await atomically(db, [approveHost(db, given.siteId, other.host, START)]);
    await other.world.say({ fail: { status: 403, code: 1405 }, times: 1 });
    const row = await given.check();
    expect(row).toMatchObject({ status: "live", problem: { code: "provider_quota" } });
    expect(await other.leadsTo()).toBe(given.siteId);
  });

  it("of a hostname that another zone has is told, and nothing is taken for ours", async () => {
    const on = stage();
    const claim = await proven(on);
    const message = "Duplicate custom hostname found.";
    await on.world.say({ fail: { status: 409, code: 1406, message }, times: 1, method: "POST" });
    expect(await claim.check()).toMatchObject({
      customHostnameId: null,
      problem: { code: "hostname_refused", detail: `${message} (1406)` },
    });
  });
});

describe("what is given up", () => {
  const giveUp = (on: Stage, claim: Claim) =>
    atomically(on.services.db, removeHost(on.services.db, claim.siteId, on.host, START));

  it("is removed at Cloudflare by the minute's work", async () => {
    const on = stage();
    await giveUp(on, await live(on));
    expect(await on.leadsTo()).toBeNull();
    await on.tend(START);
    expect((await on.world.heard()).hostnames).toEqual([]);
    expect(await removalsOf(on)).toEqual([]);
  });

  it("and cannot be removed is tried again, ever more rarely, until it is", async () => {
    const on = stage();
    await giveUp(on, await live(on));
    await on.world.say({ fail: { status: 500 }, times: 2, method: "DELETE" });
    await on.tend(START);
    expect(await removalsOf(on)).toMatchObject([{ attempts: 1, nextTryAt: START + MINUTE }]);
    await on.tend(START + MINUTE - 1);
    await on.tend(START + MINUTE);
    expect(await removalsOf(on)).toMatchObject([{ attempts: 2 }]);
    await on.tend(START + HOUR);
    expect((await on.world.heard()).hostnames).toEqual([]);
    expect(await removalsOf(on)).toEqual([]);
  });

  it("and was removed there by hand is done with", async () => {
    const on = stage();
    await giveUp(on, await live(on));
    await on.world.say({ gone: on.host });
    await on.tend(START);
    expect(await removalsOf(on)).toEqual([]);
  });

  it("and is another site's meanwhile stays at Cloudflare", async () => {
    const on = stage();
    const first = await live(on);
    await giveUp(on, first);
    const next = await proven(on);
    expect((await next.check()).status).toBe("live");
    await on.tend(START);
    expect((await on.world.heard()).hostnames).toHaveLength(1);
    expect(await removalsOf(on)).toEqual([]);
    expect(await on.leadsTo()).toBe(next.siteId);
  });

  it("while it was being made is removed again", async () => {
    const on = stage();
    const claim = await proven(on);
    const old = await claim.row();
    const looking = checkHost(on.services, { ...old, verifiedAt: START }, START);
    await giveUp(on, claim);
    await looking;
    expect(await removalsOf(on)).toHaveLength(1);
    await on.tend(START);
    expect((await on.world.heard()).hostnames).toEqual([]);
  });

  it("by being taken over keeps its certificate, now for the other site", async () => {
    const on = stage();
    const first = await live(on);
    const { customHostnameId } = await first.row();
    const second = await proven(on);
    expect(await second.check()).toMatchObject({ status: "live", customHostnameId });
    expect((await first.row()).customHostnameId).toBeNull();
    expect((await on.world.heard()).heard.filter((call) => /POST|DELETE/.test(call))).toHaveLength(
      1,
    );
  });
});

describe("the minute's work", () => {
  it("looks at what is due and at nothing else, once", async () => {
    const on = stage();
    const claim = await proven(on);
    await on.tend(START - 1);
    expect((await claim.row()).checkedAt).toBeNull();
    await Promise.all([on.tend(START), on.tend(START)]);
    expect((await on.world.heard()).heard.filter((call) => call.startsWith("POST"))).toHaveLength(
      1,
    );
    await stand(on, "active", "active");
    await on.tend(START + MINUTE);
    expect((await claim.row()).status).toBe("live");
  });

  it("makes at Cloudflare what the operator's file names", async () => {
    const on = stage();
    const given = await on.claim();
    const { db } = on.services;
    await atomically(db, [approveHost(db, given.siteId, on.host, START)]);
    await on.tend(START);
    expect((await on.world.heard()).hostnames).toMatchObject([{ hostname: on.host }]);
    expect((await given.row()).status).toBe("live");
  });
});

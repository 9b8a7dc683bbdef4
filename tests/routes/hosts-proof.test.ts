/** Whose an own domain is, as its DNS says it: proofs, rivals, and proofs that go. */
import { beforeAll, describe, expect, it } from "vitest";
import { checkHost } from "../../src/services/hosts/check.ts";
import { proofName, proofText } from "../../src/services/hosts/dns.ts";
import { atomically } from "../../src/store/database.ts";
import { approveHost, removeHost } from "../../src/store/hosts.ts";
import { DAY, HOUR, MINUTE, makeStage, migrated, START, type Stage } from "./hosts-stage.ts";

beforeAll(migrated);
const stage = () => makeStage({ cloudflare: false });

/** A claim that is live since START. */
async function live(on: Stage) {
  const claim = await on.claim();
  await on.prove(claim.token);
  expect(await claim.check()).toMatchObject({ status: "live", problem: null });
  return claim;
}

describe("a claim", () => {
  it("leads to its site once both resolvers see its token, with nothing in front to set up", async () => {
    const on = stage();
    const claim = await on.claim();
    expect(await claim.check()).toMatchObject({
      status: "pending",
      problem: { code: "proof_missing", detail: "" },
      checkedAt: START,
      nextCheckAt: START + MINUTE,
      attempts: 1,
    });
    expect(await on.leadsTo()).toBeNull();
    await on.prove(claim.token);
    expect(await claim.check(START + MINUTE)).toMatchObject({
      status: "live",
      problem: null,
      verifiedAt: START + MINUTE,
      attempts: 0,
      nextCheckAt: START + MINUTE + DAY,
    });
    expect(await on.leadsTo()).toBe(claim.siteId);
  });

  it.each([
    ["one resolver sees it and the other does not", "proof_differs"],
    ["the name servers do not answer", "dns_unreachable"],
    ["a resolver is down", "dns_unreachable"],
    ["another text stands there", "proof_wrong"],
    ["the token has one letter more", "proof_wrong"],
  ])("is not proven while %s: %s", async (case_, code) => {
    const on = stage();
    const claim = await on.claim();
    const name = proofName(on.host);
    const say: Record<string, () => Promise<void>> = {
      "one resolver sees it and the other does not": () =>
        on.world.say({ texts: { [name]: [proofText(claim.token)] }, resolver: "a" }),
      "the name servers do not answer": () => on.world.say({ code: 2, resolver: "b" }),
      "a resolver is down": () => on.world.say({ code: 500, resolver: "b" }),
      "another text stands there": () => on.world.say({ texts: { [name]: ["v=spf1 -all"] } }),
      "the token has one letter more": () => on.prove(`${claim.token}0`),
    };
    await on.prove(...(code === "dns_unreachable" ? [claim.token] : []));
    await say[case_]?.();
    expect(await claim.check()).toMatchObject({ status: "pending", problem: { code } });
    expect(await on.leadsTo()).toBeNull();
  });

  it("is not proven by the token of another site's claim, even one that was used before", async () => {
    const on = stage();
    const [first, thief] = [await live(on), await on.claim()];
    expect((await thief.check()).problem?.code).toBe("proof_wrong");
    await atomically(on.services.db, removeHost(on.services.db, first.siteId, on.host, START));
    expect((await thief.check(START + HOUR)).problem?.code).toBe("proof_wrong");
    expect(await on.leadsTo()).toBeNull();
  });

  it("without a token is nobody's proof, whatever the DNS says", async () => {
    const on = stage();
    const claim = await on.claim("");
    await on.prove("");
    expect(await claim.check()).toMatchObject({ status: "pending", verifiedAt: null });
  });

  it("is looked at ever more rarely, and left alone after a month; asking begins anew", async () => {
    const on = stage();
    const claim = await on.claim();
    let row = await claim.check();
    const pauses: number[] = [];
    while (row.nextCheckAt !== null && pauses.length < 12) {
      const before = row.nextCheckAt;
      row = await claim.check(before);
      pauses.push(((row.nextCheckAt ?? 0) - before) / MINUTE);
    }
    expect(pauses).toEqual([1, 2, 5, 10, 15, 30, 60, 120, 240, 240, 240, 240]);
    const late = { ...(await claim.row()), attempts: 187 };
    await checkHost(on.services, late, START + 30 * DAY);
    expect(await claim.row()).toMatchObject({
      status: "failed",
      problem: { code: "claim_ended" },
      nextCheckAt: null,
    });
  });
});

describe("of two sites that claim one host", () => {
  it("the first with a proof has it; the other is told so only when his own is seen", async () => {
    const on = stage();
    const [first, second] = [await live(on), await on.claim()];
    expect((await second.check()).problem?.code).toBe("proof_wrong");
    await on.prove(first.token, second.token);
    expect(await second.check()).toMatchObject({ status: "pending", problem: { code: "held" } });
    expect(await on.leadsTo()).toBe(first.siteId);
  });

  it("the one whose proof stands alone takes it over, at once, and both are told", async () => {
    const on = stage();
    const [first, second] = [await live(on), await on.claim()];
    await on.prove(second.token);
    expect(await second.check(START + HOUR)).toMatchObject({ status: "live", problem: null });
    expect(await on.leadsTo()).toBe(second.siteId);
    expect(await first.row()).toMatchObject({
      status: "lost",
      verifiedAt: null,
      problem: { code: "taken_over" },
    });
    expect(await first.notices()).toMatchObject([{ kind: "host_lost", why: "taken_over" }]);
    expect(await first.letters()).toEqual([
      `${first.owner}: ${on.host} belongs to another site now · Acme`,
    ]);
    expect([await second.notices(), await second.letters()]).toEqual([[], []]);
  });

  it("nobody takes it over while a resolver still sees the first proof, or cannot be asked", async () => {
    const on = stage();
    const [first, second] = [await live(on), await on.claim()];
    const name = proofName(on.host);
    await on.prove(second.token);
    await on.world.say({
      texts: { [name]: [first.token, second.token].map(proofText) },
      resolver: "b",
    });
    expect((await second.check()).problem?.code).toBe("held");
    await on.world.say({ code: 2, resolver: "b" });
    expect((await second.check()).problem?.code).toBe("dns_unreachable");
    expect(await on.leadsTo()).toBe(first.siteId);
  });

  it("nobody takes over what the operator's file has given away", async () => {
    const on = stage();
    const [given, rival] = [await on.claim(), await on.claim()];
    const { db } = on.services;
    await atomically(db, [approveHost(db, given.siteId, on.host, START)]);
    await on.prove(rival.token);
    expect((await rival.check()).problem?.code).toBe("held");
    expect(await given.check(START + 30 * DAY)).toMatchObject({
      status: "live",
      nextCheckAt: null,
    });
    expect(await on.leadsTo()).toBe(given.siteId);
  });

  it("who claims again what he has given up needs a new proof", async () => {
    const on = stage();
    const first = await live(on);
    const { db } = on.services;
    await atomically(db, removeHost(db, first.siteId, on.host, START));
    expect(await on.leadsTo()).toBeNull();
    const again = await on.claim();
    expect((await again.check()).problem?.code).toBe("proof_wrong");
    await on.prove(again.token);
    expect((await again.check()).status).toBe("live");
  });
});

describe("a live host whose proof is gone", () => {
  it("leads on for seven days, is told of once, then leads nowhere and is anybody's to claim", async () => {
    const on = stage();
    const claim = await live(on);
    await on.prove();
    let row = await claim.check(START + DAY);
    expect(row).toMatchObject({
      status: "live",
      problem: { code: "proof_gone" },
      missingSince: START + DAY,
      nextCheckAt: START + 2 * DAY,
    });
    for (let day = 2; day < 8; day++) {
      row = await claim.check(row.nextCheckAt ?? 0);
      expect(`${day} ${row.status}`).toBe(`${day} live`);
      expect(await on.leadsTo()).toBe(claim.siteId);
    }
    expect(await claim.notices()).toMatchObject([{ kind: "host_proof_gone", host: on.host }]);
    expect(await claim.check(row.nextCheckAt ?? 0)).toMatchObject({
      status: "lost",
      verifiedAt: null,
      nextCheckAt: null,
      checkedAt: START + 8 * DAY,
    });
    expect(await on.leadsTo()).toBeNull();
    expect((await claim.notices())[0]).toMatchObject({ kind: "host_lost", why: "proof_gone" });
    expect(await claim.letters()).toEqual([
      `${claim.owner}: ${on.host} stops leading to your site on 2026-11-29 · Acme`,
      `${claim.owner}: ${on.host} leads to your site no more · Acme`,
    ]);
    const next = await on.claim();
    await on.prove(next.token);
    expect((await next.check(START + 9 * DAY)).status).toBe("live");
  });

  it("is as before when the proof is back, also after it was lost", async () => {
    const on = stage();
    const claim = await live(on);
    await on.prove();
    await claim.check(START + DAY);
    await on.prove(claim.token);
    const back = { status: "live", problem: null, missingSince: null };
    expect(await claim.check(START + 2 * DAY)).toMatchObject(back);
    await on.prove();
    await claim.check(START + 3 * DAY);
    expect((await claim.check(START + 10 * DAY)).status).toBe("lost");
    await on.prove(claim.token);
    expect(await claim.check(START + 11 * DAY)).toMatchObject(back);
    expect(await on.leadsTo()).toBe(claim.siteId);
  });

  it("is not lost by resolvers that cannot be asked or disagree, however long", async () => {
    const on = stage();
    const claim = await live(on);
    await on.world.say({ code: 2 });
    for (const day of [1, 5, 9, 20]) await claim.check(START + day * DAY);
    expect(await claim.row()).toMatchObject({
      status: "live",
      problem: null,
      missingSince: null,
      nextCheckAt: START + 20 * DAY + HOUR,
    });
    await on.world.say({ code: 0 });
    await on.world.say({ texts: { [proofName(on.host)]: [] }, resolver: "a" });
    for (const day of [21, 29, 40]) await claim.check(START + day * DAY);
    expect(await claim.row()).toMatchObject({ status: "live", missingSince: null });
    expect(await on.leadsTo()).toBe(claim.siteId);
  });
});

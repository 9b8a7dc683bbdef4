/** Own domains in the store: many may claim one, one can have proven it. */
import { expect } from "vitest";
import { atomically, type Database } from "../../src/store/database.ts";
import {
  addClaim,
  addRemoval,
  approveHost,
  type ClaimKey,
  delayRemoval,
  dropRemoval,
  dueHosts,
  dueRemovals,
  findClaim,
  findHolders,
  hostsOf,
  isHostnameUsed,
  loseHost,
  moveHost,
  noteCheck,
  removeHost,
  removeHostsOfSite,
  verifyClaim,
} from "../../src/store/hosts.ts";
import { findSiteByHost } from "../../src/store/sites.ts";
import { type Claims, fresh, makeSite } from "./fixture.ts";

const BASE = "portico.example";
const NOW = 1_000;

async function claimed(db: Database, host = `${fresh("ai")}.example`): Promise<ClaimKey> {
  const { siteId } = await makeSite(db);
  const key = { host, siteId, token: crypto.randomUUID() };
  expect(await addClaim(db, key, null, NOW)).toBe(true);
  return key;
}

/** A claim that is proven and live, with a custom hostname. */
async function live(db: Database): Promise<ClaimKey & { id: string }> {
  const key = await claimed(db);
  const id = crypto.randomUUID();
  await verifyClaim(db, key, NOW);
  await noteCheck(db, key, { status: "live", customHostnameId: id, nextCheckAt: null });
  return { ...key, id };
}

async function rowOf(db: Database, { siteId, host }: ClaimKey) {
  const row = await findClaim(db, siteId, host);
  if (!row) throw new Error("the claim is gone");
  return row;
}

const removalsOf = async (db: Database, host: string) =>
  (await dueRemovals(db, Number.MAX_SAFE_INTEGER, 1000)).filter((one) => one.host === host);

export const hostClaims: Claims = {
  "a claim is pending, leads nowhere and is due at once": async (db) => {
    const key = await claimed(db);
    expect(await rowOf(db, key)).toMatchObject({
      ...key,
      status: "pending",
      verifiedAt: null,
      problem: null,
      customHostnameId: null,
      missingSince: null,
      attempts: 0,
      nextCheckAt: NOW,
    });
    expect(await findSiteByHost(db, key.host, BASE)).toBeNull();
    const due = await dueHosts(db, NOW, 10_000);
    expect(due.some((row) => row.host === key.host)).toBe(true);
    const early = await dueHosts(db, NOW - 1, 10_000);
    expect(early.some((row) => row.host === key.host)).toBe(false);
  },

  "a site claims no more than it has room for, however many it tries at once": async (db) => {
    const { siteId } = await makeSite(db);
    const tries = Array.from({ length: 8 }, () =>
      addClaim(db, { host: `${fresh("many")}.example`, siteId, token: "t" }, 3, NOW),
    );
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(3);
    expect(await hostsOf(db, siteId)).toHaveLength(3);
  },

  "a site has a host once, and another may claim the same": async (db) => {
    const key = await claimed(db);
    expect(await addClaim(db, { ...key, token: "other" }, null, NOW)).toBe(false);
    expect((await rowOf(db, key)).token).toBe(key.token);
    const rival = await claimed(db, key.host);
    expect(rival.siteId).not.toBe(key.siteId);
  },

  "of many claims that are proven at once one gets the host": async (db) => {
    const first = await claimed(db);
    const keys = [first, await claimed(db, first.host), await claimed(db, first.host)];
    const won = await Promise.all(keys.map((key) => verifyClaim(db, key, NOW)));
    expect(won.filter(Boolean)).toHaveLength(1);
    const holders = await findHolders(db, [first.host, "nobody.example"]);
    expect(holders.map(({ siteId }) => siteId)).toEqual([keys[won.indexOf(true)]?.siteId]);
  },

  "a host that is proven leads to its site once it is live": async (db) => {
    const key = await claimed(db);
    expect(await noteCheck(db, key, { status: "live" }), "not without a proof").toBe(false);
    await verifyClaim(db, key, NOW);
    await noteCheck(db, key, { status: "proven" });
    expect(await findSiteByHost(db, key.host, BASE)).toBeNull();
    await noteCheck(db, key, { status: "live" });
    expect(await findSiteByHost(db, key.host, BASE)).toBe(key.siteId);
  },

  "a claim that was given up and made anew is not changed by a check of the old one": async (
    db,
  ) => {
    const old = await claimed(db);
    await atomically(db, removeHost(db, old.siteId, old.host, NOW));
    expect(await noteCheck(db, old, { status: "live" })).toBe(false);
    const anew = { ...old, token: "another" };
    await addClaim(db, anew, null, NOW);
    expect(await noteCheck(db, old, { status: "live" })).toBe(false);
    expect(await verifyClaim(db, old, NOW)).toBe(false);
    expect((await rowOf(db, anew)).status).toBe("pending");
  },

  "a host moves to the site that proves it, with its custom hostname": async (db) => {
    const { id, ...key } = await live(db);
    const heir = await claimed(db, key.host);
    expect(await moveHost(db, await rowOf(db, key), heir, 7)).toBe(true);
    expect(await rowOf(db, heir)).toMatchObject({ verifiedAt: 7, customHostnameId: id });
    expect(await rowOf(db, key)).toMatchObject({
      verifiedAt: null,
      customHostnameId: null,
      status: "lost",
      problem: { code: "taken_over", detail: "" },
      nextCheckAt: null,
    });
    expect(await removalsOf(db, key.host)).toEqual([]);
  },

  "nobody loses a host to a claim that is gone": async (db) => {
    const { id: _, ...key } = await live(db);
    const heir = await claimed(db, key.host);
    await atomically(db, removeHost(db, heir.siteId, heir.host, NOW));
    expect(await moveHost(db, await rowOf(db, key), heir, 7)).toBe(false);
    expect(await findSiteByHost(db, key.host, BASE)).toBe(key.siteId);
  },

  "of two that take a host over at once one has it": async (db) => {
    const { id: _, ...key } = await live(db);
    const from = await rowOf(db, key);
    const heirs = [await claimed(db, key.host), await claimed(db, key.host)];
    const moved = await Promise.all(heirs.map((heir) => moveHost(db, from, heir, 7)));
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await findHolders(db, [key.host])).toHaveLength(1);
  },

  "a host that is lost leads nowhere, and its custom hostname is to be forgotten": async (db) => {
    const { id, ...key } = await live(db);
    const problem = { code: "proof_gone" as const, detail: "" };
    await loseHost(db, key, { problem, nextCheckAt: null }, 8);
    expect(await findSiteByHost(db, key.host, BASE)).toBeNull();
    expect(await rowOf(db, key)).toMatchObject({ status: "lost", verifiedAt: null, problem });
    expect(await removalsOf(db, key.host)).toEqual([
      { id, host: key.host, attempts: 0, nextTryAt: 8 },
    ]);
  },

  "what is given up leads nowhere at once; what Cloudflare has of it is remembered": async (db) => {
    const { id, ...key } = await live(db);
    expect(await isHostnameUsed(db, key.host, id)).toBe(true);
    await atomically(db, removeHost(db, key.siteId, key.host, 8));
    expect(await findSiteByHost(db, key.host, BASE)).toBeNull();
    expect(await isHostnameUsed(db, key.host, id)).toBe(false);
    const [removal] = await removalsOf(db, key.host);
    if (!removal) throw new Error("nothing is to be removed");
    await atomically(db, [delayRemoval(db, removal, 99), addRemoval(db, id, key.host, 1)]);
    expect(await removalsOf(db, key.host)).toEqual([{ ...removal, attempts: 1, nextTryAt: 99 }]);
    await atomically(db, [dropRemoval(db, id)]);
    expect(await removalsOf(db, key.host)).toEqual([]);
  },

  "a claim without a custom hostname leaves nothing to forget": async (db) => {
    const key = await claimed(db);
    await atomically(db, removeHost(db, key.siteId, key.host, 8));
    expect(await removalsOf(db, key.host)).toEqual([]);
  },

  "the operator's word proves a host, whatever was claimed before": async (db) => {
    const key = await claimed(db);
    await noteCheck(db, key, { status: "failed", attempts: 7, missingSince: 3 });
    await atomically(db, [approveHost(db, key.siteId, key.host, 9)]);
    expect(await rowOf(db, key)).toMatchObject({
      token: "",
      verifiedAt: 9,
      status: "live",
      attempts: 0,
      missingSince: null,
    });
    const rival = await claimed(db, key.host);
    await expect(
      atomically(db, [approveHost(db, rival.siteId, key.host, 9)]),
      "the index keeps a host with the one who has it",
    ).rejects.toThrow();
  },

  "with a site go its hosts, and others can have them": async (db) => {
    const { id, ...key } = await live(db);
    await atomically(db, removeHostsOfSite(db, key.siteId, 8));
    expect(await findClaim(db, key.siteId, key.host)).toBeNull();
    expect(await removalsOf(db, key.host)).toMatchObject([{ id }]);
    const next = await claimed(db, key.host);
    expect(await verifyClaim(db, next, 9)).toBe(true);
  },
};

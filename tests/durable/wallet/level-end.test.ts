/** A level that has ended gives way to the default one at the moment of use, with no cron between. */
import { describe, expect, test } from "vitest";
import type { AccessRule } from "../../../src/core/access.ts";
import type { AdmitRequest } from "../../../src/durable/wallet/protocol.ts";
import { admission, advance, DAY, isolate, START, terms, wallet } from "./support.ts";

isolate();

let asked = 0;
/** Free of charge: what is asked is the level. */
const ask = (change: Partial<AdmitRequest>) =>
  admission(`req_${++asked}`, { holdMicro: 0, ...change });
const ENDS = START + DAY;
const FOR_PRO: AccessRule = {
  ...{ everyone: false, guests: false, groups: [], departments: [], users: [] },
  levels: ["lvl_pro"],
};
const TERMS = terms(
  { lvl_free: { limits: { rpm: 1 } }, lvl_pro: { limits: { rpm: 50 }, monthlyMicro: 7_000_000 } },
  { defaultLevelId: "lvl_free" },
);

async function proWallet() {
  const own = wallet();
  await own.putProfile(own.profile({ levelId: "lvl_pro", levelExpiresAt: ENDS, createdAt: START }));
  return own;
}

describe("a level with an end", () => {
  test("opens what is for the level until its last millisecond, and not one later", async () => {
    const own = await proWallet();
    advance(DAY - 1);
    const before = await own.admit(ask({ access: FOR_PRO, policy: TERMS }));
    expect(before.ok).toBe(true);
    advance(1);
    const after = await own.admit(ask({ access: FOR_PRO, policy: TERMS }));
    expect(after).toMatchObject({ ok: false, reason: "access_denied" });
  });

  test("brings its own limits, and the default level's once it has ended", async () => {
    const own = await proWallet();
    const limit = async () => {
      const answer = await own.admit(ask({ policy: TERMS }));
      return answer.requests?.limit;
    };
    expect(await limit()).toBe(50);
    advance(DAY);
    expect(await limit()).toBe(1);
  });

  test("gives its monthly credits no more after its end", async () => {
    const own = await proWallet();
    const month = async () => {
      const state = await own.balance({ policyVersion: 1, policy: TERMS });
      return state.ok && state.availableMicro;
    };
    expect(await month()).toBe(7_000_000);
    advance(40 * DAY);
    expect(await month()).toBe(0);
  });

  test("asks for the terms where those it knows do not say which level is the default", async () => {
    const own = await proWallet();
    await own.admit(ask({ policy: terms({ lvl_pro: {} }) }));
    const answer = await own.admit(ask({ policyVersion: 1 }));
    expect(answer).toMatchObject({ ok: false, reason: "policy_needed" });
    advance(DAY);
    const brought = await own.admit(ask({ policy: { ...TERMS, version: 2 } }));
    expect(brought.requests?.limit).toBe(1);
  });

  test("leaves somebody without any level where the site has no default one", async () => {
    const own = await proWallet();
    advance(DAY);
    const policy = terms({ lvl_pro: {} }, { defaultLevelId: null });
    const answer = await own.admit(ask({ access: FOR_PRO, policy }));
    expect(answer).toMatchObject({ ok: false, reason: "access_denied" });
    expect((await own.admit(ask({ policy }))).ok).toBe(true);
  });
});

describe("a profile of guests", () => {
  const OPEN: AccessRule = { ...FOR_PRO, levels: [], guests: true };

  test("may use what is open to guests, and nothing that is for everyone", async () => {
    const own = wallet("guests");
    await own.putProfile(own.profile({ guest: true, levelId: null, keys: [] }));
    expect((await own.admit(ask({ access: OPEN, policy: TERMS }))).ok).toBe(true);
    const everyone = { ...OPEN, guests: false, everyone: true };
    expect(await own.admit(ask({ access: everyone, policy: TERMS }))).toMatchObject({
      reason: "access_denied",
    });
  });
});

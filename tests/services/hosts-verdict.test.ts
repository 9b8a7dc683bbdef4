/** What a check means for a claim. */
import { describe, expect, it } from "vitest";
import {
  DAY_MS,
  LOST_MS,
  live,
  MAX_ATTEMPTS,
  pauseMs,
  proofGone,
  uncertified,
  unmade,
  unproven,
} from "../../src/services/hosts/verdict.ts";

const NOW = Date.parse("2026-11-21T08:00:00Z");
const pending = { status: "pending" as const, attempts: 0, verifiedAt: null, missingSince: null };
const alive = { status: "live" as const, attempts: 0, verifiedAt: NOW, missingSince: null };
const missing = { kind: "missing" as const, detail: "" };

describe("the pauses", () => {
  it("grow from a minute to four hours, and in all they are about a month", () => {
    const all = Array.from({ length: MAX_ATTEMPTS }, (_, at) => pauseMs(at));
    expect(all.toSorted((a, b) => a - b)).toEqual(all);
    expect([all[0], all.at(-1)]).toEqual([60_000, 4 * 3_600_000]);
    const days = all.reduce((sum, one) => sum + one, 0) / DAY_MS;
    expect(Math.round(days)).toBe(30);
  });
});

describe("a claim without proof", () => {
  it("is asked for again, until a month is over", () => {
    const last = { ...pending, attempts: MAX_ATTEMPTS - 1 };
    expect(unproven({ ...pending, attempts: MAX_ATTEMPTS - 2 }, missing, NOW).status).toBe(
      "pending",
    );
    expect(unproven(last, missing, NOW)).toMatchObject({
      status: "failed",
      problem: { code: "claim_ended" },
      nextCheckAt: null,
    });
    const wrong = { kind: "wrong" as const, detail: "x" };
    expect(unproven(last, wrong, NOW).problem, "what is known is said").toEqual({
      code: "proof_wrong",
      detail: "x",
    });
  });

  it("that was lost or has failed is on its way again once somebody asks", () => {
    for (const status of ["lost", "failed"] as const) {
      expect(unproven({ ...pending, status }, missing, NOW).status).toBe("pending");
    }
  });
});

describe("a proven host whose proof is gone", () => {
  it("is looked at daily, and on the very end of its seven days", () => {
    const since = NOW - LOST_MS + 3_600_000;
    const { lost, change } = proofGone({ ...alive, missingSince: since }, missing, NOW);
    expect([lost, change.nextCheckAt]).toEqual([false, NOW + 3_600_000]);
    expect(proofGone({ ...alive, missingSince: since }, missing, NOW + 3_600_000).lost).toBe(true);
    expect(proofGone(alive, missing, NOW).change.nextCheckAt).toBe(NOW + DAY_MS);
  });

  it.each(["unknown", "differs"] as const)("%s neither begins nor ends the seven days", (kind) => {
    const proof = { kind, detail: "" };
    expect(proofGone(alive, proof, NOW).change).not.toHaveProperty("missingSince");
    const old = { ...alive, missingSince: NOW - 2 * LOST_MS };
    expect(proofGone(old, proof, NOW).lost).toBe(false);
  });
});

describe("a certificate", () => {
  it("that is not there takes nothing from a host that is live", () => {
    for (const state of ["waiting", "issuing", "moved", "failed", "blocked"] as const) {
      expect(uncertified(alive, state, "", NOW).status).toBe("live");
      expect(uncertified({ ...alive, attempts: 999 }, state, "", NOW).nextCheckAt).not.toBeNull();
    }
  });

  it("that cannot be asked for now is asked for when its maker says so, and not before", () => {
    const busy = { problem: "provider_busy" as const, detail: "", retryAfterMs: 7_200_000 };
    const proven = { ...pending, status: "proven" as const, verifiedAt: NOW };
    expect(unmade(proven, busy, NOW).nextCheckAt).toBe(NOW + 7_200_000);
    expect(unmade(proven, { ...busy, retryAfterMs: 1 }, NOW).nextCheckAt).toBe(NOW + 60_000);
  });

  it("that is there ends every problem; the operator's word needs no looking after", () => {
    const clean = { problem: null, missingSince: null, attempts: 0, status: "live" };
    expect(live(NOW, false)).toMatchObject({ ...clean, nextCheckAt: NOW + DAY_MS });
    expect(live(NOW, true)).toMatchObject({ ...clean, nextCheckAt: null });
  });
});

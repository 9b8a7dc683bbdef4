import { describe, expect, it } from "vitest";
import {
  type EditionLimits,
  editionLimitsSchema,
  LIMIT_CODES,
} from "../../src/contract/editions.ts";
import { ERRORS } from "../../src/contract/errors.ts";
import { editionFailure, effectiveLimits, limitOfCode } from "../../src/core/editions.ts";

const FREE: EditionLimits = {
  callsPerMonth: 1_000,
  agents: 5,
  externalUsers: 100,
  internalUsers: 0,
  ownDomains: 0,
  payment: false,
  unbranded: false,
};

describe("what is in force for a site", () => {
  it("is its edition's where the operator has said nothing", () => {
    expect(effectiveLimits(FREE, {})).toEqual(FREE);
    expect(effectiveLimits(FREE, { agents: undefined })).toEqual(FREE);
  });

  it("is the operator's word where he has said something: more, less, or no limit", () => {
    const own = { agents: 50, externalUsers: 10, callsPerMonth: null, payment: true };
    expect(effectiveLimits(FREE, own)).toEqual({ ...FREE, ...own });
  });
});

describe("a refusal", () => {
  it("has a code of its own for each limit, of the class that says what to do about it", () => {
    for (const [name, code] of Object.entries(LIMIT_CODES)) {
      expect(ERRORS[code]).toEqual({ status: 403, type: "edition_limit" });
      expect(limitOfCode(code)).toBe(name);
    }
    expect(limitOfCode("access_denied")).toBeNull();
    expect(limitOfCode("")).toBeNull();
  });

  it("names the edition and the value where the site is known", () => {
    const site = { edition: "free", limits: FREE };
    expect(editionFailure("agents", site)).toEqual({
      code: "agents",
      message: "The site's edition (free) allows 5 published agents.",
      param: "agents",
    });
    expect(editionFailure("internalUsers", site).message).toBe(
      "The site's edition (free) allows no internal users.",
    );
    expect(editionFailure("payment", site).message).toBe(
      "The site's edition (free) allows no payments.",
    );
    expect(editionFailure("externalUsers", null).message).toBe(
      "The site's edition allows no more external users.",
    );
  });
});

describe("limits as the operator sends them", () => {
  it("are whole, and whole numbers that nobody can misread", () => {
    const bad = (more: object) => editionLimitsSchema.safeParse({ ...FREE, ...more }).success;
    expect(bad({})).toBe(true);
    for (const more of [
      { agents: -1 },
      { agents: 1.5 },
      { agents: "5" },
      { agents: undefined },
      { payment: "yes" },
      { seats: 1 },
    ]) {
      expect(bad(more), JSON.stringify(more)).toBe(false);
    }
  });
});

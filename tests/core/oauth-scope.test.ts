import { describe, expect, it } from "vitest";
import {
  abilitiesOf,
  isWithin,
  modelsOf,
  parseScopes,
  tightest,
} from "../../src/core/oauth-scope.ts";

describe("a scope parameter", () => {
  it("gives each scope once, and what apps come for where there is none", () => {
    expect(parseScopes("wallet gateway wallet")).toEqual(["wallet", "gateway"]);
    expect(parseScopes(undefined)).toEqual(["gateway"]);
    expect(parseScopes("  ")).toEqual(["gateway"]);
  });

  it("may name models, and then their use must be asked for too", () => {
    const scopes = parseScopes("gateway model:openai/* model:agent/support") ?? [];
    expect(abilitiesOf(scopes)).toEqual(["gateway"]);
    expect(modelsOf(scopes)).toEqual(["openai/*", "agent/support"]);
    expect(parseScopes("wallet model:openai/*")).toBeNull();
  });

  it.each(["admin", "gateway openid", "model:", "gateway model:a*b", "GATEWAY"])(
    "with something unknown is refused whole: %s",
    (scope) => expect(parseScopes(scope)).toBeNull(),
  );

  it("is not endless", () => {
    const many = Array.from({ length: 60 }, (_, at) => `model:m${at}`).join(" ");
    expect(parseScopes(`gateway ${many}`)).toBeNull();
  });
});

it("scopes are within others when each of them is", () => {
  expect(isWithin(["gateway"], ["gateway", "wallet"])).toBe(true);
  expect(isWithin(["gateway", "wallet"], ["gateway"])).toBe(false);
  expect(isWithin([], [])).toBe(true);
});

it("of two limits the smaller figure counts, wherever only one says something that one", () => {
  expect(tightest({ rpm: 10, creditsPerMonth: 5 }, { rpm: 3, tpm: 100 })).toEqual({
    rpm: 3,
    tpm: 100,
    creditsPerMonth: 5,
  });
  expect(tightest({ creditsPerDay: 0 }, { creditsPerDay: 9 })).toEqual({ creditsPerDay: 0 });
});

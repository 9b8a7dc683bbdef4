import {
  changedScope,
  fieldsOf,
  NO_SCOPE,
  scopeOf,
  scopeProblems,
  scopeWords,
} from "@portal/features/keys/key-scope.ts";
import { keyTextsOf } from "@portal/features/keys/texts.ts";
import { describe, expect, it } from "vitest";

const text = keyTextsOf("en");
const typed = (change: Partial<typeof NO_SCOPE>) => ({ ...NO_SCOPE, ...change });

describe("the limits of a new key", () => {
  it("are none where nothing was typed", () => {
    expect(Object.values(scopeProblems(NO_SCOPE, text))).toEqual([null, null, null, null]);
    const nothing = { models: [], addresses: { allow: [], deny: [] }, limits: {} };
    expect(scopeOf(typed({ models: " \n", perMonth: " " }))).toEqual(nothing);
    expect(scopeWords(nothing, text)).toEqual([]);
  });

  it("are what stands on each line, without the space around it", () => {
    const fields = typed({
      models: " openai/* \n\nagent/guide",
      allow: "10.0.0.0/8\n::1 ",
      deny: "10.9.0.0/16",
      perMonth: " 2.5 ",
    });
    expect(Object.values(scopeProblems(fields, text))).toEqual([null, null, null, null]);
    expect(scopeOf(fields)).toEqual({
      models: ["openai/*", "agent/guide"],
      addresses: { allow: ["10.0.0.0/8", "::1"], deny: ["10.9.0.0/16"] },
      limits: { creditsPerMonth: 2.5 },
    });
  });

  it("that are wrong are told by their first bad line, in the reader's language", () => {
    const fields = typed({
      models: "ok\nopen*ai\n*x",
      allow: "10.0.0.0/8\n10.0.0.1/8",
      deny: "localhost",
      perMonth: "-1",
    });
    const problems = scopeProblems(fields, text);
    expect(problems.models).toMatch(/^open\*ai: a name/);
    expect(problems.allow).toMatch(/^10\.0\.0\.1\/8: an address/);
    expect(problems.deny).toMatch(/^localhost: an address/);
    expect(problems.perMonth).toBe("A number above 0");
    expect(scopeProblems(fields, keyTextsOf("zh-CN")).deny).toMatch(/^localhost：请填写地址/);
    for (const perMonth of ["0", "many", "1,5"]) {
      expect(scopeProblems(typed({ perMonth }), text).perMonth, perMonth).not.toBeNull();
    }
  });

  it("of a key that there is come back as they were, with those that the form does not show", () => {
    const key = {
      models: ["a", "b/*"],
      addresses: { allow: ["10.0.0.0/8"], deny: ["::1"] },
      limits: { rpm: 5, creditsPerMonth: 2.5 },
    };
    const fields = fieldsOf(key);
    expect(changedScope(key, fields)).toEqual(key);
    const without = changedScope(key, { ...fields, perMonth: "", deny: "" });
    expect(without).toEqual({
      ...key,
      addresses: { allow: ["10.0.0.0/8"], deny: [] },
      limits: { rpm: 5 },
    });
  });

  it("are said in short in the list of keys", () => {
    const key = {
      models: ["a", "b", "c", "d"],
      addresses: { allow: [], deny: ["::1"] },
      limits: { creditsPerMonth: 5 },
    };
    expect(scopeWords(key, text)).toEqual([
      "only a, b, 2 more",
      "from certain addresses",
      "5 credits a month",
    ]);
    expect(scopeWords({ ...key, models: ["a", "b"] }, text)[0]).toBe("only a, b");
  });
});

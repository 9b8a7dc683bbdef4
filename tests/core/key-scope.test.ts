import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { targetPatternSchema } from "../../src/contract/scopes.ts";
import { isTargetPattern, patternsFor } from "../../src/contract/target-pattern.ts";
import { keyOf, mayComeFrom, mayUse } from "../../src/core/key-scope.ts";
import type { ProfileKey, UserProfile } from "../../src/core/site.ts";

const only = (...models: string[]) => ({ models });

describe("a key", () => {
  it("without a list may be used for everything, as a session may", () => {
    for (const key of [null, {}, only()]) expect(mayUse(key, "openai/gpt-4o")).toBe(true);
  });

  it.each([
    ["openai/gpt-4o", "openai/gpt-4o", true],
    ["openai/gpt-4o", "openai/gpt-4o-mini", false],
    ["openai/gpt-4o", "OpenAI/gpt-4o", false],
    ["openai/*", "openai/gpt-4o", true],
    ["openai/*", "openai", false],
    ["openai/*", "my-openai/gpt-4o", false],
    ["openai/gpt-4*", "openai/gpt-4o-mini", true],
    ["agent/*", "agent/support", true],
    ["agent/*", "support", false],
    ["*", "agent/support", true],
    // A dot is a dot.
    ["a.c", "abc", false],
  ])("for %s alone, asked for %s: %s", (pattern, name, may) => {
    expect(mayUse(only(pattern), name)).toBe(may);
    expect(mayUse(only("something/else", pattern), name)).toBe(may);
  });

  it("for names alone may be used for these and no others", () => {
    const name = fc.stringMatching(/^[a-z]{1,4}(\/[a-z0-9.-]{1,4})?$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), name, (models, asked) => {
        expect(mayUse({ models }, asked)).toBe(models.includes(asked));
        expect(mayUse({ models: models.map((one) => `${one}*`) }, asked)).toBe(
          models.some((one) => asked.startsWith(one)),
        );
      }),
    );
  });

  it("without rules may come from anywhere, also from nobody knows where", () => {
    expect([null, "192.0.2.1"].map((from) => mayComeFrom({}, from))).toEqual([true, true]);
    const addresses = { allow: ["192.0.2.0/24"], deny: [] };
    const from = [null, "192.0.2.1", "::ffff:192.0.2.1", "198.51.100.1"];
    expect(from.map((one) => mayComeFrom({ addresses }, one))).toEqual([false, true, true, false]);
  });

  it("is found in its profile by what a credential names", () => {
    const keys = ["key_1", "key_2"].map((id) => ({ id })) as ProfileKey[];
    const profile = { keys } as UserProfile;
    expect(keyOf(profile, { kind: "key", keyId: "key_2" })?.id).toBe("key_2");
    expect(keyOf(profile, { kind: "key", keyId: "key_3" })).toBeNull();
    expect(keyOf(profile, { kind: "session" })).toBeNull();
  });
});

describe("a pattern", () => {
  it("is a public name, or its beginning and one asterisk at the end", () => {
    const good = ["gpt-4o", "openai/gpt-4o", "agent/support", "openai/*", "*", "a:b@c", " x "];
    const bad = ["", " ", "op*nai", "*/gpt", "a**", "open ai", "gpt?", "模型", "a".repeat(201)];
    for (const text of good) expect(targetPatternSchema.safeParse(text).success, text).toBe(true);
    for (const text of bad) expect(targetPatternSchema.safeParse(text).success, text).toBe(false);
  });
});

describe("what may be put on a list", () => {
  it("is every name, and before them the beginnings that several have in common", () => {
    const names = ["agent/a", "agent/b", "openai/x", "openai/y", "mistral/z", "bare"];
    expect(patternsFor(names)).toEqual(["agent/*", "openai/*", ...names]);
    expect(patternsFor([])).toEqual([]);
    for (const pattern of patternsFor(names)) expect(isTargetPattern(pattern)).toBe(true);
  });
});

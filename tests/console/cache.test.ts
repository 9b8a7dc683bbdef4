import { modelCacheSchema } from "@contract/index.ts";
import { describe, expect, test } from "vitest";
import {
  cacheFields,
  cacheOf,
  cacheProblems,
} from "../../admin-ui/src/features/models/cache-values.ts";
import { commonTexts } from "../../admin-ui/src/lib/common-texts.ts";
import { checks } from "../../admin-ui/src/lib/validation.ts";

const check = checks(commonTexts.en.form);

describe("the response cache in the form of a model", () => {
  test.each([
    { ttlSeconds: 60, price: "free" as const, tools: false, agents: false },
    { ttlSeconds: 86_400, price: 0.1, tools: true, agents: false },
    { ttlSeconds: 1, price: 0.0725, tools: false, agents: true },
    { ttlSeconds: 1, price: 1, tools: true, agents: true },
  ])("comes back from the form as it went in: %o", (cache) => {
    expect(cacheOf(cacheFields(cache))).toEqual({ cache });
    expect(modelCacheSchema.parse(cacheOf(cacheFields(cache)).cache)).toEqual(cache);
  });

  test("is off where the model has none, and leaves nothing behind when it is turned off", () => {
    const fields = cacheFields(undefined);
    expect(fields.on).toBe(false);
    expect(cacheOf(fields)).toEqual({});
    const turnedOff = {
      ...cacheFields({ ttlSeconds: 5, price: 1, tools: true, agents: true }),
      on: false,
    };
    expect(cacheOf(turnedOff)).toEqual({});
  });

  test("is turned on with what may be saved as it stands: free, for an hour", () => {
    const fields = { ...cacheFields(undefined), on: true };
    expect(Object.values(cacheProblems(fields, check)).filter(Boolean)).toEqual([]);
    expect(cacheOf(fields).cache).toEqual({
      ttlSeconds: 3_600,
      price: "free",
      tools: false,
      agents: false,
    });
  });

  test("written as 0 % is free, and a percentage keeps two decimals", () => {
    const fields = { ...cacheFields(undefined), on: true };
    expect(cacheOf({ ...fields, price: 0 }).cache?.price).toBe("free");
    expect(cacheOf({ ...fields, price: 7.25 }).cache?.price).toBe(0.0725);
    expect(cacheOf({ ...fields, price: 33.333 }).cache?.price).toBe(0.3333);
  });

  test.each([
    [{ ttlSeconds: "" as const }, "cache.ttlSeconds"],
    [{ ttlSeconds: 0 }, "cache.ttlSeconds"],
    [{ ttlSeconds: 31 * 86_400 }, "cache.ttlSeconds"],
    [{ price: "" as const }, "cache.price"],
    [{ price: 101 }, "cache.price"],
    [{ price: Number.NaN }, "cache.price"],
  ])("says what is wrong with %o, and only while it is on", (more, path) => {
    const fields = { ...cacheFields(undefined), ...more };
    expect(cacheProblems({ ...fields, on: true }, check)[path]).toBeTruthy();
    expect(cacheProblems(fields, check)).toEqual({});
  });
});

import { describe, expect, test } from "vitest";
import { entryFilter, fileAddress } from "../../admin-ui/src/features/users/entry-filter.ts";
import { reasonText, userTexts } from "../../admin-ui/src/features/users/texts.ts";
import { amountsOf } from "../../admin-ui/src/lib/amount.ts";
import { operationIds } from "../../admin-ui/src/lib/operation-id.ts";
import { entryQuerySchema } from "../../src/contract/wallet.ts";

describe("the id of a change", () => {
  test("stays while the same is sent again, and is another for anything else", () => {
    const idOf = operationIds();
    const first = idOf({ credits: 5, reason: "thanks" });
    expect(idOf({ credits: 5, reason: "thanks" })).toBe(first);
    const second = idOf({ credits: 50, reason: "thanks" });
    expect(second).not.toBe(first);
    // Going back is a new decision, not a repetition.
    expect(idOf({ credits: 5, reason: "thanks" })).not.toBe(first);
  });

  test("is one per dialog: two admins who do the same do it twice", () => {
    const content = { credits: 1, reason: "x" };
    expect(operationIds()(content)).not.toBe(operationIds()(content));
  });
});

describe("the filter of a user's statement", () => {
  const now = Date.parse("2026-11-21T08:30:30.000Z");

  test("asks for what stands in the address", () => {
    const search = {
      type: "correction",
      since: "7d",
      model: "up/ok",
      key: "key_1",
      request: "req_1",
    };
    const filter = entryFilter(search, now);
    expect(filter).toEqual({
      type: "correction",
      from: "2026-11-14T08:30:00.000Z",
      model: "up/ok",
      key_id: "key_1",
      request_id: "req_1",
    });
    expect(entryQuerySchema.safeParse(filter).success).toBe(true);
  });

  test("leaves out what means nothing", () => {
    expect(entryFilter({ type: "theft", since: "toString" }, now)).toEqual({});
  });

  test("leads to the file with the same lines", () => {
    expect(fileAddress("usr_1", { type: "charge" }, "en")).toBe(
      "/api/admin/users/usr_1/statement.csv?type=charge&locale=en",
    );
  });
});

test("reasons of Portico's own have words, an admin's stands as it was written", () => {
  expect(reasonText("monthly", userTexts["zh-CN"])).toBe("每月积分");
  expect(reasonText("toString", userTexts.en)).toBe("toString");
});

test("thresholds are read as people write them", () => {
  expect(amountsOf(" 1,000  10; 0.5 ")).toEqual([1000, 10, 0.5]);
  expect(amountsOf("2,500,000, 10,1")).toEqual([2_500_000, 10, 1]);
  expect(amountsOf("10，1、0.5")).toEqual([10, 1, 0.5]);
  expect(amountsOf("")).toEqual([]);
  expect(amountsOf("10 ten")).toEqual([10, Number.NaN]);
});

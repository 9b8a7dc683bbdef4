import { expect, it } from "vitest";
import { readSealedId, sealedId } from "../../src/front/sealed-ids.ts";

it.each(["c2lnbmVk", "c2lnbmU=", "c2lnbg==", "+/+/", "ab+/c2==", "A".repeat(4000)])(
  "a seal that reads %s comes back as it was",
  (seal) => {
    const id = sealedId("call_1", seal);
    expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(readSealedId(id)).toEqual({ id: "call_1", seal });
  },
);

it("an id without a seal stays what it is, both ways", () => {
  expect(sealedId("call_1", undefined)).toBe("call_1");
  expect(readSealedId("call_1")).toEqual({ id: "call_1" });
  expect(readSealedId("toolu_01__x")).toEqual({ id: "toolu_01__x" });
});

it("an id that holds the mark itself keeps it", () => {
  const id = "a__thought__b";
  expect(readSealedId(sealedId(id, "c2ln"))).toEqual({ id, seal: "c2ln" });
});

it("what no id can carry is left out", () => {
  expect(sealedId("call_1", "not base64!")).toBe("call_1");
});

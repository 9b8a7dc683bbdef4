import { expect, it } from "vitest";
import { readSignedId, signedId } from "../../src/front/signed-ids.ts";

it.each(["c2lnbmVk", "c2lnbmU=", "c2lnbg==", "+/+/", "ab+/c2==", "A".repeat(4000)])(
  "a signature that reads %s comes back as it was",
  (signature) => {
    const id = signedId("call_1", signature);
    expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(readSignedId(id)).toEqual({ id: "call_1", signature });
  },
);

it("an id without a signature stays what it is, both ways", () => {
  expect(signedId("call_1", undefined)).toBe("call_1");
  expect(readSignedId("call_1")).toEqual({ id: "call_1" });
  expect(readSignedId("toolu_01__x")).toEqual({ id: "toolu_01__x" });
});

it("an id that holds the mark itself keeps it", () => {
  const id = "a__thought__b";
  expect(readSignedId(signedId(id, "c2ln"))).toEqual({ id, signature: "c2ln" });
});

it("what no id can carry is left out", () => {
  expect(signedId("call_1", "not base64!")).toBe("call_1");
});

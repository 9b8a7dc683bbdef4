import { describe, expect, it } from "vitest";
import { hintOf, seal, unseal } from "../../src/store/seal.ts";

const MASTER = new Uint8Array(32).fill(7);
const OTHER = new Uint8Array(32).fill(8);
const PLACE = { siteId: "site_a", connectionId: "con_a", secretId: "sec_a" };
const TEXT = JSON.stringify({ apiKey: "sk-秘密-0123456789" });

describe("a sealed secret", () => {
  it("opens in its place to what was sealed", async () => {
    expect(await unseal(MASTER, PLACE, await seal(MASTER, PLACE, TEXT))).toBe(TEXT);
  });

  it("shows nothing of what is in it and is never the same twice", async () => {
    const [one, two] = [await seal(MASTER, PLACE, TEXT), await seal(MASTER, PLACE, TEXT)];
    expect(one).not.toBe(two);
    expect(one).not.toContain("sk-");
    expect(one).toMatch(/^v1\.[\w-]{8}\.[\w-]{16}\.[\w-]+$/);
  });

  it.each([
    ["another site", { ...PLACE, siteId: "site_b" }],
    ["another connection", { ...PLACE, connectionId: "con_b" }],
    ["another secret's row", { ...PLACE, secretId: "sec_b" }],
    [
      "a place whose parts only read the same",
      { ...PLACE, siteId: "site_a/con_a", connectionId: "" },
    ],
  ])("does not open in %s", async (_where, place) => {
    const sealed = await seal(MASTER, PLACE, TEXT);
    await expect(unseal(MASTER, place, sealed)).rejects.toThrow();
  });

  it("says that another master key is needed", async () => {
    const sealed = await seal(MASTER, PLACE, TEXT);
    await expect(unseal(OTHER, PLACE, sealed)).rejects.toThrow("under another master key");
  });

  it("does not open once a single character is changed", async () => {
    const sealed = await seal(MASTER, PLACE, TEXT);
    for (const at of [3, 12, 30, sealed.length - 2]) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === "A" ? "B" : "A"}${sealed.slice(at + 1)}`;
      await expect(unseal(MASTER, PLACE, changed), String(at)).rejects.toThrow();
    }
  });

  it.each(["", "plain", "v1.a.b", "v2.a.b.c", "v1.k..c"])("%j was never one", async (text) => {
    await expect(unseal(MASTER, PLACE, text)).rejects.toThrow();
  });
});

it("the hint is the last four characters, of a secret long enough to spare them", () => {
  expect(hintOf({ apiKey: "sk-0123456789abcd" })).toBe("…abcd");
  expect(hintOf({ apiKey: "short-secret" })).toBe("…");
  expect(hintOf({})).toBe("…");
});

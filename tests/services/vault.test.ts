import { expect, it } from "vitest";
import { Vault } from "../../src/services/vault.ts";
import { seal } from "../../src/store/seal.ts";
import { secret } from "./fixture.ts";

const MASTER = new Uint8Array(32).fill(5);
const VALUES = { apiKey: "sk-upstream-secret-0123456789" };

async function sealed() {
  const where = { siteId: "site_a", connectionId: "con_a", secretId: "sec_a" };
  return secret("sec_a", { sealed: await seal(MASTER, where, JSON.stringify(VALUES)) });
}

it("a secret opens for its own site and connection, again and again", async () => {
  const [vault, one] = [new Vault(MASTER), await sealed()];
  expect(await vault.open("site_a", "con_a", one)).toEqual(VALUES);
  expect(await vault.open("site_a", "con_a", one)).toEqual(VALUES);
});

it("a secret does not open for another site, another connection or under another id", async () => {
  const one = await sealed();
  await expect(new Vault(MASTER).open("site_b", "con_a", one)).rejects.toThrow();
  await expect(new Vault(MASTER).open("site_a", "con_b", one)).rejects.toThrow();
  await expect(
    new Vault(MASTER).open("site_a", "con_a", { ...one, id: "sec_b" }),
  ).rejects.toThrow();
});

it("a secret that was opened for its owner stays shut for everybody else", async () => {
  const [vault, one] = [new Vault(MASTER), await sealed()];
  await vault.open("site_a", "con_a", one);
  await expect(vault.open("site_b", "con_b", one)).rejects.toThrow();
});

it("a secret does not open with another master key, nor after it was tampered with", async () => {
  const one = await sealed();
  await expect(
    new Vault(new Uint8Array(32).fill(6)).open("site_a", "con_a", one),
  ).rejects.toThrow();
  const bent = {
    ...one,
    sealed: one.sealed.slice(0, -2) + (one.sealed.endsWith("AA") ? "BB" : "AA"),
  };
  await expect(new Vault(MASTER).open("site_a", "con_a", bent)).rejects.toThrow();
});

it("a text that goes out opens again for its own site and purpose alone", async () => {
  const vault = new Vault(MASTER);
  const out = await vault.sealFor("site_a", "ticket", "inside");
  expect(out).not.toContain("inside");
  expect(await vault.openFor("site_a", "ticket", out)).toBe("inside");
  expect(await vault.openFor("site_b", "ticket", out)).toBeNull();
  expect(await vault.openFor("site_a", "other", out)).toBeNull();
  expect(await vault.openFor("site_a", "ticket", `${out}x`)).toBeNull();
  expect(await vault.openFor("site_a", "ticket", "anything")).toBeNull();
});

it("a connection's secret is no text that went out, nor the other way round", async () => {
  const [vault, one] = [new Vault(MASTER), await sealed()];
  expect(await vault.openFor("site_a", "sec_a", one.sealed)).toBeNull();
  const out = await vault.sealFor("site_a", "sec_a", JSON.stringify(VALUES));
  await expect(vault.open("site_a", "con_a", { ...one, sealed: out })).rejects.toThrow();
});

import { describe, expect, it } from "vitest";
import type { User } from "../../src/contract/admin-people.ts";
import type { WalletView } from "../../src/contract/wallet.ts";
import { call, errorOf, post } from "./support.ts";
import { type WalletSite, walletSite } from "./wallet-site.ts";

const path = (site: WalletSite) => `/api/admin/users/${site.userId}/corrections`;
const correction = (credits: number, more: object = {}) => ({
  credits,
  reason: "double charge of Monday",
  operationId: `correction-of-${credits}`,
  ...more,
});

describe("a correction", () => {
  it("stands in the statement with its reason and who made it", async () => {
    const site = await walletSite();
    const wallet = await site.owner.json<WalletView>("POST", path(site), correction(-5));
    expect(wallet.balance).toBe("95");
    const [entry] = (await site.entries()).data;
    expect(entry).toMatchObject({
      type: "correction",
      amount_micro: -5e6,
      balance_micro: 95e6,
      reason: "double charge of Monday",
      actor: `boss@${site.slug}.example`,
    });
  });

  it("made twice under one operation id changes the balance once", async () => {
    const site = await walletSite();
    const answers = await Promise.all(
      [1, 2, 3].map(() => site.owner.json<WalletView>("POST", path(site), correction(2.5))),
    );
    expect(answers.map((wallet) => wallet.balance)).toEqual(["102.5", "102.5", "102.5"]);
    expect((await site.entries("type=correction")).data).toHaveLength(1);
  });

  it("that takes more than is available is refused at the amount, and nothing changes", async () => {
    const site = await walletSite();
    const response = await site.owner.fetch("POST", path(site), correction(-100.000001));
    expect(response.status).toBe(409);
    expect(await errorOf(response)).toMatchObject({ code: "conflict", param: "credits" });
    expect((await site.wallet()).balance).toBe("100");
    expect((await site.entries()).data).toHaveLength(1);
  });

  it.each([
    [0, {}, "credits"],
    [0.0000001, {}, "credits"],
    [2e9, {}, "credits"],
    [1, { reason: "  " }, "reason"],
    [1, { operationId: "short" }, "operationId"],
  ])("of %s with %o is refused at %s", async (credits, more, param) => {
    const site = await walletSite();
    const response = await site.owner.fetch("POST", path(site), correction(credits, more));
    expect([response.status, (await errorOf(response)).param]).toEqual([400, param]);
  });

  it("is not for the user", async () => {
    const site = await walletSite();
    expect((await site.ann.fetch("POST", path(site), correction(5))).status).toBe(403);
  });
});

describe("a grant by hand", () => {
  const grants = (site: WalletSite) => `/api/admin/users/${site.userId}/grants`;
  const grant = { credits: 1, reason: "thanks", operationId: "grant-of-thanks" };

  it("that has already expired is refused", async () => {
    const site = await walletSite();
    const expiresAt = new Date(Date.now() - 1000).toISOString();
    const response = await site.owner.fetch("POST", grants(site), { ...grant, expiresAt });
    expect([response.status, (await errorOf(response)).param]).toEqual([400, "expiresAt"]);
    expect((await site.wallet()).balance).toBe("100");
  });

  it.each([0, -1, 1.0000001])("of %s credits is refused", async (credits) => {
    const site = await walletSite();
    const response = await site.owner.fetch("POST", grants(site), { ...grant, credits });
    expect([response.status, (await errorOf(response)).param]).toEqual([400, "credits"]);
  });
});

describe("limits of a user's own", () => {
  const change = (site: WalletSite, body: object) =>
    site.owner.json<User>("PATCH", `/api/admin/users/${site.userId}`, body);

  it("are in force when the change has been saved, beside the level's, and go again", async () => {
    const site = await walletSite();
    await site.spend();
    expect((await change(site, { limits: { rpm: 1 } })).limits).toEqual({ rpm: 1 });
    await expect(site.spend()).rejects.toThrow("rate_limit_rpm");
    expect((await change(site, { limits: {} })).limits).toEqual({});
    await site.spend();
  });

  it("and all else stay as they are when a change does not name them", async () => {
    const site = await walletSite();
    const before = await change(site, { limits: { tpm: 500_000 }, level: "free", name: "Ann" });
    expect(await change(site, { name: "Anne" })).toEqual({ ...before, name: "Anne" });
  });
});

describe("whoever has no credits", () => {
  it.each([null, "own"])("is sent to the portal of the key's own site (host: %s)", async (host) => {
    const site = await walletSite();
    await site.owner.json("POST", path(site), correction(-100));
    const response = await call(
      host && site.slug,
      "/v1/chat/completions",
      post(
        { model: "up/ok", messages: [{ role: "user", content: "hi" }] },
        { authorization: `Bearer ${site.key}` },
      ),
    );
    expect(response.status).toBe(402);
    expect(await errorOf(response)).toMatchObject({
      code: "insufficient_credits",
      link: `http://${site.slug}.localhost/wallet`,
    });
  });

  it("is told whom to ask, as the site says it", async () => {
    const site = await walletSite({ contact: "Write to ann@example.com" });
    const boot = await site.ann.json<{ site: { contact: string } }>("GET", "/api/auth/boot");
    expect(boot.site.contact).toBe("Write to ann@example.com");
    const changed = await site.owner.json<{ contact: string }>("PATCH", "/api/admin/site", {
      contact: " Ask Bob ",
    });
    expect(changed.contact).toBe("Ask Bob");
  });
});

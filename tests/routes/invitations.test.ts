/** Invitations: one link, once, for one e-mail, on one site. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Invitation } from "../../src/contract/people-invitations.ts";
import { call, errorOf, post } from "./support.ts";
import { type WalletSite, walletSite } from "./wallet-site.ts";

interface Invited {
  invitation: Invitation;
  link: string;
}
const PASSWORD = "a password of my own";
const PATH = "/api/admin/invitations";
const tokenOf = ({ link }: Invited) => new URL(link).hash.slice(1);
const invite = (site: WalletSite, more: object = {}) =>
  site.owner.json<Invited>("POST", PATH, { email: "new@x.example", ...more });
const open = (slug: string, token: string) =>
  call(slug, "/api/auth/invitation", post({ token }, { origin: `http://${slug}.localhost` }));
const accept = (slug: string, token: string, more: object = {}) =>
  call(
    slug,
    "/api/auth/invitation/accept",
    post({ token, password: PASSWORD, ...more }, { origin: `http://${slug}.localhost` }),
  );
const listed = async (site: WalletSite) =>
  (await site.owner.json<{ data: Invitation[] }>("GET", PATH)).data;

describe("an invitation", () => {
  it("makes who accepts it a user with its role, signed in, with the site's first credits", async () => {
    const site = await walletSite({ signupCredits: 7 });
    const invited = await invite(site, { role: "editor", level: "free" });
    expect(invited.link).toMatch(new RegExp(`^http://${site.slug}.localhost/invitation#`));
    expect(await (await open(site.slug, tokenOf(invited))).json()).toMatchObject({
      email: "new@x.example",
      role: "editor",
    });
    const answer = await accept(site.slug, tokenOf(invited), { name: "New" });
    expect(await answer.json()).toMatchObject({
      email: "new@x.example",
      name: "New",
      role: "editor",
      level: { slug: "free" },
    });
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    const wallet = await call(site.slug, "/api/portal/wallet", { headers: { cookie } });
    expect(await wallet.json()).toMatchObject({ balance: "7" });
    expect((await listed(site))[0]).toMatchObject({
      state: "accepted",
      invitedBy: `boss@${site.slug}.example`,
    });
  });

  it("is mailed, in the site's language, with the same link", async () => {
    const site = await walletSite({ locale: "en" });
    const { link } = await invite(site);
    const { results } = await env.DB.prepare("SELECT subject, text FROM mails WHERE recipient = ?")
      .bind("new@x.example")
      .all<{ subject: string; text: string }>();
    const mail = results.find(({ text }) => text.includes(link));
    expect(mail?.subject).toBe("You are invited to Wallets · Wallets");
  });

  it("accepted by several at the same moment makes one user", async () => {
    const site = await walletSite();
    const token = tokenOf(await invite(site));
    const answers = await Promise.all([1, 2, 3, 4].map(() => accept(site.slug, token)));
    const statuses = answers.map((answer) => answer.status).toSorted();
    expect(statuses).toEqual([200, 410, 410, 410]);
  });

  it.each(["used", "revoked", "sent again", "too old", "of another site", "invented"])(
    "that is %s opens nothing, and answers as every other",
    async (how) => {
      const site = await walletSite();
      const other = await walletSite();
      const invited = await invite(site);
      const id = invited.invitation.id;
      let token = tokenOf(invited);
      let slug = site.slug;
      if (how === "used") await accept(slug, token);
      if (how === "revoked") await site.owner.fetch("DELETE", `${PATH}/${id}`);
      if (how === "sent again") await site.owner.json("POST", `${PATH}/${id}/resend`);
      if (how === "of another site") slug = other.slug;
      if (how === "invented") token = "invented";
      if (how === "too old") {
        await env.DB.prepare("UPDATE invitations SET expires_at = 1 WHERE id = ?").bind(id).run();
      }
      for (const answer of [await open(slug, token), await accept(slug, token)]) {
        expect(answer.status).toBe(410);
        expect(answer.headers.get("set-cookie")).toBeNull();
        expect(await errorOf(answer)).toMatchObject({ code: "invitation_invalid", param: null });
      }
    },
  );

  it("of somebody who has been disabled since opens nothing", async () => {
    const site = await walletSite();
    const path = `/api/admin/users/${site.userId}`;
    await site.owner.json("PATCH", path, { role: "admin" });
    const token = tokenOf(await site.ann.json<Invited>("POST", PATH, { email: "new@x.example" }));
    await site.owner.json("PATCH", path, { enabled: false });
    expect((await open(site.slug, token)).status).toBe(410);
    expect((await accept(site.slug, token)).status).toBe(410);
  });

  it("sent again works with its new link", async () => {
    const site = await walletSite();
    const first = await invite(site);
    const again = await site.owner.json<Invited>("POST", `${PATH}/${first.invitation.id}/resend`);
    expect(again.invitation.id).toBe(first.invitation.id);
    expect((await accept(site.slug, tokenOf(again))).status).toBe(200);
    const late = await site.owner.fetch("POST", `${PATH}/${first.invitation.id}/resend`);
    expect(late.status).toBe(404);
  });

  it("to an e-mail that was invited before takes the place of the one before", async () => {
    const site = await walletSite();
    const first = await invite(site);
    const second = await invite(site);
    expect((await accept(site.slug, tokenOf(first))).status).toBe(410);
    expect((await accept(site.slug, tokenOf(second))).status).toBe(200);
    expect((await listed(site)).map(({ state }) => state).toSorted()).toEqual([
      "accepted",
      "revoked",
    ]);
  });

  it("never opens an account that exists, and changes nothing of it", async () => {
    const site = await walletSite();
    const taken = await site.owner.fetch("POST", PATH, { email: `ann@${site.slug}.example` });
    expect(taken.status).toBe(409);
    const invited = await invite(site, { role: "admin" });
    await site.owner.json("POST", "/api/admin/users", {
      email: "new@x.example",
      password: "another one",
    });
    const answer = await accept(site.slug, tokenOf(invited));
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([409, null]);
    const login = await call(
      site.slug,
      "/api/auth/login",
      post({ email: "new@x.example", password: "another one" }),
    );
    expect(await login.json()).toMatchObject({ role: "member" });
  });

  it("gives no role that its maker may not give, and none that he has lost the right to", async () => {
    const site = await walletSite();
    await site.owner.json("PATCH", `/api/admin/users/${site.userId}`, { role: "admin" });
    const owner = await site.ann.fetch("POST", PATH, { email: "new@x.example", role: "owner" });
    expect(owner.status).toBe(403);
    const invited = await site.ann.json<Invited>("POST", PATH, {
      email: "new@x.example",
      role: "admin",
    });
    await site.owner.json("PATCH", `/api/admin/users/${site.userId}`, { role: "editor" });
    expect((await accept(site.slug, tokenOf(invited))).status).toBe(410);
    await site.owner.json("PATCH", `/api/admin/users/${site.userId}`, { role: "admin" });
    expect((await accept(site.slug, tokenOf(invited))).status).toBe(200);
  });

  it("takes no role, level or site from whoever accepts it", async () => {
    const site = await walletSite();
    const token = tokenOf(await invite(site));
    for (const more of [{ role: "owner" }, { levelId: "x" }, { email: "me@x.example" }]) {
      expect((await accept(site.slug, token, more)).status).toBe(400);
    }
    expect((await accept(site.slug, token)).status).toBe(200);
  });

  it("of another site is not there for its admins", async () => {
    const [site, other] = [await walletSite(), await walletSite()];
    const { invitation } = await invite(site);
    const path = `${PATH}/${invitation.id}`;
    expect((await other.owner.fetch("DELETE", path)).status).toBe(404);
    expect((await other.owner.fetch("POST", `${path}/resend`)).status).toBe(404);
    expect(await listed(other)).toEqual([]);
    expect((await listed(site))[0]?.state).toBe("open");
  });

  it("is not in the store as it is in the link, nor in the audit", async () => {
    const site = await walletSite();
    const token = tokenOf(await invite(site));
    await accept(site.slug, token);
    const { results } = await env.DB.prepare("SELECT * FROM invitations").all();
    expect(JSON.stringify(results)).not.toContain(token);
    const audit = await site.owner.json("GET", "/api/admin/audit?limit=200");
    expect(JSON.stringify(audit)).not.toContain(token);
    expect(JSON.stringify(audit)).toContain("invitations.accept");
  });
});

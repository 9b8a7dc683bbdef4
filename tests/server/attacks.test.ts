/** What somebody tries who means harm: other origins, fields that are not his, sessions he has set. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import type { TestPortico } from "./support.ts";
import { startTwoSites, type TwoSites } from "./two-sites.ts";
import { codeOf, hostOf, type Visitor, visitor } from "./visitor.ts";
import { type ServedEndpoint, servedEndpoints, wronglyAnswered } from "./walk.ts";

let world: TwoSites;
let portico: TestPortico;
let owner: Visitor;
let member: Visitor;
let operator: Visitor;
let unsafe: ServedEndpoint[];

beforeAll(async () => {
  world = await startTwoSites();
  ({ portico, owner, member, operator } = world);
  unsafe = (await servedEndpoints(portico)).filter(({ key }) => !key.startsWith("GET "));
}, 90_000);
afterAll(() => world?.stop());

const acme = () => hostOf(portico, "acme");

describe("a page of another origin", () => {
  const origins = () => ["http://evil.example", `http://${hostOf(portico, "other")}`, "null"];

  it("changes nothing with an owner's cookie: every unsafe endpoint refuses it", async () => {
    expect(unsafe.length).toBeGreaterThan(40);
    for (const origin of origins()) {
      const headers = { origin, cookie: owner.cookie };
      // Apps of other origins exchange codes there, and cookies count for nothing.
      const ours = unsafe.filter(({ key }) => !key.includes(" /oauth/"));
      const caller = { who: origin, host: acme(), headers };
      expect(await wronglyAnswered(portico, caller, ours, () => 403)).toEqual([]);
    }
  });

  it("cannot act as the operator, nor as whoever sends a cookie without an origin", async () => {
    const platform = hostOf(portico, null);
    const ofOperator = unsafe.filter(({ auth }) => auth === "operator");
    for (const headers of [
      { origin: "http://evil.example", cookie: operator.cookie },
      { cookie: operator.cookie },
    ]) {
      const caller = { who: "another origin", host: platform, headers };
      expect(await wronglyAnswered(portico, caller, ofOperator, () => 403)).toEqual([]);
    }
  });

  it("logs nobody in, not even as the attacker himself", async () => {
    const answer = await localRequest({
      origin: portico.origin,
      host: acme(),
      method: "POST",
      path: "/api/auth/login",
      body: { email: "ann@acme.example", password: "password-of-ann" },
      headers: { origin: "http://evil.example" },
    });
    expect([answer.status, codeOf(answer)]).toEqual([403, "origin_not_allowed"]);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });
});

describe("fields that nobody may set", () => {
  const refused = async (person: Visitor, method: string, path: string, body: object) => {
    const answer = await person.call(method, path, body);
    expect([answer.status, codeOf(answer)], `${path} ${answer.text}`).toEqual([
      400,
      "invalid_value",
    ]);
  };

  it("are refused where somebody registers or changes himself", async () => {
    const nobody = visitor(portico.origin, acme());
    for (const extra of [{ role: "owner" }, { siteId: "site_platform" }, { level: "pro" }]) {
      await refused(nobody, "POST", "/api/auth/register", {
        email: "mallory@acme.example",
        password: "password-of-mallory",
        ...extra,
      });
      await refused(member, "PATCH", "/api/auth/me", extra);
    }
    const boot = await member.json<{ me: { role: string } }>("GET", "/api/auth/boot");
    expect(boot.me.role).toBe("member");
  });

  it("are refused in keys, users and settings", async () => {
    for (const extra of [{ scopes: ["admin"] }, { userId: "usr_boss" }, { hash: "0".repeat(64) }]) {
      await refused(member, "POST", "/api/portal/keys", { name: "k", ...extra });
    }
    const { me } = await member.json<{ me: { id: string } }>("GET", "/api/auth/boot");
    for (const extra of [{ siteId: "x" }, { passwordHash: "x" }, { role: "operator" }]) {
      await refused(owner, "PATCH", `/api/admin/users/${me.id}`, extra);
    }
    for (const extra of [{ edition: "enterprise" }, { suspended: false }, { id: "site_x" }]) {
      await refused(owner, "PATCH", "/api/admin/site", extra);
    }
  });

  it("do not come by a prototype either", async () => {
    const answer = await localRequest({
      origin: portico.origin,
      host: acme(),
      method: "PATCH",
      path: "/api/auth/me",
      body: JSON.parse('{"__proto__":{"role":"owner"},"name":"Ann"}'),
      headers: { origin: `http://${acme()}`, cookie: member.cookie },
    });
    expect(answer.status).toBeLessThan(500);
    const boot = await member.json<{ me: { role: string } }>("GET", "/api/auth/boot");
    expect(boot.me.role).toBe("member");
  });
});

describe("a session that somebody else has set", () => {
  it("is not the one that a log-in gives, and is worth nothing after it", async () => {
    const set = visitor(portico.origin, acme(), member.cookie);
    await set.logIn("ten@acme.example", "password-of-ten");
    expect(set.cookie).not.toBe(member.cookie);
    const forged = visitor(portico.origin, acme(), "portico=chosen.by.somebody");
    expect((await forged.call("GET", "/api/portal/wallet")).status).toBe(401);
    await forged.logIn("ten@acme.example", "password-of-ten");
    expect(forged.cookie).not.toContain("chosen.by.somebody");
  });

  it("of one site opens no other, under whatever name of the host", async () => {
    for (const host of [hostOf(portico, "other"), hostOf(portico, null), "ai.acme.example"]) {
      const elsewhere = visitor(portico.origin, host, world.strangerOwner.cookie);
      const home = host === hostOf(portico, "other");
      const { status } = await elsewhere.call("GET", "/api/portal/wallet");
      expect(status, host).toBe(home ? 200 : 401);
    }
  });
});

describe("headers that claim another host", () => {
  it("move no request of an owner to another site", async () => {
    const claims = {
      "x-forwarded-host": hostOf(portico, "other"),
      "x-original-host": hostOf(portico, "other"),
      forwarded: `host=${hostOf(portico, "other")}`,
      "x-host": hostOf(portico, "other"),
      "x-site-id": "other",
    };
    const answer = await localRequest({
      origin: portico.origin,
      host: acme(),
      method: "GET",
      path: "/api/admin/site?site=other&siteId=other",
      headers: { cookie: owner.cookie, ...claims },
    });
    expect(JSON.parse(answer.text)).toMatchObject({ slug: "acme" });
  });
});

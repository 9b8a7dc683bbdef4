/** The subdomain of a site: what is free, the change, and the way from the old address. */

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { SiteHosts } from "../../src/contract/hosts.ts";
import { openDatabase } from "../../src/store/database.ts";
import { findSiteBySlug, updateSite } from "../../src/store/sites.ts";
import { type Person, signIn } from "./person.ts";
import { call, configure, errorOf } from "./support.ts";

const PASSWORD = "correct horse battery";
let count = 0;

interface Tenant {
  slug: string;
  owner: Person;
}

async function tenant(): Promise<Tenant> {
  const slug = `move${++count}`;
  const users = ["owner", "editor", "auditor"].map((role) => ({
    email: `${role}@${slug}.example`,
    password: PASSWORD,
    role,
  }));
  await configure({ slug, name: slug, users });
  return { slug, owner: await signIn(slug, `owner@${slug}.example`, PASSWORD) };
}

const stateOf = async ({ owner }: Tenant, slug: string) =>
  (await owner.json<{ state: string }>("GET", `/api/admin/subdomain?slug=${slug}`)).state;
const move = ({ owner }: Tenant, slug: string) =>
  owner.fetch("PUT", "/api/admin/subdomain", { slug });

let one: Tenant;
let two: Tenant;
beforeAll(async () => {
  [one, two] = [await tenant(), await tenant()];
});

describe("whether a slug is free", () => {
  it.each([
    "www",
    "api",
    "admin",
    "portico",
    "mail",
    "autodiscover",
    "xn--80ak6aa92e",
    "Über",
    "a_b",
  ])("%s cannot be anybody's", async (slug) => {
    expect(await stateOf(one, encodeURIComponent(slug))).toBe("reserved");
  });

  it("is said of free ones, one's own and another's", async () => {
    expect(await stateOf(one, "quite-free")).toBe("free");
    expect(await stateOf(one, one.slug)).toBe("own");
    expect(await stateOf(one, two.slug)).toBe("taken");
    expect(await stateOf(one, "platform")).toBe("taken");
  });
});

describe("a site that moves", () => {
  it("is at its new subdomain at once; pages of the old one lead there, and nothing else does", async () => {
    const site = await tenant();
    const slug = `${site.slug}-new`;
    const moved = await move(site, slug);
    expect(await moved.json()).toEqual({ slug, host: `${slug}.localhost` });
    expect((await call(slug, "/api/auth/boot")).status).toBe(200);
    const page = await call(site.slug, "/c/conv_1?x=%2F%2Fevil.example&y=1");
    expect(page.status).toBe(308);
    expect(page.headers.get("location")).toBe(
      `http://${slug}.localhost/c/conv_1?x=%2F%2Fevil.example&y=1`,
    );
    expect(page.headers.get("cache-control")).toBe("no-store");
    for (const [method, path] of [
      ["POST", "/login"],
      ["GET", "/api/auth/boot"],
      ["GET", "/v1/models"],
      ["GET", "/.well-known/oauth-authorization-server"],
      ["DELETE", "/"],
    ]) {
      const answer = await call(site.slug, path ?? "", { method: method ?? "" });
      expect(`${method} ${path} ${answer.status}`).toBe(`${method} ${path} 421`);
    }
  });

  it("never leads to another host than its own, whatever the path", async () => {
    const site = await tenant();
    await move(site, `${site.slug}-new`);
    for (const path of [
      "//evil.example/",
      "/\\evil.example",
      "/@evil.example",
      "/%0d%0aset-cookie:a=b",
    ]) {
      const answer = await call(site.slug, path);
      const to = new URL(answer.headers.get("location") ?? "");
      expect([answer.status, to.host]).toEqual([308, `${site.slug}-new.localhost`]);
      expect(answer.headers.get("set-cookie")).toBeNull();
    }
  });

  it("asks for a new log-in: the session of the old address is not one of the new", async () => {
    const site = await tenant();
    await move(site, `${site.slug}-new`);
    const page = await call(site.slug, "/");
    expect(page.headers.get("set-cookie")).toBeNull();
    const answer = await call(`${site.slug}-new`, "/api/admin/hosts");
    expect(answer.status).toBe(401);
  });

  it("keeps the old subdomain for itself: others are told, and refused, for 90 days", async () => {
    const [site, rival] = [await tenant(), await tenant()];
    await move(site, `${site.slug}-new`);
    expect(await stateOf(rival, site.slug)).toBe("kept");
    const refused = await move(rival, site.slug);
    expect(refused.status).toBe(409);
    expect(await errorOf(refused)).toMatchObject({ code: "conflict", param: "slug" });
    const owner = await signIn(`${site.slug}-new`, `owner@${site.slug}.example`, PASSWORD);
    const hosts = await owner.json<SiteHosts>("GET", "/api/admin/hosts");
    expect(hosts.retired.map(({ slug }) => slug)).toEqual([site.slug]);
    const days = (Date.parse(hosts.retired[0]?.until ?? "") - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(90);
    const back = await owner.fetch("PUT", "/api/admin/subdomain", { slug: site.slug });
    expect(back.status).toBe(200);
    expect((await call(site.slug, "/api/auth/boot")).status).toBe(200);
    expect((await call(`${site.slug}-new`, "/")).status).toBe(308);
  });

  it("is forgotten at its old address when the 90 days are over, and others may have it", async () => {
    const [site, next] = [await tenant(), await tenant()];
    await move(site, `${site.slug}-new`);
    const ended = "UPDATE retired_slugs SET until = ?1 WHERE slug = ?2";
    await env.DB.prepare(ended).bind(Date.now(), site.slug).run();
    expect((await call(site.slug, "/")).status).toBe(421);
    expect((await move(next, site.slug)).status).toBe(200);
    expect((await call(site.slug, "/api/auth/boot")).status).toBe(200);
    expect((await call(next.slug, "/")).headers.get("location")).toBe(
      `http://${site.slug}.localhost/`,
    );
  });

  it("that is suspended leads nowhere, from its old address neither", async () => {
    const site = await tenant();
    const slug = `${site.slug}-new`;
    await move(site, slug);
    const db = openDatabase(env);
    const { id = "" } = (await findSiteBySlug(db, slug)) ?? {};
    await updateSite(db, id, { suspended: true });
    expect((await call(site.slug, "/")).status).toBe(421);
  });
});

describe("a change of the subdomain", () => {
  it.each([
    ["www", 409],
    ["Not-A-Slug", 400],
    ["-a", 400],
    ["a.b", 400],
    ["", 400],
    ["a".repeat(64), 400],
  ])("to %j is refused with %i", async (slug, status) => {
    const refused = await move(one, slug);
    expect(refused.status).toBe(status);
    expect((await errorOf(refused)).param).toBe("slug");
  });

  it("to another site's, or to one's own, is refused", async () => {
    expect((await move(one, two.slug)).status).toBe(409);
    expect((await move(one, one.slug)).status).toBe(409);
  });

  it("is for those who may change the site", async () => {
    for (const role of ["editor", "auditor"]) {
      const person = await signIn(one.slug, `${role}@${one.slug}.example`, PASSWORD);
      const answer = await person.fetch("PUT", "/api/admin/subdomain", { slug: "mine-now" });
      expect(`${role} ${answer.status}`).toBe(`${role} 403`);
    }
  });

  it("stands in the audit, with the old and the new", async () => {
    const site = await tenant();
    await move(site, `${site.slug}-new`);
    const owner = await signIn(`${site.slug}-new`, `owner@${site.slug}.example`, PASSWORD);
    const { data } = await owner.json<{ data: { action: string; changes: unknown[] }[] }>(
      "GET",
      "/api/admin/audit?action=subdomain",
    );
    expect(data[0]?.changes).toContainEqual({
      field: "slug",
      before: site.slug,
      after: `${site.slug}-new`,
    });
  });
});

/** Accounts of the platform and their sites. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { change, findSiteBySlug, updateSite } from "../../src/store/sites.ts";
import { type Person, signIn } from "./person.ts";
import { call, configure, errorOf, OPERATOR, post } from "./support.ts";

const PASSWORD = "correct horse battery";
let counter = 0;
const fresh = (stem: string) => `${stem}-${++counter}`;

/** Somebody with a new account of the platform. */
async function account(email = `${fresh("ann")}@mail.example`): Promise<Person> {
  const registered = await call(
    null,
    "/api/auth/register",
    post({ email, password: PASSWORD, name: "Ann" }, { origin: "http://localhost" }),
  );
  if (!registered.ok) throw new Error(await registered.text());
  return await signIn(null, email, PASSWORD);
}

const wish = (slug: string, more: object = {}) => ({
  slug,
  name: "Ann's",
  kind: "external",
  locale: "en",
  ...more,
});

const enter = (slug: string, ticket: string) =>
  call(slug, "/api/auth/enter", post({ ticket }, { origin: `http://${slug}.localhost` }));

const boot = async (slug: string, cookie: string) =>
  (await call(slug, "/api/auth/boot", { headers: { cookie } })).json<{
    me: { email: string; role: string } | null;
    impersonatedUntil: string | null;
  }>();

const cookieOf = (answer: Response) => answer.headers.get("set-cookie")?.split(";")[0] ?? "";

beforeAll(() => configure({ slug: "acme", name: "Acme" }));

describe("an account of the platform", () => {
  it("makes a site, sees it among its own, and enters it as its owner", async () => {
    const ann = await account("ann@mail.example");
    const slug = fresh("made");
    const site = await ann.json<{ slug: string; edition: string; role: string }>(
      "POST",
      "/api/platform/mine",
      wish(slug),
    );
    expect(site).toMatchObject({ slug, edition: "free", role: "owner", suspended: false });
    const mine = await ann.json<{ data: unknown[] }>("GET", "/api/platform/mine");
    expect(mine).toEqual({ data: [site], freeSites: 3 });
    const { ticket } = await ann.json<{ ticket: string }>(
      "POST",
      `/api/platform/mine/${slug}/enter`,
    );
    const entered = await enter(slug, ticket);
    expect(entered.status).toBe(200);
    const { me, impersonatedUntil } = await boot(slug, cookieOf(entered));
    expect(me).toMatchObject({ email: "ann@mail.example", role: "owner" });
    expect(impersonatedUntil).toBeNull();
  });

  it("knows before it asks whether a slug is free, and is refused one that is not", async () => {
    const ann = await account();
    const state = async (slug: string) =>
      (await ann.json<{ state: string }>("GET", `/api/platform/slugs/${slug}`)).state;
    expect(await state("nobody-has-it")).toBe("free");
    expect(await state("acme")).toBe("taken");
    expect(await state("admin")).toBe("reserved");
    for (const slug of ["acme", "admin"]) {
      const refused = await ann.fetch("POST", "/api/platform/mine", wish(slug));
      expect([refused.status, (await errorOf(refused)).param]).toEqual([409, "slug"]);
    }
    const bad = await ann.fetch("POST", "/api/platform/mine", wish("Not A Slug"));
    expect(bad.status).toBe(400);
  });

  it("cannot give itself more than a free site: what else is sent is refused", async () => {
    const ann = await account();
    for (const more of [{ edition: "enterprise" }, { ownLimits: {} }, { role: "operator" }]) {
      const refused = await ann.fetch("POST", "/api/platform/mine", wish(fresh("mass"), more));
      expect(refused.status).toBe(400);
    }
  });

  it("has three free sites and no fourth", async () => {
    const ann = await account();
    for (const slug of [fresh("one"), fresh("two"), fresh("three")]) {
      await ann.json("POST", "/api/platform/mine", wish(slug));
    }
    const refused = await ann.fetch("POST", "/api/platform/mine", wish(fresh("four")));
    expect([refused.status, (await errorOf(refused)).code]).toEqual([409, "conflict"]);
  });

  it("is kept from making sites without end by how fast it tries", async () => {
    const ann = await account();
    const tries: number[] = [];
    for (let at = 0; at < 11; at++) {
      tries.push((await ann.fetch("POST", "/api/platform/mine", wish(fresh("many")))).status);
    }
    expect(tries.at(-2)).toBe(409);
    expect(tries.at(-1)).toBe(429);
  });

  it("has nothing of others' sites: neither those it does not have nor by its e-mail", async () => {
    const [ann, bo] = [await account(), await account()];
    const slug = fresh("mine");
    await ann.json("POST", "/api/platform/mine", wish(slug));
    for (const other of [slug, "acme", "platform", "nowhere"]) {
      const refused = await bo.fetch("POST", `/api/platform/mine/${other}/enter`);
      expect([refused.status, (await errorOf(refused)).code]).toEqual([404, "site_not_found"]);
    }
    expect(await bo.json("GET", "/api/platform/mine")).toMatchObject({ data: [] });
  });

  it("is no operator", async () => {
    const ann = await account();
    for (const path of ["/api/platform/sites", "/api/platform/editions"]) {
      expect((await ann.fetch("GET", path)).status).toBe(403);
    }
  });

  it("is nobody on a site's host, where there is no such place either", async () => {
    expect((await call("acme", "/api/platform/mine")).status).toBe(404);
    const ann = await account();
    const cookie = ann.cookie;
    expect((await boot("acme", cookie)).me).toBeNull();
  });

  it("cannot be made where the operator has closed registration", async () => {
    const set = (registration: boolean) =>
      call(null, "/api/platform/settings", {
        ...post({ registration }, OPERATOR),
        method: "PATCH",
      });
    expect(await (await set(false)).json()).toEqual({ registration: false, freeSites: 3 });
    await expect(account()).rejects.toThrow("access_denied");
    await set(true);
    await account();
  });
});

describe("a ticket", () => {
  async function ticketFor(): Promise<{ slug: string; ticket: string; ann: Person }> {
    const ann = await account();
    const slug = fresh("ticket");
    await ann.json("POST", "/api/platform/mine", wish(slug));
    const path = `/api/platform/mine/${slug}/enter`;
    return { slug, ann, ...(await ann.json<{ ticket: string }>("POST", path)) };
  }

  it("works once, however many try at the same time", async () => {
    const { slug, ticket } = await ticketFor();
    const answers = await Promise.all(Array.from({ length: 5 }, () => enter(slug, ticket)));
    const statuses = answers.map((answer) => answer.status).toSorted();
    expect(statuses).toEqual([200, 401, 401, 401, 401]);
  });

  it("opens no other site, and no other place where a ticket is asked for", async () => {
    const { slug, ticket } = await ticketFor();
    expect((await enter("acme", ticket)).status).toBe(401);
    const other = await call(
      slug,
      "/api/auth/second-factor",
      post({ ticket, code: "123456", way: "totp" }, { origin: `http://${slug}.localhost` }),
    );
    expect(other.status).toBeGreaterThanOrEqual(400);
    expect((await enter(slug, ticket)).status).toBe(200);
  });

  it("that is forged or changed opens nothing", async () => {
    const { slug, ticket } = await ticketFor();
    const middle = ticket.length >> 1;
    const other = ticket[middle] === "A" ? "B" : "A";
    const changed = ticket.slice(0, middle) + other + ticket.slice(middle + 1);
    for (const text of ["x", ticket.slice(0, -8), changed, "v1.e30.e30"]) {
      expect((await enter(slug, text)).status).toBe(401);
    }
  });

  it("is not made for a site that is suspended, whose owner reads why", async () => {
    const { slug, ann } = await ticketFor();
    const db = openDatabase(env);
    const site = await findSiteBySlug(db, slug);
    const values = { suspended: true, suspendedWhy: "spam was sent" };
    await change(db, site?.id ?? "", [updateSite(db, site?.id ?? "", values)]);
    const refused = await ann.fetch("POST", `/api/platform/mine/${slug}/enter`);
    expect([refused.status, String((await errorOf(refused)).message)]).toEqual([
      409,
      "This site is suspended: spam was sent",
    ]);
    const { data } = await ann.json<{ data: object[] }>("GET", "/api/platform/mine");
    expect(data).toMatchObject([{ slug, suspended: true, suspendedWhy: "spam was sent" }]);
  });
});

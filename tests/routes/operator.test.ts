/** What the operator does with sites. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Edition, EditionLimits } from "../../src/contract/editions.ts";
import type { PlatformSite } from "../../src/contract/platform.ts";
import { meterOf } from "../../src/durable/meter/client.ts";
import { openDatabase } from "../../src/store/database.ts";
import { findSiteBySlug } from "../../src/store/sites.ts";
import { signIn } from "./person.ts";
import { call, configure, errorOf, OPERATOR, post } from "./support.ts";

const PASSWORD = "correct horse battery";
let counter = 0;

const AGENT = { target: { connection: "guide" }, price: { free: true } };
const agents = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ slug: `a${at}`, name: "A", ...AGENT }));

/** A site of one's own for each test, with an owner. */
async function site(more: object = {}): Promise<string> {
  const slug = `op-${++counter}`;
  await configure({
    slug,
    name: `Site ${slug}`,
    connections: [{ id: "guide", connector: "loopback" }],
    users: [{ email: "owner@op.example", password: PASSWORD, role: "owner" }],
    ...more,
  });
  return slug;
}

const ask = (method: string, path: string, body?: unknown) =>
  call(null, `/api/platform${path}`, {
    ...(body === undefined ? { headers: OPERATOR } : post(body, OPERATOR)),
    method,
  });
const json = async <Value>(method: string, path: string, body?: unknown): Promise<Value> => {
  const answer = await ask(method, path, body);
  if (!answer.ok) throw new Error(await answer.text());
  return await answer.json<Value>();
};
const auditOf = async (slug: string) => {
  const id =
    slug === "platform" ? "site_platform" : (await findSiteBySlug(openDatabase(env), slug))?.id;
  return (await meterOf(env, id ?? "").auditEntries({ limit: 20 })).data;
};

beforeAll(() => configure());

describe("the operator", () => {
  it("finds sites by their names, page by page", async () => {
    const [one, two] = [await site(), await site()];
    const page = await json<{ data: { slug: string; users: number }[]; next: string }>(
      "GET",
      "/sites?search=op-&limit=1",
    );
    expect(page).toMatchObject({ data: [{ slug: one, users: 1, calls: 0 }], has_more: true });
    const rest = await json<{ data: object[] }>("GET", `/sites?search=op-&after=${page.next}`);
    expect(rest).toMatchObject({ data: [{ slug: two }], has_more: false, next: null });
    expect((await ask("GET", "/sites/nowhere")).status).toBe(404);
    expect((await ask("GET", "/sites/platform")).status).toBe(404);
  });

  it("suspends a site: visitors and keys find nothing, and all is back when that is taken back", async () => {
    const key = `sk-operator-test-${"0".repeat(20)}`;
    const slug = await site({
      users: [
        {
          email: "owner@op.example",
          password: PASSWORD,
          role: "owner",
          apiKeys: [{ name: "ci", key }],
        },
      ],
    });
    const seen = async () => [
      (await call(slug, "/")).status,
      (await call(null, "/v1/wallet", { headers: { authorization: `Bearer ${key}` } })).status,
    ];
    expect(await seen()).toEqual([200, 200]);
    const suspended = await json<PlatformSite>("PATCH", `/sites/${slug}`, {
      suspended: "unpaid bill",
    });
    expect(suspended).toMatchObject({ suspended: true, suspendedWhy: "unpaid bill" });
    expect(await seen()).toEqual([421, 401]);
    const plain = await (await call(slug, "/")).text();
    expect(plain).not.toContain("unpaid");
    const found = await json<{ data: object[] }>("GET", `/sites?search=${slug}&suspended=true`);
    expect(found.data).toHaveLength(1);
    await json("PATCH", `/sites/${slug}`, { suspended: null });
    expect(await seen()).toEqual([200, 200]);
    const actions = (await auditOf(slug)).filter((entry) => entry.action === "sites.change");
    expect(actions.map((entry) => entry.asked)).toEqual([
      { suspended: null },
      { suspended: "unpaid bill" },
    ]);
  });

  it("gives a site an edition and limits of its own, in force at once", async () => {
    const slug = await site({ agents: agents(5) });
    const owner = await signIn(slug, "owner@op.example", PASSWORD);
    const publish = async (name: string) =>
      await owner.fetch("POST", "/api/admin/agents", { slug: name, name, ...AGENT });
    const refused = await publish("sixth");
    const error = await errorOf(refused);
    expect([refused.status, error.type, error.code]).toEqual([403, "edition_limit", "agents"]);
    expect(error.message).toBe("The site's edition (free) allows 5 published agents.");
    await json("PATCH", `/sites/${slug}`, { ownLimits: { agents: 6 } });
    expect((await publish("sixth")).status).toBe(200);
    expect((await publish("seventh")).status).toBe(403);
    const changed = await json<PlatformSite>("PATCH", `/sites/${slug}`, {
      edition: "standard",
      ownLimits: {},
    });
    expect(changed).toMatchObject({ ownLimits: {}, limits: { agents: null } });
    expect((await publish("seventh")).status).toBe(200);
    const mine = await owner.json<object>("GET", "/api/admin/edition");
    expect(mine).toMatchObject({
      edition: { slug: "standard" },
      usage: { agents: 7, externalUsers: 1, callsPerMonth: 0 },
    });
    // Back to less than there is: nothing goes, what is there can be changed, nothing comes.
    await json("PATCH", `/sites/${slug}`, { edition: "free" });
    const { data } = await owner.json<{ data: { id: string; slug: string }[] }>(
      "GET",
      "/api/admin/agents",
    );
    expect(data).toHaveLength(7);
    const [{ id, slug: first } = { id: "", slug: "" }] = data;
    const renamed = { slug: first, name: "Renamed", ...AGENT };
    expect((await owner.fetch("PUT", `/api/admin/agents/${id}`, renamed)).status).toBe(200);
    expect((await publish("eighth")).status).toBe(403);
  });

  it("changes what an edition allows, for all of its sites and by whole sets of limits", async () => {
    const slug = await site();
    const { data } = await json<{ data: Edition[] }>("GET", "/editions");
    const [free] = data;
    if (free?.slug !== "free") throw new Error("no free edition");
    const { name, limits, price } = free;
    const save = (next: Partial<EditionLimits>) =>
      ask("PUT", "/editions/free", { name, price, limits: { ...limits, ...next } });
    expect((await save({ externalUsers: 1 })).status).toBe(200);
    const join = await call(
      slug,
      "/api/auth/register",
      post(
        { email: "late@op.example", password: PASSWORD, name: "" },
        { origin: `http://${slug}.localhost` },
      ),
    );
    expect([join.status, (await errorOf(join)).code]).toEqual([403, "external_users"]);
    await save({});
    expect((await ask("PUT", "/editions/gold", { name, price, limits })).status).toBe(404);
    for (const bad of [{ agents: -1 }, { agents: 1.5 }, { seats: 3 }]) {
      expect((await save(bad as object)).status).toBe(400);
    }
  });

  it("has a file refused that asks for more than the edition has, and nothing of it applied", async () => {
    const slug = await site();
    await expect(configure({ slug, name: "New name", agents: agents(6) })).rejects.toThrow(
      "agents",
    );
    expect(await json("GET", `/sites/${slug}`)).toMatchObject({ name: `Site ${slug}`, agents: 0 });
  });
});

describe("acting as an owner", () => {
  async function acting(reason = "asked for help") {
    const slug = await site();
    const { ticket } = await json<{ ticket: string }>("POST", `/sites/${slug}/impersonate`, {
      reason,
    });
    const origin = `http://${slug}.localhost`;
    const entered = await call(slug, "/api/auth/enter", post({ ticket }, { origin }));
    const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
    const send = (method: string, path: string, body: unknown) =>
      call(slug, path, { ...post(body, { origin, cookie }), method });
    return { slug, cookie, send };
  }

  it("lasts half an hour, and the page knows until when", async () => {
    const { slug, cookie } = await acting();
    const boot = await (await call(slug, "/api/auth/boot", { headers: { cookie } })).json<{
      me: { role: string };
      impersonatedUntil: string;
    }>();
    expect(boot.me.role).toBe("owner");
    const left = Date.parse(boot.impersonatedUntil) - Date.now();
    expect(left).toBeGreaterThan(29 * 60_000);
    expect(left).toBeLessThanOrEqual(30 * 60_000);
  });

  it("needs a reason, and is told to the audits of the platform and of the site with it", async () => {
    const { slug } = await acting("the bill was wrong");
    for (const where of [slug, "platform"]) {
      const entries = await auditOf(where);
      const told = entries.find((entry) => entry.action === "sites.impersonate");
      expect(told, where).toMatchObject({ asked: { reason: "the bill was wrong" } });
    }
    const signedIn = (await auditOf(slug)).find((entry) => entry.action === "sign_in");
    expect(signedIn?.actor.kind).toBe("operator");
    const without = await ask("POST", `/sites/${slug}/impersonate`, { reason: " " });
    expect(without.status).toBe(400);
  });

  it("leaves no way in behind: no other password, by whichever door, and no key", async () => {
    const { send, slug, cookie } = await acting();
    const own = await send("POST", "/api/auth/password", {
      current: PASSWORD,
      next: "another one",
    });
    expect([own.status, (await errorOf(own)).code]).toEqual([403, "access_denied"]);
    const boot = await call(slug, "/api/auth/boot", { headers: { cookie } });
    const { me } = await boot.json<{ me: { id: string } }>();
    const other = await send("PATCH", `/api/admin/users/${me.id}`, { password: "another one" });
    expect([other.status, (await errorOf(other)).code]).toEqual([403, "access_denied"]);
    const key = await send("POST", "/api/portal/keys", { name: "for later" });
    expect([key.status, (await errorOf(key)).code]).toEqual([403, "access_denied"]);
    expect((await send("PATCH", `/api/admin/users/${me.id}`, { name: "Ann" })).status).toBe(200);
    await signIn(slug, "owner@op.example", PASSWORD);
  });

  it("is not possible where nobody is owner, and ends with a log-out", async () => {
    const slug = await site({ users: [] });
    const refused = await ask("POST", `/sites/${slug}/impersonate`, { reason: "to look" });
    expect(refused.status).toBe(409);
    const { slug: there, cookie, send } = await acting();
    expect((await send("POST", "/api/auth/logout", {})).status).toBe(204);
    const boot = await call(there, "/api/auth/boot", { headers: { cookie } });
    expect(await boot.json()).toMatchObject({ me: null, impersonatedUntil: null });
  });
});

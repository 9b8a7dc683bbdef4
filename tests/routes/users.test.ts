/** Users in the console, over HTTP: what is changed is in force on the very next request. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { User } from "../../src/contract/admin-people.ts";
import type { Conversation } from "../../src/contract/portal.ts";
import type { UsageRecord } from "../../src/contract/usage.ts";
import { walletOf } from "../../src/durable/wallet/client.ts";
import { signIn } from "./person.ts";
import { call, errorOf, post } from "./support.ts";
import { type WalletSite, walletSite } from "./wallet-site.ts";

interface List {
  data: User[];
  total: number | null;
}
const LEVELS = [
  { slug: "free", name: "Free", default: true },
  { slug: "pro", name: "Pro" },
];
const FOR_PRO = { levels: ["pro"] };
const PASSWORD = "correct horse battery";
const path = (site: WalletSite, id = site.userId) => `/api/admin/users/${id}`;
const soon = (ms: number) => new Date(Date.now() + ms).toISOString();

const ask = (site: WalletSite, model: string) =>
  call(
    site.slug,
    "/v1/chat/completions",
    post(
      { model, messages: [{ role: "user", content: "hi" }] },
      { authorization: `Bearer ${site.key}` },
    ),
  );
const chat = (site: WalletSite, clientId = crypto.randomUUID()) =>
  site.ann.fetch("POST", "/api/portal/runs", { target: "up/ok", text: "hi", clientId });

function proSite() {
  const price = { inputPerMillion: 1, outputPerMillion: 1 };
  return walletSite({
    levels: LEVELS,
    models: [
      { name: "up/ok", routes: [{ connection: "up", model: "ok" }], price },
      { name: "up/pro", routes: [{ connection: "up", model: "ok" }], price, access: FOR_PRO },
    ],
  });
}

describe("disabling a user", () => {
  it("ends session, key and new answers on the very next request, and enabling gives them back", async () => {
    const site = await walletSite();
    expect((await ask(site, "up/ok")).status).toBe(200);
    await site.owner.json("PATCH", path(site), { enabled: false });
    expect((await ask(site, "up/ok")).status).toBe(403);
    expect((await chat(site)).status).toBe(401);
    expect((await site.ann.fetch("GET", "/api/portal/agents")).status).toBe(401);
    await site.owner.json("PATCH", path(site), { enabled: true });
    expect((await ask(site, "up/ok")).status).toBe(200);
    expect((await chat(site)).status).toBe(200);
  });

  it("is not for oneself, nor for somebody who may more", async () => {
    const site = await walletSite();
    const me = await site.owner.json<{ me: { id: string } }>("GET", "/api/auth/boot");
    const own = await site.owner.fetch("PATCH", path(site, me.me.id), { enabled: false });
    expect(own.status).toBe(409);
    await site.owner.json("PATCH", path(site), { role: "admin" });
    const owner = await site.ann.fetch("PATCH", path(site, me.me.id), { enabled: false });
    expect([owner.status, (await errorOf(owner)).code]).toEqual([403, "access_denied"]);
    const promoted = await site.ann.fetch("PATCH", path(site), { role: "owner" });
    expect(promoted.status).toBe(403);
  });
});

describe("a level with an end", () => {
  it("opens and closes what is for the level, at the gateway and in the portal, by the clock alone", async () => {
    const site = await proSite();
    expect((await ask(site, "up/pro")).status).toBe(404);
    const levelExpiresAt = soon(1_500);
    await site.owner.json("PATCH", path(site), { level: "pro", levelExpiresAt });
    expect((await ask(site, "up/pro")).status).toBe(200);
    const seen = async () => {
      const { data } = await site.ann.json<{ data: { target: string }[] }>(
        "GET",
        "/api/portal/agents",
      );
      return data.map(({ target }) => target);
    };
    expect(await seen()).toContain("up/pro");
    await expect.poll(() => Date.now() > Date.parse(levelExpiresAt), { timeout: 5_000 }).toBe(true);
    expect((await ask(site, "up/pro")).status).toBe(404);
    expect(await seen()).not.toContain("up/pro");
    const user = await site.owner.json<User>("GET", path(site));
    expect(user).toMatchObject({ level: { slug: "free" }, endedLevel: { slug: "pro" } });
    const { me } = await site.ann.json<{ me: object }>("GET", "/api/auth/boot");
    expect(me).toMatchObject({ level: { slug: "free" }, endedLevel: { name: "Pro" } });
  });
});

describe("the list of users", () => {
  it("says how many there are, on the first page alone, and filters by what is asked", async () => {
    const site = await proSite();
    const list = (query: string) =>
      site.owner.json<List & { next: string }>("GET", `/api/admin/users?${query}`);
    const first = await list("limit=1&sort=email");
    expect([first.total, first.data[0]?.email]).toEqual([2, `ann@${site.slug}.example`]);
    const second = await list(`limit=1&sort=email&after=${encodeURIComponent(first.next)}`);
    expect([second.total, second.data[0]?.email]).toEqual([null, `boss@${site.slug}.example`]);
    expect((await list("role=owner")).total).toBe(1);
    expect((await list("level=pro")).total).toBe(0);
    expect((await list("seen=never")).total).toBe(0);
    expect((await site.owner.fetch("GET", "/api/admin/users?sort=password_hash")).status).toBe(400);
  });

  it("goes out as a file in which no name is a formula", async () => {
    const site = await walletSite();
    await site.owner.json("PATCH", path(site), { name: '=HYPERLINK("http://evil.example")' });
    const response = await site.owner.fetch("GET", "/api/admin/users/export.csv?role=member");
    const text = await response.text();
    expect(response.headers.get("content-disposition")).toContain("users-");
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(text).not.toContain("boss@");
  });
});

describe("what a user is", () => {
  it("is changed field by field, and shown as it was changed", async () => {
    const site = await proSite();
    const change = { name: "Ann", note: "knows Bob", level: "pro", levelExpiresAt: soon(60_000) };
    const user = await site.owner.json<User>("PATCH", path(site), change);
    expect(user).toMatchObject({ ...change, level: { slug: "pro" }, kind: "external" });
  });

  it.each([
    [{ siteId: "site_platform" }, 400],
    [{ passwordHash: "scrypt$x" }, 400],
    [{ sessionEpoch: 9 }, 400],
    [{ role: "operator" }, 400],
    [{ department: "nowhere" }, 400],
    [{ kind: "internal" }, 403],
  ])("cannot be changed by %j", async (change, status) => {
    const site = await walletSite();
    const before = await site.owner.json("GET", path(site));
    expect((await site.owner.fetch("PATCH", path(site), change)).status).toBe(status);
    expect(await site.owner.json("GET", path(site))).toEqual(before);
  });
});

describe("many users at once", () => {
  it("are changed each for himself: one who may not be changed holds up nobody", async () => {
    const site = await proSite();
    const { me } = await site.owner.json<{ me: { id: string } }>("GET", "/api/auth/boot");
    const answer = await site.owner.json("POST", "/api/admin/users/change", {
      ids: [site.userId, me.id, "usr_gone"],
      change: { enabled: false, level: "pro" },
    });
    expect(answer).toMatchObject({
      done: [site.userId],
      refused: [
        { id: me.id, code: "conflict" },
        { id: "usr_gone", code: "user_not_found" },
      ],
    });
    expect((await ask(site, "up/ok")).status).toBe(403);
    const user = await site.owner.json<User>("GET", path(site));
    expect(user).toMatchObject({ enabled: false, level: { slug: "pro" } });
  });

  it("cannot be given a role, a password or more limits", async () => {
    const site = await walletSite();
    for (const change of [{ role: "admin" }, { password: PASSWORD }, { limits: {} }, {}]) {
      const body = { ids: [site.userId], change };
      expect((await site.owner.fetch("POST", "/api/admin/users/change", body)).status).toBe(400);
    }
  });
});

describe("deleting a user", () => {
  it("asks for the e-mail, and for somebody else's refuses", async () => {
    const site = await walletSite();
    const email = `boss@${site.slug}.example`;
    const wrong = await site.owner.fetch("DELETE", `${path(site)}?email=${email}`);
    expect([wrong.status, (await errorOf(wrong)).param]).toEqual([400, "email"]);
    expect((await site.owner.fetch("DELETE", path(site))).status).toBe(400);
    expect((await ask(site, "up/ok")).status).toBe(200);
  });

  it("ends sessions and keys, empties conversations, and leaves the books without a name", async () => {
    const site = await walletSite();
    const requestId = await site.spend();
    await (await chat(site)).text();
    const { data } = await site.ann.json<{ data: Conversation[] }>(
      "GET",
      "/api/portal/conversations",
    );
    expect(data).toHaveLength(1);
    const email = `ann@${site.slug}.example`;
    const requests = () =>
      site.owner.json<{ data: UsageRecord[] }>("GET", "/api/admin/requests?limit=50");
    await expect.poll(async () => (await requests()).data.length, { timeout: 15_000 }).toBe(2);
    const gone = await site.owner.fetch("DELETE", `${path(site)}?email=${email}`);
    expect(gone.status).toBe(204);
    expect((await ask(site, "up/ok")).status).toBe(401);
    expect((await site.ann.fetch("GET", "/api/portal/agents")).status).toBe(401);
    expect((await site.owner.fetch("GET", path(site))).status).toBe(404);
    const { siteId } = await siteOf(site);
    const history = env.HISTORY.getByName(`${siteId}:${site.userId}`);
    expect(await history.list({ limit: 9, after: null, search: null })).toMatchObject({ data: [] });
    const left = await requests();
    expect(left.data.map((record) => record.request_id)).toContain(requestId);
    expect(left.data.map((record) => record.user_email)).toEqual(["", ""]);
    expect(JSON.stringify(left)).not.toContain(email);
    const { data: entries } = await walletOf(env, siteId, site.userId).entries({ limit: 9 });
    expect(entries.some((entry) => entry.type === "charge")).toBe(true);
  });

  it("frees the e-mail: who comes again under it is somebody else", async () => {
    const site = await walletSite();
    const email = `ann@${site.slug}.example`;
    await site.owner.fetch("DELETE", `${path(site)}?email=${email}`);
    const user = await site.owner.json<User>("POST", "/api/admin/users", {
      email,
      password: PASSWORD,
    });
    expect(user.id).not.toBe(site.userId);
    const again = await signIn(site.slug, email, PASSWORD);
    const wallet = await again.json<{ balance: string }>("GET", "/api/portal/wallet");
    expect(wallet.balance).toBe("0");
  });
});

async function siteOf(site: WalletSite): Promise<{ siteId: string }> {
  const row = await env.DB.prepare("SELECT id FROM sites WHERE slug = ?")
    .bind(site.slug)
    .first<{ id: string }>();
  if (!row) throw new Error("the site of the test is not there");
  return { siteId: row.id };
}

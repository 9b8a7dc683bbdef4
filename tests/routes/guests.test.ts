/** Guests: what is open to them, who pays, and what no cookie gets round. */
import { env } from "cloudflare:workers";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { walletOf } from "../../src/durable/wallet/client.ts";
import { call, errorOf, post } from "./support.ts";
import { type WalletSite, walletSite } from "./wallet-site.ts";

const route = [{ connection: "up", model: "ok" }];
const price = { perRequest: 1 };
const OPEN = { guests: true };
const MODELS = [
  { name: "up/ok", routes: route, price },
  { name: "up/open", routes: route, price, access: OPEN },
  { name: "up/everyone", routes: route, price, access: { everyone: true } },
];

async function guestSite(guests: object = {}): Promise<WalletSite> {
  const site = await walletSite({ models: MODELS });
  await site.owner.json("PUT", "/api/admin/guests", { enabled: true, ...guests });
  return site;
}

interface Guest {
  cookie: string;
  fetch(method: string, path: string, body?: unknown): Promise<Response>;
  send(target: string, more?: object): Promise<Response>;
}

function guestWith(slug: string, cookie: string, address: string): Guest {
  const guest: Guest = {
    cookie,
    fetch: (method, path, body) =>
      call(slug, path, {
        method,
        headers: {
          cookie,
          origin: `http://${slug}.localhost`,
          "cf-connecting-ip": address,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    send: (target, more = {}) =>
      guest.fetch("POST", "/api/portal/runs", {
        target,
        text: "hi",
        clientId: crypto.randomUUID(),
        ...more,
      }),
  };
  return guest;
}

async function begin(slug: string, address = "203.0.113.7"): Promise<Guest> {
  const answer = await guestWith(slug, "", address).fetch("POST", "/api/auth/guest");
  if (!answer.ok) throw new Error(await answer.text());
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  return guestWith(slug, cookie, address);
}

/** The last event of a run, as the portal reads it. */
async function ended(answer: Response): Promise<{ message: { status: string; error: unknown } }> {
  const events = (await answer.text()).split("\n").filter((line) => line.startsWith("data:"));
  return JSON.parse(events.at(-1)?.slice(5) ?? "null");
}

async function payerOf(site: WalletSite) {
  const row = await env.DB.prepare("SELECT id FROM sites WHERE slug = ?")
    .bind(site.slug)
    .first<{ id: string }>();
  return walletOf(env, row?.id ?? "", "guests");
}

describe("a guest", () => {
  it("sees what is open to guests, chats, and finds the conversation again", async () => {
    const site = await guestSite();
    const guest = await begin(site.slug);
    const { data } = await (await guest.fetch("GET", "/api/portal/agents")).json<{
      data: { target: string }[];
    }>();
    expect(data.map(({ target }) => target)).toEqual(["up/open"]);
    expect((await ended(await guest.send("up/open"))).message.status).toBe("done");
    const list = await (await guest.fetch("GET", "/api/portal/conversations")).json<{ data: [] }>();
    expect(list.data).toHaveLength(1);
    const stranger = await begin(site.slug);
    const other = await (await stranger.fetch("GET", "/api/portal/conversations")).json();
    expect(other).toMatchObject({ data: [] });
  });

  it("is refused what is for signed-in people, however public it looks", async () => {
    const site = await guestSite();
    const guest = await begin(site.slug);
    for (const target of ["up/everyone", "up/ok"]) {
      const { message } = await ended(await guest.send(target));
      expect(message).toMatchObject({ status: "failed", error: { code: "model_not_found" } });
    }
    for (const path of ["/api/portal/wallet", "/api/portal/keys", "/api/admin/users"]) {
      expect((await guest.fetch("GET", path)).status, path).toBe(401);
    }
    expect((await guest.fetch("POST", "/api/portal/keys", { name: "k" })).status).toBe(401);
  });

  it("has no part in the gateway", async () => {
    const site = await guestSite();
    const { cookie } = await begin(site.slug);
    const token = cookie.split("=")[1] ?? "";
    const body = { model: "up/open", messages: [{ role: "user", content: "hi" }] };
    for (const headers of [{ cookie }, { authorization: `Bearer ${token}` }]) {
      const answer = await call(site.slug, "/v1/chat/completions", post(body, headers));
      expect(answer.status).toBe(401);
    }
  });

  it("sends no images unless the site lets him", async () => {
    const image = { type: "image", url: `data:image/png;base64,${btoa("x")}` };
    const closed = await begin((await guestSite()).slug);
    expect((await closed.send("up/open", { images: [image] })).status).toBe(403);
    const open = await begin((await guestSite({ images: true })).slug);
    expect((await open.send("up/open", { images: [image] })).status).toBe(200);
  });
});

describe("guests of a site", () => {
  it("spend together no more than the day's allowance, however many they are", async () => {
    const site = await guestSite({ creditsPerDay: 3, messagesPerDay: 50 });
    const guests = await Promise.all(
      Array.from({ length: 8 }, (_, at) => begin(site.slug, `198.51.100.${at}`)),
    );
    const ends = await Promise.all(guests.map(async (guest) => ended(await guest.send("up/open"))));
    const done = ends.filter(({ message }) => message.status === "done");
    expect(done).toHaveLength(3);
    const { data } = await (await payerOf(site)).entries({ limit: 50 });
    const charged = data.filter(({ type }) => type === "charge");
    expect(charged.map((entry) => entry.amount_micro)).toEqual([-1e6, -1e6, -1e6]);
    expect(data[0]?.balance_micro).toBe(0);
  });

  it("of one address send no more than the day's messages, with whatever new cookies", async () => {
    const site = await guestSite({ messagesPerDay: 2 });
    for (const status of [200, 200, 429, 429]) {
      const guest = await begin(site.slug, "2001:db8::1");
      const answer = await guest.send("up/open");
      expect(answer.status).toBe(status);
      await answer.text();
    }
    const neighbour = await begin(site.slug, "2001:db8::ffff");
    expect((await neighbour.send("up/open")).status).toBe(429);
    const elsewhere = await begin(site.slug, "2001:db8:0:1::1");
    expect((await elsewhere.send("up/open")).status).toBe(200);
  });

  it("are not there by default, and gone when the site takes none any more", async () => {
    const site = await walletSite({ models: MODELS });
    const begun = await call(
      site.slug,
      "/api/auth/guest",
      post({}, { origin: `http://${site.slug}.localhost` }),
    );
    expect(begun.status).toBe(403);
    await site.owner.json("PUT", "/api/admin/guests", { enabled: true });
    const guest = await begin(site.slug);
    expect((await guest.fetch("GET", "/api/portal/agents")).status).toBe(200);
    await site.owner.json("PUT", "/api/admin/guests", {});
    expect((await guest.fetch("GET", "/api/portal/agents")).status).toBe(401);
    expect((await guest.send("up/open")).status).toBe(401);
  });

  it("are set by who may change the site alone, and with nothing beside", async () => {
    const site = await guestSite();
    const put = (body: object) => site.owner.fetch("PUT", "/api/admin/guests", body);
    expect((await site.ann.fetch("PUT", "/api/admin/guests", {})).status).toBe(403);
    expect((await put({ enabled: true, edition: "enterprise" })).status).toBe(400);
    expect((await put({ creditsPerDay: -1 })).status).toBe(400);
    expect(await site.owner.json("GET", "/api/admin/guests")).toEqual({ enabled: true });
  });
});

describe("a guest's cookie", () => {
  it("is worth nothing on another site, nor as a session, and a session nothing as a guest", async () => {
    const [site, other] = [await guestSite(), await guestSite()];
    const { cookie } = await begin(site.slug);
    const token = cookie.split("=")[1] ?? "";
    const get = (slug: string, jar: string) =>
      call(slug, "/api/portal/agents", { headers: { cookie: jar } });
    expect((await get(site.slug, cookie)).status).toBe(200);
    expect((await get(other.slug, cookie)).status).toBe(401);
    expect((await get(site.slug, `portico=${token}`)).status).toBe(401);
    const session = site.ann.cookie.split("=")[1] ?? "";
    expect((await get(site.slug, `portico-guest=${session}`)).status).toBe(401);
  });

  it("that somebody has made himself is refused", async () => {
    const site = await guestSite();
    const forged = await new SignJWT({})
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("gst_0000000000000000")
      .setExpirationTime("7d")
      .sign(new TextEncoder().encode("0".repeat(32)));
    const none = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"gst_0","exp":9999999999}')}.`;
    for (const token of [forged, none, "", "x"]) {
      const answer = await call(site.slug, "/api/portal/agents", {
        headers: { cookie: `portico-guest=${token}` },
      });
      expect(answer.status).toBe(401);
      expect(await errorOf(answer)).toMatchObject({ code: "expired_session" });
    }
  });

  it("is kept by who has one, and is readable by no script", async () => {
    const site = await guestSite();
    const guest = await begin(site.slug);
    const again = await guest.fetch("POST", "/api/auth/guest");
    expect(again.headers.get("set-cookie")).toBeNull();
    const first = await guestWith(site.slug, "", "203.0.113.9").fetch("POST", "/api/auth/guest");
    expect(first.headers.get("set-cookie")).toMatch(/HttpOnly.*SameSite=Lax/i);
  });
});

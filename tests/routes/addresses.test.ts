/** Lists of addresses and models as people set them, and as callers meet them. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiKey } from "../../src/contract/portal.ts";
import { type Person, signIn } from "./person.ts";
import { call, configure, errorOf, post } from "./support.ts";

const PASSWORD = "correct horse battery";
const HOME = "203.0.113.7";
const from = (address: string) => ({ "cf-connecting-ip": address });

let count = 0;
let slug: string;
let ann: Person;
let owner: Person;

beforeAll(async () => {
  slug = `ip${++count}`;
  await configure({
    slug,
    name: "Addresses",
    connections: [{ id: "loop", connector: "loopback" }],
    models: ["loop/one", "loop/two"].map((name) => ({
      name,
      routes: [{ connection: "loop", model: "guide" }],
    })),
    levels: [{ slug: "free", name: "Free", default: true }],
    users: ["ann", "boss"].map((name) => ({
      email: `${name}@ip.example`,
      password: PASSWORD,
      credits: 10,
      role: name === "boss" ? "owner" : "member",
    })),
  });
  ann = await signIn(slug, "ann@ip.example", PASSWORD);
  owner = await signIn(slug, "boss@ip.example", PASSWORD);
});

interface Made {
  key: ApiKey;
  text: string;
}
const make = (order: object) => ann.json<Made>("POST", "/api/portal/keys", { name: "k", ...order });

const chat = (key: string, model: string, headers = {}, path = "/v1/chat/completions") =>
  call(
    slug,
    path,
    post(
      { model, max_tokens: 20, messages: [{ role: "user", content: "hello" }] },
      { authorization: `Bearer ${key}`, ...headers },
    ),
  );

describe("a key that somebody makes", () => {
  it("carries its lists into the list of keys, and an unlimited one carries empty ones", async () => {
    const addresses = { allow: ["203.0.113.0/24"], deny: [" 203.0.113.66 "] };
    const { key } = await make({ models: ["loop/*"], addresses });
    expect(key).toMatchObject({
      models: ["loop/*"],
      addresses: { allow: ["203.0.113.0/24"], deny: ["203.0.113.66"] },
    });
    const { key: whole } = await make({});
    expect(whole).toMatchObject({ models: [], addresses: { allow: [], deny: [] } });
    const { data } = await owner.json<{ data: ApiKey[] }>("GET", "/api/admin/keys");
    expect(data.find(({ id }) => id === key.id)).toMatchObject({ models: ["loop/*"] });
  });

  it("does at once what its lists say", async () => {
    const { text } = await make({ models: ["loop/one"], addresses: { allow: [HOME] } });
    expect((await chat(text, "loop/one", from(HOME))).status).toBe(200);
    expect((await chat(text, "loop/two", from(HOME))).status).toBe(404);
    const refused = await chat(text, "loop/one", from("203.0.113.8"));
    expect(refused.status).toBe(403);
    expect(await errorOf(refused)).toMatchObject({
      type: "permission_error",
      code: "ip_not_allowed",
      param: null,
    });
  });

  it("may be made by an admin for a user, with the same lists", async () => {
    const { data } = await owner.json<{ data: { id: string; email: string }[] }>(
      "GET",
      "/api/admin/users",
    );
    const id = data.find(({ email }) => email === "ann@ip.example")?.id;
    const body = { name: "by the owner", models: ["loop/two"], addresses: { deny: [HOME] } };
    const { text } = await owner.json<Made>("POST", `/api/admin/users/${id}/keys`, body);
    expect((await chat(text, "loop/two", from("192.0.2.1"))).status).toBe(200);
    expect((await chat(text, "loop/two", from(HOME))).status).toBe(403);
    expect((await chat(text, "loop/one", from("192.0.2.1"))).status).toBe(404);
  });

  it.each([
    [{ addresses: { allow: ["10.0.0.0/8", "10.0.0.1/8"] } }, "addresses.allow.1"],
    [{ addresses: { deny: ["203.0.113.7:80"] } }, "addresses.deny.0"],
    [{ addresses: { allow: "10.0.0.0/8" } }, "addresses.allow"],
    [{ addresses: { permit: [] } }, "addresses"],
    [{ models: ["*/gpt"] }, "models.0"],
    [{ models: Array(51).fill("a") }, "models"],
    [{ addresses: { allow: Array(51).fill("10.0.0.1") } }, "addresses.allow"],
  ])("is not made of %j", async (order, param) => {
    const refused = await ann.fetch("POST", "/api/portal/keys", { name: "k", ...order });
    expect(refused.status).toBe(400);
    expect(await errorOf(refused)).toMatchObject({ code: "invalid_value", param });
  });
});

describe("a key that is changed", () => {
  const change = (id: string, patch: object) => ann.fetch("PATCH", `/api/portal/keys/${id}`, patch);

  it("does at once what it says now, and keeps what was not spoken of", async () => {
    const order = { models: ["loop/one"], addresses: { allow: [HOME] }, limits: { rpm: 50 } };
    const { key, text } = await make(order);
    expect((await chat(text, "loop/two", from(HOME))).status).toBe(404);
    const changed = await change(key.id, { models: ["loop/two"], addresses: { deny: [HOME] } });
    const addresses = { allow: [], deny: [HOME] };
    expect(await changed.json()).toEqual({ ...key, models: ["loop/two"], addresses });
    expect((await chat(text, "loop/two", from("192.0.2.1"))).status).toBe(200);
    expect((await chat(text, "loop/one", from("192.0.2.1"))).status).toBe(404);
    expect((await chat(text, "loop/two", from(HOME))).status).toBe(403);
    const { data } = await ann.json<{ data: ApiKey[] }>("GET", "/api/portal/keys");
    expect(data.find(({ id }) => id === key.id)).toMatchObject({ addresses, limits: { rpm: 50 } });
    expect((await change(key.id, { models: [], addresses: {} })).status).toBe(200);
    expect((await chat(text, "loop/one", from(HOME))).status).toBe(200);
  });

  it("may be ended by a date, and given back its life while it is not revoked", async () => {
    const { key, text } = await make({});
    const past = new Date(Date.now() - 1000).toISOString();
    expect((await change(key.id, { expiresAt: past })).status).toBe(200);
    expect((await chat(text, "loop/one")).status).toBe(401);
    expect(await (await change(key.id, { expiresAt: null })).json()).toEqual(key);
    expect((await chat(text, "loop/one")).status).toBe(200);
    expect((await ann.fetch("DELETE", `/api/portal/keys/${key.id}`)).status).toBe(204);
    const refused = await change(key.id, { name: "again" });
    expect(`${refused.status} ${(await errorOf(refused)).code}`).toBe("404 key_not_found");
    expect((await chat(text, "loop/one")).status).toBe(401);
  });

  it.each([
    [{}, null],
    [{ scopes: ["everything"] }, "scopes.0"],
    [{ name: " " }, "name"],
    [{ addresses: { allow: ["10.0.0.1/8"] } }, "addresses.allow.0"],
  ])("is left alone by %j", async (patch, param) => {
    const { key } = await make({});
    const refused = await change(key.id, patch);
    expect(refused.status).toBe(400);
    expect(await errorOf(refused)).toMatchObject({ code: "invalid_value", param });
    const { data } = await ann.json<{ data: ApiKey[] }>("GET", "/api/portal/keys");
    expect(data.find(({ id }) => id === key.id)).toEqual(key);
  });

  it("is the user's own, or one of the site's users to its admins", async () => {
    const { key } = await make({});
    const path = `/api/portal/keys/${key.id}`;
    expect((await owner.fetch("PATCH", path, { name: "mine" })).status).toBe(404);
    const { data } = await owner.json<{ data: { id: string; user: { id: string } }[] }>(
      "GET",
      "/api/admin/keys",
    );
    const user = data.find(({ id }) => id === key.id)?.user.id;
    const byAdmin = `/api/admin/users/${user}/keys/${key.id}`;
    expect((await ann.fetch("PATCH", byAdmin, { name: "mine" })).status).toBe(403);
    const limits = { creditsPerDay: 1 };
    expect(await owner.json("PATCH", byAdmin, { limits })).toEqual({ ...key, limits });
  });
});

it("each protocol's clients are told in their own words, whatever they ask", async () => {
  const { text } = await make({ addresses: { allow: ["10.0.0.0/8"] } });
  const anthropic = await chat(text, "loop/one", from(HOME), "/v1/messages");
  expect(anthropic.status).toBe(403);
  expect(await anthropic.json()).toMatchObject({
    type: "error",
    error: { type: "permission_error", message: expect.stringContaining("your address") },
  });
  const aigne = await chat(text, "loop/one", from(HOME), "/api/v2/chat/completions");
  expect(aigne.status).toBe(403);
  const paths = [
    "/v1/models",
    "/v1/wallet",
    "/v1/wallet/entries",
    "/v1/usage/req_1",
    "/v1/videos/v",
  ];
  for (const path of [...paths, "/v1/responses/resp_1", "/api/user/info"]) {
    const headers = { authorization: `Bearer ${text}`, ...from(HOME) };
    expect(`${path} ${(await call(slug, path, { headers })).status}`).toBe(`${path} 403`);
  }
});

it("an answer that was paid is not given again to whoever comes from elsewhere", async () => {
  const { text } = await make({ addresses: { allow: [HOME] } });
  const once = { "idempotency-key": "the-same-0001" };
  const first = await chat(text, "loop/one", { ...from(HOME), ...once });
  expect(first.status).toBe(200);
  const told = await first.text();
  const elsewhere = await chat(text, "loop/one", { ...from("192.0.2.1"), ...once });
  expect(elsewhere.status).toBe(403);
  const again = await chat(text, "loop/one", { ...from(HOME), ...once });
  expect(await again.text()).toBe(told);
});

describe("a site's own lists", () => {
  const set = (body: object, address: string) =>
    owner.fetch("PATCH", "/api/admin/site", body, from(address));

  it("are not set by accident so that they shut out who sets them", async () => {
    const settings = await owner.fetch("GET", "/api/admin/site", undefined, from(HOME));
    expect(await settings.json()).toMatchObject({
      yourAddress: HOME,
      addresses: { allow: [], deny: [] },
    });
    const addresses = { allow: ["198.51.100.0/24"], deny: [] };
    const refused = await set({ addresses }, HOME);
    expect(refused.status).toBe(409);
    expect(await errorOf(refused)).toMatchObject({ code: "conflict", param: "addresses" });
    expect((await set({ addresses }, "198.51.100.1")).status).toBe(200);
    expect((await call(slug, "/api/auth/boot", { headers: from(HOME) })).status).toBe(403);
    expect((await set({ addresses: { allow: [], deny: [] } }, "198.51.100.1")).status).toBe(200);
    expect((await call(slug, "/api/auth/boot", { headers: from(HOME) })).status).toBe(200);
  });

  it("shut out even who sets them, where he says so", async () => {
    const { text } = await make({});
    const addresses = { allow: [], deny: [HOME] };
    expect((await set({ addresses, evenMe: true }, HOME)).status).toBe(200);
    expect((await owner.fetch("GET", "/api/admin/site", undefined, from(HOME))).status).toBe(403);
    expect((await ann.fetch("GET", "/api/portal/agents", undefined, from(HOME))).status).toBe(403);
    expect((await chat(text, "loop/one", from(HOME))).status).toBe(403);
    expect((await chat(text, "loop/one", from("192.0.2.1"))).status).toBe(200);
    expect((await set({ addresses: { allow: [], deny: [] } }, "192.0.2.1")).status).toBe(200);
  });

  it("come before log-in: who may not come from there learns of no account", async () => {
    const addresses = { allow: [], deny: [HOME] };
    expect((await set({ addresses, evenMe: true }, HOME)).status).toBe(200);
    const attempt = (password: string) =>
      call(slug, "/api/auth/login", post({ email: "ann@ip.example", password }, from(HOME)));
    const answers = await Promise.all([attempt(PASSWORD), attempt("another password")]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect((await set({ addresses: { allow: [], deny: [] } }, "192.0.2.1")).status).toBe(200);
  });

  it.each([
    [{ allow: ["nonsense"] }, "addresses.allow.0"],
    [{ deny: ["10.0.0.0/8", "::/129"] }, "addresses.deny.1"],
  ])("are refused where they are none: %j", async (addresses, param) => {
    const refused = await set({ addresses }, HOME);
    expect(refused.status).toBe(400);
    expect(await errorOf(refused)).toMatchObject({ code: "invalid_value", param });
  });
});

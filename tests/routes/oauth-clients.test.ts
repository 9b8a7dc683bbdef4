/** Apps that register themselves, apps that an admin makes, and what becomes of those nobody uses. */
import { env } from "cloudflare:workers";
import * as oauth from "oauth4webapi";
import { beforeAll, describe, expect, it } from "vitest";
import type { AdminApp, AppUser } from "../../src/contract/oauth.ts";
import { readEnvironment } from "../../src/http/environment.ts";
import { sweepOauth } from "../../src/services/oauth/token-care.ts";
import { servicesOf } from "../../src/services/services.ts";
import {
  ask,
  chatWith,
  errorCode,
  type OAuthSite,
  oauthSite,
  REDIRECT,
  register,
  sendForm,
  tokensFor,
} from "./oauth-site.ts";
import { call } from "./support.ts";

let site: OAuthSite;
beforeAll(async () => {
  site = await oauthSite();
});

const apps = async () =>
  (await site.owner.json<{ data: AdminApp[] }>("GET", "/api/admin/apps")).data;
const appOf = async (id: string) => (await apps()).find((app) => app.id === id);
const NEW_APP = { name: "Desk", redirectUris: [REDIRECT] };
const make = (more: Record<string, unknown> = {}) =>
  site.owner.json<{ app: AdminApp; secret: string | null }>("POST", "/api/admin/apps", {
    ...NEW_APP,
    ...more,
  });

describe("registration", () => {
  it("answers what it has kept, and a secret only to who asked for one", async () => {
    const open = await register(site);
    expect(open).toMatchObject({
      client_name: "Notes",
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: "none",
    });
    expect(open).not.toHaveProperty("client_secret");
    const closed = await register(site, { token_endpoint_auth_method: "client_secret_post" });
    expect(closed.client_secret).toMatch(/^ps-/);
    const row = await env.DB.prepare("SELECT * FROM oauth_clients WHERE id = ?")
      .bind(closed.client_id)
      .first();
    expect(JSON.stringify(row)).not.toContain(closed.client_secret);
  });

  it.each([
    [{ redirect_uris: [] }, "invalid_redirect_uri"],
    [{ redirect_uris: "https://app.example" }, "invalid_client_metadata"],
    [{ redirect_uris: [REDIRECT], grant_types: ["password"] }, "invalid_client_metadata"],
    [{ redirect_uris: [REDIRECT], response_types: ["token"] }, "invalid_client_metadata"],
    [{ redirect_uris: [REDIRECT], scope: "admin" }, "invalid_client_metadata"],
    [{ redirect_uris: [REDIRECT], client_uri: "javascript:1" }, "invalid_client_metadata"],
    [{ redirect_uris: [REDIRECT], token_endpoint_auth_method: "magic" }, "invalid_client_metadata"],
  ])("of %j is refused", async (metadata, code) => {
    const answer = await call(site.slug, "/oauth/register", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(metadata),
    });
    expect([answer.status, await errorCode(answer)]).toEqual([400, code]);
  });

  it("from one address comes to an end, and not for others", async () => {
    const flood = (from: string) =>
      call(site.slug, "/oauth/register", {
        method: "POST",
        headers: { "content-type": "application/json", "cf-connecting-ip": from },
        body: JSON.stringify({ redirect_uris: [REDIRECT] }),
      });
    const answers = await Promise.all(Array.from({ length: 40 }, () => flood("198.51.100.1")));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await flood("198.51.100.2")).status).toBe(201);
  });
});

describe("an app that an admin makes", () => {
  it("proves itself with a secret that is shown once, and is vouched for on the page", async () => {
    const { app, secret } = await make();
    expect(JSON.stringify(await apps())).not.toContain(secret);
    const client: oauth.Client = { client_id: app.id };
    const { query } = await ask(client);
    const path = `/api/portal/oauth/request?query=${encodeURIComponent(query)}`;
    expect(await site.ann.json("GET", path)).toMatchObject({ app: { origin: "made" } });
    const auth = oauth.ClientSecretBasic(secret ?? "");
    const { access_token } = await tokensFor(site, client, { auth });
    expect((await chatWith(site.slug, access_token)).status).toBe(200);
  });

  it("has redirect URIs as strict as any", async () => {
    const answer = await site.owner.fetch("POST", "/api/admin/apps", {
      ...NEW_APP,
      redirectUris: ["https://*.example/"],
    });
    expect(answer.status).toBe(400);
  });

  it("is made, changed and deleted by those who may, and seen on its own site alone", async () => {
    const { app } = await make();
    const path = `/api/admin/apps/${app.id}`;
    for (const [method, where, body] of [
      ["GET", "/api/admin/apps", undefined],
      ["POST", "/api/admin/apps", NEW_APP],
      ["PATCH", path, { name: "Mine" }],
      ["DELETE", path, undefined],
    ] as const) {
      expect((await site.ann.fetch(method, where, body)).status).toBe(403);
    }
    const other = await oauthSite();
    expect((await other.owner.fetch("PATCH", path, { name: "Mine" })).status).toBe(404);
    expect((await other.owner.fetch("DELETE", path)).status).toBe(404);
    expect((await other.owner.fetch("GET", `${path}/users`)).status).toBe(404);
  });

  it("tightens what all its users have allowed, at once", async () => {
    const { app } = await make({ confidential: false });
    const { access_token } = await tokensFor(site, { client_id: app.id }, { creditsPerMonth: 500 });
    expect((await chatWith(site.slug, access_token)).status).toBe(200);
    await site.owner.json("PATCH", `/api/admin/apps/${app.id}`, { limits: { rpm: 1 } });
    await chatWith(site.slug, access_token);
    expect((await chatWith(site.slug, access_token)).code).toBe("rate_limit_rpm");
    const users = await site.owner.json<{ data: AppUser[] }>(
      "GET",
      `/api/admin/apps/${app.id}/users`,
    );
    expect(users.data).toMatchObject([
      { user: { email: expect.stringMatching(/^ann@/) }, limits: { rpm: 1, creditsPerMonth: 500 } },
    ]);
  });

  it("keeps its limits: its user cannot lift them by the way of keys, only revoke", async () => {
    const { app } = await make({ confidential: false, limits: { rpm: 1 } });
    const { access_token } = await tokensFor(site, { client_id: app.id });
    await chatWith(site.slug, access_token);
    const keys = await site.owner.json<{ data: { id: string; appId?: string }[] }>(
      "GET",
      "/api/admin/keys",
    );
    const path = `/api/portal/keys/${keys.data.find((key) => key.appId === app.id)?.id}`;
    expect((await site.ann.fetch("PATCH", path, { limits: {} })).status).toBe(404);
    expect((await chatWith(site.slug, access_token)).code).toBe("rate_limit_rpm");
    expect((await site.ann.fetch("DELETE", path)).status).toBe(204);
    expect((await chatWith(site.slug, access_token)).status).toBe(401);
  });

  it.each(["PATCH", "DELETE"] as const)("ends for everybody by %s", async (method) => {
    const { app } = await make({ confidential: false });
    const client = { client_id: app.id };
    const tokens = [
      await tokensFor(site, client),
      await tokensFor(site, client, { person: site.bob }),
    ];
    expect((await appOf(app.id))?.users).toBe(2);
    const body = method === "PATCH" ? { enabled: false } : undefined;
    expect((await site.owner.fetch(method, `/api/admin/apps/${app.id}`, body)).ok).toBe(true);
    for (const { access_token, refresh_token } of tokens) {
      expect((await chatWith(site.slug, access_token)).status).toBe(401);
      const again = await sendForm(site.slug, "/oauth/token", {
        grant_type: "refresh_token",
        ...{ refresh_token: refresh_token ?? "", client_id: app.id },
      });
      expect(await errorCode(again)).toBe("invalid_client");
    }
    expect((await call(site.slug, `/oauth/authorize${(await ask(client)).query}`)).status).toBe(
      400,
    );
  });
});

describe("the sweep", () => {
  const sweep = (at: number) => sweepOauth(servicesOf(env, readEnvironment(env)), at);
  const HOUR = 3_600_000;

  it("takes apps that registered and that nobody uses, and leaves used and made ones", async () => {
    const [unused, used, made] = [await register(site), await register(site), await make()];
    await tokensFor(site, used);
    await sweep(Date.now() + 25 * HOUR);
    const left = (await apps()).map((app) => app.id);
    expect(left).toEqual(expect.arrayContaining([used.client_id, made.app.id]));
    expect(left).not.toContain(unused.client_id);
  });

  it("ends what nothing can be had from any more, and nothing else", async () => {
    const short = await register(site, { grant_types: ["authorization_code"] });
    const long = await register(site);
    const [once, kept] = [await tokensFor(site, short), await tokensFor(site, long)];
    expect(once.refresh_token).toBeUndefined();
    await sweep(Date.now() + HOUR);
    expect((await chatWith(site.slug, once.access_token)).status).toBe(200);
    await sweep(Date.now() + 3 * HOUR);
    expect((await chatWith(site.slug, once.access_token)).status).toBe(401);
    expect((await chatWith(site.slug, kept.access_token)).status).toBe(200);
  });
});

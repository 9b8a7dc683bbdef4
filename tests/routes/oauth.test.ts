/** Every flow of the authorization server, driven by a strict client. */
import * as oauth from "oauth4webapi";
import { beforeAll, describe, expect, it } from "vitest";
import type { AllowedApp, ConsentRequest } from "../../src/contract/oauth.ts";
import {
  ask,
  chatWith,
  decide,
  type OAuthSite,
  oauthSite,
  options,
  REDIRECT,
  read,
  register,
  tokensFor,
} from "./oauth-site.ts";
import { call } from "./support.ts";

let site: OAuthSite;
beforeAll(async () => {
  site = await oauthSite();
});

const refresh = async (client: oauth.Client, token: string, more: Record<string, string> = {}) =>
  await oauth.processRefreshTokenResponse(
    site.as,
    client,
    await oauth.refreshTokenGrantRequest(site.as, client, oauth.None(), token, {
      ...options(site.slug),
      additionalParameters: more,
    }),
  );

describe("the metadata", () => {
  it("names this host as issuer, S256 alone, and every endpoint on this host", async () => {
    expect(site.as.issuer).toBe(site.origin);
    expect(site.as.code_challenge_methods_supported).toEqual(["S256"]);
    expect(site.as.authorization_response_iss_parameter_supported).toBe(true);
    const endpoints = Object.entries(site.as).filter(([name]) => name.endsWith("_endpoint"));
    expect(endpoints).toHaveLength(6);
    for (const [, url] of endpoints) expect(String(url)).toMatch(`${site.origin}/oauth/`);
  });

  it("of the protected resource leads to the server, for the site and for a path of it", async () => {
    for (const path of ["", "/v1", "/mcp"]) {
      const answer = await call(site.slug, `/.well-known/oauth-protected-resource${path}`);
      const told = await oauth.processResourceDiscoveryResponse(
        new URL(`${site.origin}${path}`),
        answer,
      );
      expect(told.authorization_servers).toEqual([site.origin]);
    }
  });

  it("is what a request without a good token is led to", async () => {
    for (const headers of [{}, { authorization: "Bearer pk-wrong" }]) {
      const answer = await call(site.slug, "/v1/models", { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe(
        `Bearer resource_metadata="${site.origin}/.well-known/oauth-protected-resource"`,
      );
    }
    const elsewhere = await call(null, "/v1/models");
    expect(elsewhere.headers.get("www-authenticate")).toBeNull();
  });

  it("is not on the platform's host: nobody there could allow anything", async () => {
    const answer = await call(null, "/.well-known/oauth-authorization-server");
    expect(answer.status).toBe(404);
    expect((await call(null, "/oauth/authorize?client_id=x")).status).toBe(404);
  });

  it("and the endpoints can be read by apps that live in a browser", async () => {
    const preflight = await call(site.slug, "/oauth/token", { method: "OPTIONS" });
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("the authorization code", () => {
  it("leads over the user's yes to a token that chats and pays as the user", async () => {
    const client = await register(site);
    const asked = await ask(client, { scope: "gateway" });
    const arrival = await call(site.slug, `/oauth/authorize${asked.query}`);
    expect(arrival.status).toBe(302);
    expect(arrival.headers.get("location")).toBe(`/consent${asked.query}`);
    const shown = await site.ann.json<ConsentRequest>(
      "GET",
      `/api/portal/oauth/request?query=${encodeURIComponent(asked.query)}`,
    );
    expect(shown).toMatchObject({
      app: { name: "Notes", origin: "registered" },
      scopes: ["gateway"],
      place: { kind: "host", name: "app.example" },
      standing: null,
    });
    const tokens = await tokensFor(site, client, { params: { scope: "gateway" } });
    expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 3600, scope: "gateway" });
    const { status, requestId } = await chatWith(site.slug, tokens.access_token);
    expect(status).toBe(200);
    const [app] = (await site.ann.json<{ data: AllowedApp[] }>("GET", "/api/portal/apps")).data;
    expect(app).toMatchObject({ app: { id: client.client_id }, scopes: ["gateway"] });
    expect(Number(app?.spent)).toBeGreaterThan(0);
    const own = await site.ann.fetch("GET", `/api/portal/requests/${requestId}`);
    expect(own.status).toBe(200);
    expect((await site.bob.fetch("GET", `/api/portal/requests/${requestId}`)).status).toBe(404);
  });

  it("is not given when the user says no, and the app is told so", async () => {
    const client = await register(site);
    const asked = await ask(client);
    const back = await decide(site.ann, asked.query, { allow: false });
    expect(() => oauth.validateAuthResponse(site.as, client, back, asked.state)).toThrow();
    expect(back.searchParams.get("error")).toBe("access_denied");
    expect(back.searchParams.get("iss")).toBe(site.origin);
    expect((await site.ann.json<{ data: AllowedApp[] }>("GET", "/api/portal/apps")).data).toEqual(
      expect.not.arrayContaining([
        expect.objectContaining({ app: expect.objectContaining({ id: client.client_id }) }),
      ]),
    );
  });

  it("comes back to a loopback address on whichever port the app has found", async () => {
    const redirects = ["http://127.0.0.1/back"];
    const client = await register(site, { redirect_uris: redirects });
    const params = { redirect_uri: "http://127.0.0.1:49152/back" };
    expect((await tokensFor(site, client, { params })).refresh_token).toBeDefined();
  });

  it("serves an app with a secret, by header and by form, and not without it", async () => {
    for (const method of ["client_secret_basic", "client_secret_post"] as const) {
      const client = await register(site, { token_endpoint_auth_method: method });
      const secret = client.client_secret ?? "";
      const auth =
        method === "client_secret_basic"
          ? oauth.ClientSecretBasic(secret)
          : oauth.ClientSecretPost(secret);
      expect((await tokensFor(site, client, { auth })).access_token).toMatch(/^pt-/);
      await expect(tokensFor(site, client)).rejects.toThrow();
      await expect(
        tokensFor(site, client, { auth: oauth.ClientSecretBasic("ps-wrong") }),
      ).rejects.toThrow();
    }
  });
});

describe("a refresh", () => {
  it("gives new tokens, and what it was made from is used up", async () => {
    const client = await register(site);
    const first = await tokensFor(site, client);
    const second = await refresh(client, first.refresh_token ?? "");
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const third = await refresh(client, second.refresh_token ?? "");
    expect((await chatWith(site.slug, third.access_token)).status).toBe(200);
  });

  it("may ask for less, and the next may have again what the user has allowed", async () => {
    const client = await register(site);
    const { refresh_token } = await tokensFor(site, client);
    const less = await refresh(client, refresh_token ?? "", { scope: "wallet" });
    expect(less.scope).toBe("wallet");
    expect(await chatWith(site.slug, less.access_token)).toMatchObject({ code: "scope_missing" });
    const whole = await refresh(client, less.refresh_token ?? "");
    expect(whole.scope).toBe("gateway wallet");
  });
});

describe("a token", () => {
  it("without `wallet` reads neither balance nor statement; with `wallet` alone it cannot chat", async () => {
    const client = await register(site);
    const spends = await tokensFor(site, client, { params: { scope: "gateway" } });
    const reads = await tokensFor(site, client, { params: { scope: "wallet" } });
    for (const path of ["/v1/wallet", "/v1/wallet/entries", "/api/user/info"]) {
      expect((await read(site.slug, path, spends.access_token)).status).toBe(403);
      expect((await read(site.slug, path, reads.access_token)).status).toBe(200);
    }
    expect((await chatWith(site.slug, reads.access_token)).status).toBe(403);
    expect((await read(site.slug, "/v1/models", reads.access_token)).status).toBe(403);
  });

  it("is accepted on every surface as a key is", async () => {
    const { access_token: token } = await tokensFor(site, await register(site));
    const json = { "content-type": "application/json" };
    const messages = [{ role: "user", content: "hi" }];
    const body = JSON.stringify({ model: "up/ok", messages, max_tokens: 20 });
    for (const [path, headers] of [
      ["/v1/messages", { "x-api-key": token }],
      ["/v1/chat/completions", { "api-key": token }],
      ["/api/v2/chat/completions", { authorization: `Bearer ${token}` }],
      ["/chat/completions", { authorization: `bearer ${token}` }],
    ] as const) {
      const answer = await call(site.slug, path, {
        method: "POST",
        headers: { ...json, ...headers },
        body,
      });
      expect([path, answer.status]).toEqual([path, 200]);
    }
    expect((await chatWith(null, token)).status).toBe(200);
  });

  it("for some models is for no other", async () => {
    const params = { scope: "gateway model:up/ok" };
    const { access_token } = await tokensFor(site, await register(site), { params });
    expect((await chatWith(site.slug, access_token)).status).toBe(200);
    expect((await chatWith(site.slug, access_token, "up/other")).status).toBe(404);
    const listed = await (await read(site.slug, "/v1/models", access_token)).json();
    expect(listed).toMatchObject({ data: [{ id: "up/ok" }] });
  });

  it("stops at the credits that its user allows in a month, over all tokens of the app", async () => {
    const client = await register(site);
    const first = await tokensFor(site, client, { creditsPerMonth: 1 });
    const second = await refresh(client, first.refresh_token ?? "");
    let refused = "";
    for (let tries = 0; tries < 200 && refused === ""; tries++) {
      const token = tries % 2 === 0 ? first.access_token : second.access_token;
      refused = (await chatWith(site.slug, token)).code;
    }
    expect(refused).toBe("key_cap_reached");
    await site.ann.json("PATCH", `/api/portal/apps/${client.client_id}`, {
      creditsPerMonth: 500,
    });
    expect((await chatWith(site.slug, first.access_token)).status).toBe(200);
  });
});

it("a key that only reads the wallet pays for nothing, until it is changed", async () => {
  const order = { name: "reader", scopes: ["wallet"] };
  const made = await site.ann.json<{ key: { id: string }; text: string }>(
    "POST",
    "/api/portal/keys",
    order,
  );
  expect((await read(site.slug, "/v1/wallet", made.text)).status).toBe(200);
  expect((await chatWith(site.slug, made.text)).code).toBe("scope_missing");
  await site.ann.json("PATCH", `/api/portal/keys/${made.key.id}`, { scopes: ["gateway"] });
  expect((await chatWith(site.slug, made.text)).status).toBe(200);
  const wrong = await site.ann.fetch("POST", "/api/portal/keys", { name: "x", scopes: ["admin"] });
  expect(wrong.status).toBe(400);
});

describe("taking back", () => {
  it("by the user is in force on the next request, for refreshes too", async () => {
    const client = await register(site);
    const { access_token, refresh_token } = await tokensFor(site, client);
    expect((await chatWith(site.slug, access_token)).status).toBe(200);
    const path = `/api/portal/apps/${client.client_id}`;
    expect((await site.bob.fetch("DELETE", path)).status).toBe(404);
    expect((await site.ann.fetch("DELETE", path)).status).toBe(204);
    expect((await chatWith(site.slug, access_token)).status).toBe(401);
    await expect(refresh(client, refresh_token ?? "")).rejects.toThrow();
  });

  it.each(["access_token", "refresh_token"] as const)(
    "by the app, with its %s, ends both tokens",
    async (which) => {
      const client = await register(site);
      const tokens = await tokensFor(site, client);
      await oauth.processRevocationResponse(
        await oauth.revocationRequest(
          site.as,
          client,
          oauth.None(),
          tokens[which] ?? "",
          options(site.slug),
        ),
      );
      expect((await chatWith(site.slug, tokens.access_token)).status).toBe(401);
      await expect(refresh(client, tokens.refresh_token ?? "")).rejects.toThrow();
    },
  );

  it("of the user's account ends what apps do as the user", async () => {
    const { access_token } = await tokensFor(site, await register(site), { person: site.bob });
    expect((await chatWith(site.slug, access_token)).status).toBe(200);
    const { data } = await site.owner.json<{ data: { id: string; email: string }[] }>(
      "GET",
      "/api/admin/users?search=bob",
    );
    await site.owner.json("PATCH", `/api/admin/users/${data[0]?.id}`, { enabled: false });
    expect(await chatWith(site.slug, access_token)).toMatchObject({ code: "user_disabled" });
    await site.owner.json("PATCH", `/api/admin/users/${data[0]?.id}`, { enabled: true });
  });
});

describe("introspection", () => {
  it("tells an app with a secret of its own tokens, and of nobody else's", async () => {
    const metadata = { token_endpoint_auth_method: "client_secret_basic" };
    const [mine, other] = [await register(site, metadata), await register(site, metadata)];
    const auth = oauth.ClientSecretBasic(mine.client_secret ?? "");
    const tokens = await tokensFor(site, mine, { auth });
    const look = async (client: typeof mine, token: string) =>
      await oauth.processIntrospectionResponse(
        site.as,
        client,
        await oauth.introspectionRequest(
          site.as,
          client,
          oauth.ClientSecretBasic(client.client_secret ?? ""),
          token,
          options(site.slug),
        ),
      );
    expect(await look(mine, tokens.access_token)).toMatchObject({
      active: true,
      client_id: mine.client_id,
      scope: "gateway wallet",
    });
    expect(await look(mine, tokens.refresh_token ?? "")).toMatchObject({ active: true });
    expect(await look(other, tokens.access_token)).toEqual({ active: false });
    await site.ann.fetch("DELETE", `/api/portal/apps/${mine.client_id}`);
    expect(await look(mine, tokens.access_token)).toEqual({ active: false });
  });
});

it("a redirect keeps the query that the app has registered", async () => {
  const uri = `${REDIRECT}?tenant=1`;
  const client = await register(site, { redirect_uris: [uri] });
  const asked = await ask(client, { redirect_uri: uri });
  const back = await decide(site.ann, asked.query);
  expect(back.searchParams.get("tenant")).toBe("1");
  expect(back.searchParams.get("code")).toMatch(/^pc-/);
});

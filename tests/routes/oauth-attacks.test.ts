/** What somebody with bad intentions tries against the authorization server. */
import { createHmac } from "node:crypto";
import { SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ask,
  chatWith,
  decide,
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
let elsewhere: OAuthSite;
beforeAll(async () => {
  site = await oauthSite();
  elsewhere = await oauthSite();
});

const token = (form: Record<string, string>) => sendForm(site.slug, "/oauth/token", form);
const redeem = (code: string, verifier: string, clientId: string, redirect = REDIRECT) =>
  token({
    ...{ grant_type: "authorization_code", code, redirect_uri: redirect },
    ...{ client_id: clientId, code_verifier: verifier },
  });
const refresh = (refreshToken: string, clientId: string, more: Record<string, string> = {}) =>
  token({
    ...{ grant_type: "refresh_token", refresh_token: refreshToken, client_id: clientId },
    ...more,
  });
const authorize = (query: string) => call(site.slug, `/oauth/authorize${query}`);

async function code(client: { client_id: string }, more: Record<string, string> = {}) {
  const asked = await ask(client, more);
  const back = await decide(site.ann, asked.query);
  return { code: back.searchParams.get("code") ?? "", verifier: asked.verifier };
}

describe("a code", () => {
  it("that comes a second time ends what the first gave", async () => {
    const client = await register(site);
    const first = await tokensFor(site, client);
    expect((await chatWith(site.slug, first.access_token)).status).toBe(200);
    const again = await redeem(first.code, first.verifier, client.client_id);
    expect([again.status, await errorCode(again)]).toEqual([400, "invalid_grant"]);
    expect((await chatWith(site.slug, first.access_token)).status).toBe(401);
    expect((await refresh(first.refresh_token ?? "", client.client_id)).status).toBe(400);
  });

  it("is redeemed by one of twenty at once", async () => {
    const client = await register(site);
    const given = await code(client);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => redeem(given.code, given.verifier, client.client_id)),
    );
    expect(answers.filter((answer) => answer.ok).length).toBeLessThanOrEqual(1);
  });

  it("is worth nothing without its verifier, to another app, or for another address", async () => {
    const [client, thief] = [await register(site), await register(site)];
    const given = await code(client);
    const other = "A".repeat(43);
    const tries = [
      redeem(given.code, other, client.client_id),
      redeem(given.code, "", client.client_id),
      redeem(given.code, given.verifier, thief.client_id),
      redeem(given.code, given.verifier, client.client_id, "https://evil.example/back"),
      sendForm(elsewhere.slug, "/oauth/token", {
        ...{ grant_type: "authorization_code", code: given.code, redirect_uri: REDIRECT },
        ...{ client_id: client.client_id, code_verifier: given.verifier },
      }),
    ];
    for (const answer of await Promise.all(tries)) {
      expect(["invalid_grant", "invalid_client"]).toContain(await errorCode(answer));
    }
    expect((await redeem(given.code, given.verifier, client.client_id)).status).toBe(200);
  });

  it("is not given without PKCE, nor for a plain challenge", async () => {
    const client = await register(site);
    for (const [name, value] of [
      ["code_challenge_method", "plain"],
      ["code_challenge", ""],
      ["code_challenge", "short"],
    ] as const) {
      const { query } = await ask(client, { [name]: value });
      const answer = await authorize(query);
      const back = new URL(answer.headers.get("location") ?? "");
      expect(`${back.origin}${back.pathname}`).toBe(REDIRECT);
      expect(back.searchParams.get("error")).toBe("invalid_request");
      await expect(decide(site.ann, query)).rejects.toThrow("invalid_value");
    }
  });
});

describe("a redirect", () => {
  it.each([
    "https://app.example/back/",
    "https://app.example/back?x=1",
    "https://app.example/BACK",
    "https://app.example:8443/back",
    "https://app.example.evil.example/back",
    "https://evil.example/back",
    "https://app.example@evil.example/back",
    "https://app.example/back/../evil",
    "https://app.example/back#x",
    "http://app.example/back",
    "//app.example/back",
    "javascript:alert(1)",
    "http://127.0.0.1@evil.example/back",
  ])("to %s is shown to the person as wrong, and not followed", async (uri) => {
    const client = await register(site);
    const { query } = await ask(client, { redirect_uri: uri });
    const answer = await authorize(query);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("location")).toBeNull();
    await expect(decide(site.ann, query)).rejects.toThrow("invalid_value");
  });

  it("is not followed for an app that is not known, or one named twice", async () => {
    const client = await register(site);
    const { query } = await ask(client);
    const unknown = query.replace(client.client_id, "app_0000000000000000");
    const twice = `${query}&redirect_uri=${encodeURIComponent("https://evil.example/")}`;
    const stranger = await register(elsewhere);
    const other = query.replace(client.client_id, stranger.client_id);
    for (const one of [unknown, twice, other, ""]) {
      const answer = await authorize(one);
      expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    }
  });

  it.each([
    "javascript:alert(1)//",
    "data:text/html,x",
    "http://app.example/back",
    "https://*.app.example/back",
    "https://app.example/#x",
    "https://user@app.example/",
    "app.example/back",
    "file:///etc/passwd",
    "intent://scan/#Intent;end",
    "https://app.example/\r\nset-cookie:x",
  ])("to %s cannot be registered", async (uri) => {
    await expect(register(site, { redirect_uris: [uri] })).rejects.toThrow();
  });

  it("to this device has a free port, and its host and path have not", async () => {
    const client = await register(site, { redirect_uris: ["http://127.0.0.1:1/back"] });
    const go = async (uri: string) =>
      (await authorize((await ask(client, { redirect_uri: uri })).query)).status;
    expect(await go("http://127.0.0.1:55555/back")).toBe(302);
    for (const uri of [
      "http://localhost:1/back",
      "http://127.0.0.1:1/other",
      "http://127.0.0.2:1/back",
      "http://127.0.0.1.evil.example/back",
      "https://127.0.0.1/back",
      "http://127.0.0.1:1/back?next=1",
    ]) {
      expect([uri, await go(uri)]).toEqual([uri, 400]);
    }
  });
});

describe("a refresh token", () => {
  it("used by twenty at once has one successor, and the app goes on with it", async () => {
    const client = await register(site);
    const first = await tokensFor(site, client);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refresh(first.refresh_token ?? "", client.client_id)),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
    const bodies = await Promise.all(
      answers.map(async (answer) => (await answer.json()) as { refresh_token: string }),
    );
    const [next, ...others] = new Set(bodies.map((body) => body.refresh_token));
    expect(others).toEqual([]);
    expect((await refresh(next ?? "", client.client_id)).status).toBe(200);
  });

  it("used again after its successor was used ends the grant, for the thief and for the app", async () => {
    const client = await register(site);
    const first = await tokensFor(site, client);
    const second = (await (await refresh(first.refresh_token ?? "", client.client_id)).json()) as {
      refresh_token: string;
      access_token: string;
    };
    const third = await refresh(second.refresh_token, client.client_id);
    expect(third.status).toBe(200);
    const stolen = await refresh(first.refresh_token ?? "", client.client_id);
    expect(await errorCode(stolen)).toBe("invalid_grant");
    const { refresh_token, access_token } = (await third.json()) as typeof second;
    expect((await refresh(refresh_token, client.client_id)).status).toBe(400);
    expect((await chatWith(site.slug, access_token)).status).toBe(401);
    expect((await chatWith(site.slug, second.access_token)).status).toBe(401);
  });

  it("is worth nothing to another app, and hurts nobody there", async () => {
    const [client, thief] = [await register(site), await register(site)];
    const { refresh_token } = await tokensFor(site, client);
    expect(await errorCode(await refresh(refresh_token ?? "", thief.client_id))).toBe(
      "invalid_grant",
    );
    expect((await refresh(refresh_token ?? "", client.client_id)).status).toBe(200);
  });

  it.each(["gateway wallet", "gateway model:up/other", "openid"])(
    "cannot be raised to `%s`",
    async (scope) => {
      const client = await register(site);
      const params = { scope: "gateway model:up/ok" };
      const { refresh_token } = await tokensFor(site, client, { params });
      const answer = await refresh(refresh_token ?? "", client.client_id, { scope });
      expect(await errorCode(answer)).toBe("invalid_scope");
    },
  );
});

describe("a scope", () => {
  it("that the app may not ask for is refused, and so is one that is not known", async () => {
    const client = await register(site, { scope: "gateway" });
    for (const scope of ["wallet", "gateway wallet", "admin", "model:up/ok"]) {
      const answer = await authorize((await ask(client, { scope })).query);
      const back = new URL(answer.headers.get("location") ?? "");
      expect([scope, back.searchParams.get("error")]).toEqual([scope, "invalid_scope"]);
    }
  });

  it("that a later consent adds does not reach tokens that are out", async () => {
    const client = await register(site);
    const narrow = await tokensFor(site, client, { params: { scope: "wallet" } });
    await tokensFor(site, client, { params: { scope: "gateway wallet" } });
    expect((await chatWith(site.slug, narrow.access_token)).code).toBe("scope_missing");
  });
});

describe("a token", () => {
  it("of one site is nothing on another's host", async () => {
    const { access_token } = await tokensFor(site, await register(site));
    expect((await chatWith(elsewhere.slug, access_token)).status).toBe(401);
    expect((await chatWith(site.slug, access_token)).status).toBe(200);
  });

  it("that was changed in any byte, or signed by a guess, is refused", async () => {
    const { access_token } = await tokensFor(site, await register(site));
    for (let at = 3; at < access_token.length; at += 7) {
      const letter = access_token[at] === "A" ? "B" : "A";
      const forged = `${access_token.slice(0, at)}${letter}${access_token.slice(at + 1)}`;
      expect((await chatWith(site.slug, forged)).status).toBe(401);
    }
    const bytes = Buffer.from(access_token.slice(3), "base64url");
    const tag = createHmac("sha256", "guess").update(bytes.subarray(0, 50)).digest();
    const signed = Buffer.concat([bytes.subarray(0, 50), tag.subarray(0, 16)]);
    const forged = `pt-${signed.toString("base64url")}`;
    expect((await chatWith(site.slug, forged)).status).toBe(401);
  });

  it("in the form of a JWT is nothing, whatever algorithm it names", async () => {
    const claims = { sub: "usr_0000000000000000", scope: "gateway" };
    const none = [{ alg: "none" }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const hs = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode("0".repeat(32)));
    for (const forged of [`${none}.`, hs]) {
      expect((await chatWith(site.slug, forged)).status).toBe(401);
    }
  });

  it("of an app opens neither the portal's API nor the console's", async () => {
    const { access_token } = await tokensFor(site, await register(site));
    const headers = { authorization: `Bearer ${access_token}` };
    for (const path of ["/api/portal/keys", "/api/portal/apps", "/api/admin/apps"]) {
      expect((await call(site.slug, path, { headers })).status).toBe(401);
    }
  });
});

describe("the yes of a user", () => {
  it("cannot be given by another page, nor without being signed in", async () => {
    const { query } = await ask(await register(site));
    const body = { query, allow: true };
    const path = "/api/portal/oauth/request";
    const cross = await site.ann.fetch("POST", path, body, { origin: "https://evil.example" });
    expect(cross.status).toBe(403);
    const nobody = await call(site.slug, path, {
      method: "POST",
      headers: { "content-type": "application/json", origin: site.origin },
      body: JSON.stringify(body),
    });
    expect(nobody.status).toBe(401);
  });

  it("of one site's user is nothing on another site", async () => {
    const { query } = await ask(await register(site));
    const answer = await elsewhere.ann.fetch("POST", "/api/portal/oauth/request", {
      query,
      allow: true,
    });
    expect(answer.status).toBe(400);
  });
});

describe("the token endpoint", () => {
  it("takes a form and nothing else, each name once", async () => {
    const json = await call(site.slug, "/oauth/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(await errorCode(json)).toBe("invalid_request");
    const twice = await call(site.slug, "/oauth/token", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "client_id=a&client_id=b",
    });
    expect(await errorCode(twice)).toBe("invalid_request");
  });

  it("tells who did not prove to be itself how it could have, and nothing else", async () => {
    const client = await register(site, { token_endpoint_auth_method: "client_secret_basic" });
    const form = { grant_type: "refresh_token", refresh_token: "pr-x" };
    const wrong = Buffer.from(`${client.client_id}:wrong`).toString("base64");
    const basic = await sendForm(site.slug, "/oauth/token", form, {
      authorization: `Basic ${wrong}`,
    });
    expect([basic.status, basic.headers.get("www-authenticate")]).toEqual([
      401,
      'Basic realm="oauth"',
    ]);
    const none = await sendForm(site.slug, "/oauth/token", {
      ...form,
      client_id: client.client_id,
    });
    expect(await errorCode(none)).toBe("invalid_client");
    const publicOne = await register(site);
    const posing = await sendForm(site.slug, "/oauth/token", {
      ...{ ...form, client_id: publicOne.client_id, client_secret: "ps-guess" },
    });
    expect(await errorCode(posing)).toBe("invalid_client");
  });

  it("knows no other grant: no password, no client credentials", async () => {
    const client = await register(site);
    for (const grantType of ["password", "client_credentials", "implicit"]) {
      const answer = await token({ grant_type: grantType, client_id: client.client_id });
      expect(await errorCode(answer)).toBe("unsupported_grant_type");
    }
  });

  it("gives nothing for another site's resource", async () => {
    const client = await register(site);
    const asked = { grant_type: "refresh_token", client_id: client.client_id };
    const { refresh_token } = await tokensFor(site, client);
    const at = (resource: string) =>
      token({ ...asked, refresh_token: refresh_token ?? "", resource });
    expect(await errorCode(await at("https://evil.example/"))).toBe("invalid_target");
    expect((await at(`${site.origin}/mcp`)).status).toBe(200);
  });
});

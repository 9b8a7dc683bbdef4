import { describe, expect, it } from "vitest";
import type { UpstreamAnswer } from "../../../src/connectors/connector.ts";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { Settings } from "../../../src/contract/config.ts";

const APP = { clientId: "314.app.coze", clientSecret: "client-secret-0123456789" };
const TOKEN_URL = "https://api.coze.cn/api/permission/oauth2/token";
const REDIRECT = "https://acme.example/api/callback/coze/oauth";

const coze = connectorById("coze");
if (!coze?.oauth) throw new Error("Coze has OAuth");
const { oauth, explain } = coze;

function accountOf(secret: Record<string, string>, settings: Settings = {}) {
  const opened = openAccount(coze ?? fail(), settings, secret);
  if (!opened.ok) throw new Error(`${opened.error.path}: ${opened.error.message}`);
  return opened.value;
}
const fail = (): never => {
  throw new Error("no connector");
};
const answer = (body: unknown, status = 200): UpstreamAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

describe("a secret", () => {
  it("of an app needs consent; a token, or an app with its token, does not", () => {
    expect(oauth.applies(accountOf(APP).secret)).toBe(true);
    expect(oauth.applies(accountOf({ accessToken: "pat_1" }).secret)).toBe(false);
    expect(oauth.applies(accountOf({ ...APP, accessToken: "czu_1" }).secret)).toBe(false);
  });

  it.each([
    [{}, "an access token, or"],
    [{ clientId: "314.app.coze" }, "an access token, or"],
    [{ clientSecret: "client-secret" }, "an access token, or"],
    [{ accessToken: "pat_1", clientId: "314.app.coze" }, "an access token, or"],
    [{ ...APP, clientId: "pat_0123456789" }, "no client id"],
    [{ accessToken: "314.app.coze" }, "no access token of Coze"],
    [{ ...APP, consent: "{}" }, "consent"],
  ])("like %j is refused", (secret, reason) => {
    const opened = openAccount(coze, {}, secret as Record<string, string>);
    expect(opened.ok ? "taken" : opened.error.message).toContain(reason);
  });
});

describe("the page that asks for consent", () => {
  it.each([
    [{}, "https://www.coze.cn/api/permission/oauth2/authorize"],
    [{ region: "com" }, "https://www.coze.com/api/permission/oauth2/authorize"],
    [
      { baseUrl: "http://proxy.example:8080/coze/" },
      "http://proxy.example:8080/coze/api/permission/oauth2/authorize",
    ],
  ])("with %j is %s", (settings, page) => {
    const ask = { state: "v1.a-b.c_d", redirectUri: `${REDIRECT}#x` };
    const url = new URL(oauth.authorizeUrl(accountOf(APP, settings as Settings), ask));
    expect(url.origin + url.pathname).toBe(page);
    expect(url.search).toContain("oauth%23x");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: APP.clientId,
      redirect_uri: `${REDIRECT}#x`,
      state: "v1.a-b.c_d",
    });
  });
});

describe("the token endpoint", () => {
  const headers = {
    accept: "application/json",
    authorization: `Bearer ${APP.clientSecret}`,
    "content-type": "application/json",
  };
  const request = { method: "POST", url: TOKEN_URL, headers, framing: "json" };

  it("is given a code with the client secret as bearer, and nowhere else", () => {
    const asked = oauth.exchange.prepare(accountOf(APP), { code: "code_1", redirectUri: REDIRECT });
    const { body = "", ...rest } = asked;
    expect(rest).toEqual(request);
    expect(JSON.parse(body)).toEqual({
      grant_type: "authorization_code",
      code: "code_1",
      client_id: APP.clientId,
      redirect_uri: REDIRECT,
    });
  });

  it("is given a refresh token in the same way", () => {
    const { body = "", ...rest } = oauth.refresh.prepare(accountOf(APP), "r-1");
    expect(rest).toEqual(request);
    expect(JSON.parse(body)).toEqual({
      grant_type: "refresh_token",
      refresh_token: "r-1",
      client_id: APP.clientId,
    });
  });

  const TOKENS = { access_token: "czu_1", refresh_token: "r-2", expires_in: 1_760_000_900 };

  it("answers without an envelope, and its expires_in is a point in time", () => {
    const tokens = {
      accessToken: "czu_1",
      refreshToken: "r-2",
      expires: { atMs: 1_760_000_900_000 },
    };
    const more = { ...TOKENS, token_type: "Bearer", invented: { later: 1 } };
    expect(oauth.exchange.read(answer(more))).toEqual({ ok: true, value: tokens });
    expect(oauth.refresh.read(answer(TOKENS))).toEqual({ ok: true, value: tokens });
  });

  it.each([
    [{ expires_in: 900 }, { expires: { inMs: 900_000 } }],
    [{ expires_in: "1760000900" }, { expires: { atMs: 1_760_000_900_000 } }],
    [{ expires_in: undefined }, { expires: { inMs: 900_000 } }],
    [{ expires_in: -5 }, { expires: { inMs: 900_000 } }],
    [{ refresh_token: undefined }, { refreshToken: null }],
    [{ refresh_token: "" }, { refreshToken: null }],
  ])("is understood with %j", (part, value) => {
    expect(oauth.refresh.read(answer({ ...TOKENS, ...part }))).toMatchObject({ ok: true, value });
  });

  it.each([
    ["", "protocol_violation"],
    ["[]", "protocol_violation"],
    [{ refresh_token: "r" }, "protocol_violation"],
    [{ access_token: 7 }, "protocol_violation"],
    [{ code: 4100, msg: "authentication is invalid" }, "unauthorized"],
    [{ error_code: "internal_error", error_message: "later" }, "unavailable"],
  ])("that answers %j under the status 200 has failed: %s", (body, reason) => {
    expect(oauth.refresh.read(answer(body))).toMatchObject({ ok: false, error: { reason } });
  });

  it.each([
    [400, "invalid_request", "the refresh token has expired", "unauthorized"],
    [400, "invalid_request", "Invalid refresh_token", "unauthorized"],
    [400, "invalid_grant", "", "unauthorized"],
    [401, "invalid_client", "client secret is wrong", "unauthorized"],
    [403, "access_deny", "the app is disabled", "unauthorized"],
    [400, "invalid_request", "redirect_uri does not match", "rejected"],
    [400, "unsupported_grant_type", "", "rejected"],
    [500, "internal_error", "later", "unavailable"],
    [429, "too_fast", "", "rate_limited"],
  ])("that refuses with %i %s %j means %s", (status, error_code, error_message, reason) => {
    const refused = explain(answer({ error_code, error_message }, status));
    expect(refused).toMatchObject({ reason, status, upstreamCode: error_code });
  });
});

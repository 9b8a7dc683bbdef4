/**
 * GitHub, WeCom, DingTalk, Feishu and WeChat as places to log in at, and Turnstile, true to what
 * they document: their statuses, their names of fields, their errors.
 */
import type { Call } from "./upstream-call.ts";
import { APP, WECOM_CORP } from "./upstream-identity-client.ts";
import { openCode, useOnce } from "./upstream-identity-code.ts";

export interface Answer {
  status: number;
  json: unknown;
  /** Where it is not what JSON has. */
  type?: string;
}

const ACCESS = "access-";

const answer = (status: number, json: unknown): Answer => ({ status, json });

type Claims = Record<string, unknown>;
const tokenFor = (claims: Claims) =>
  ACCESS + Buffer.from(JSON.stringify(claims)).toString("base64url");
const claimsOf = (token: string | null | undefined): Claims | null =>
  token?.startsWith(ACCESS)
    ? (JSON.parse(Buffer.from(token.slice(ACCESS.length), "base64url").toString()) as Claims)
    : null;

function spend(code: unknown): Claims | null {
  const open = openCode(typeof code === "string" ? code : null);
  return open && useOnce(open) ? open.claims : null;
}

const queryOf = (call: Call) => new URLSearchParams(call.address.split("?")[1]);

function github(call: Call): Answer {
  const { path } = call;
  if (path.endsWith("/login/oauth/access_token")) {
    const form = new URLSearchParams(call.text);
    const isClient = form.get("client_id") === APP.id && form.get("client_secret") === APP.secret;
    const claims = isClient ? spend(form.get("code")) : null;
    const error = isClient ? "bad_verification_code" : "incorrect_client_credentials";
    if (!claims) return answer(200, { error, error_description: "It is incorrect." });
    return answer(200, { access_token: tokenFor(claims), token_type: "bearer" });
  }
  const claims = claimsOf(call.key);
  if (!claims || !call.headers["user-agent"]) {
    return answer(401, { message: "Bad credentials" });
  }
  const { emails = [], ...user } = claims;
  if (path.endsWith("/user/emails")) return answer(200, emails as object);
  return answer(200, user);
}

function wecom(call: Call): Answer {
  const { path } = call;
  const query = queryOf(call);
  const say = (errcode: number, errmsg: string, more: object = {}) =>
    answer(200, { errcode, errmsg, ...more });
  if (path.endsWith("/gettoken")) {
    if (path.includes("wecom-fenced")) return say(60020, "not allow to access from your ip");
    if (query.get("corpid") !== WECOM_CORP) return say(40013, "invalid corpid");
    if (query.get("corpsecret") !== APP.secret) return say(40001, "invalid credential");
    return say(0, "ok", { access_token: "wecom-token", expires_in: 7200 });
  }
  if (query.get("access_token") !== "wecom-token") return say(40014, "invalid access_token");
  if (path.endsWith("/auth/getuserinfo")) {
    const claims = spend(query.get("code"));
    return claims ? say(0, "ok", claims) : say(40029, "invalid code");
  }
  if (path.endsWith("/user/get")) {
    return say(0, "ok", { userid: query.get("userid"), name: "王小明" });
  }
  if (path.endsWith("/auth/getuserdetail")) {
    const ticket = JSON.parse(String(call.body.user_ticket)) as object;
    return say(0, "ok", ticket);
  }
  return say(40066, "invalid url");
}

function dingtalk(call: Call): Answer {
  const { path, body } = call;
  const refuse = (status: number, code: string, message: string) =>
    answer(status, { code, message, requestid: "00000000" });
  if (path.endsWith("/oauth2/userAccessToken")) {
    const isApp = body.clientId === APP.id && body.clientSecret === APP.secret;
    const claims = isApp && body.grantType === "authorization_code" ? spend(body.code) : null;
    if (!claims) return refuse(400, "invalidParameter.authCode.notFound", "authCode is not valid");
    const { corpId, ...me } = claims;
    return answer(200, { accessToken: tokenFor(me), expireIn: 7200, corpId });
  }
  if (path.endsWith("/contact/users/me")) {
    const claims = claimsOf(call.headers["x-acs-dingtalk-access-token"]);
    return claims ? answer(200, claims) : refuse(401, "InvalidAuthentication", "no");
  }
  if (path.endsWith("/oauth2/accessToken")) {
    if (body.appKey !== APP.id || body.appSecret !== APP.secret) {
      return refuse(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret");
    }
    return answer(200, { accessToken: "ding-app", expireIn: 7200 });
  }
  if (path.endsWith("/topapi/user/getbyunionid")) {
    const isApp = queryOf(call).get("access_token") === "ding-app";
    if (!isApp) return answer(200, { errcode: 40014, errmsg: "不合法的access_token" });
    const isMember = String(body.unionid).startsWith("member-");
    if (!isMember) return answer(200, { errcode: 60121, errmsg: "找不到该用户" });
    return answer(200, { errcode: 0, errmsg: "ok", result: { userid: "manager1" } });
  }
  return refuse(404, "InvalidAction.NotFound", "no such action");
}

function feishu(call: Call): Answer {
  const { path, body } = call;
  if (path.endsWith("/authen/v2/oauth/token")) {
    const isApp =
      body.client_id === APP.id.replace("app", "cli_app") && body.client_secret === APP.secret;
    const claims = isApp ? spend(body.code) : null;
    if (!claims) {
      const error = { code: 20003, error: "invalid_grant", error_description: "code is invalid" };
      return answer(400, error);
    }
    return answer(200, { code: 0, access_token: tokenFor(claims), expires_in: 7200 });
  }
  if (path.endsWith("/authen/v1/user_info")) {
    const claims = claimsOf(call.key);
    if (!claims) return answer(400, { code: 20005, msg: "invalid access token" });
    return answer(200, { code: 0, msg: "success", data: claims });
  }
  if (path.endsWith("/tenant_access_token/internal")) {
    const isApp = body.app_secret === APP.secret;
    if (!isApp) return answer(200, { code: 10014, msg: "app secret invalid" });
    return answer(200, {
      code: 0,
      msg: "ok",
      tenant_access_token: "t-1",
      expire: 7200,
    });
  }
  return answer(404, { code: 99991, msg: "not found" });
}

function wechat(call: Call): Answer {
  const { path } = call;
  const query = queryOf(call);
  const say = (json: unknown): Answer => ({ status: 200, json, type: "text/plain" });
  if (path.endsWith("/sns/oauth2/access_token")) {
    if (query.get("appid") !== "wx0123456789")
      return say({ errcode: 40013, errmsg: "invalid appid" });
    if (query.get("secret") !== APP.secret)
      return say({ errcode: 40125, errmsg: "invalid appsecret" });
    const claims = spend(query.get("code"));
    if (!claims) return say({ errcode: 40029, errmsg: "invalid code, rid: 0" });
    return say({ access_token: tokenFor(claims), expires_in: 7200, openid: claims.openid });
  }
  const claims = claimsOf(query.get("access_token"));
  if (claims?.openid !== query.get("openid")) return say({ errcode: 40001, errmsg: "invalid" });
  return say(claims ?? {});
}

/** Tokens that pass are `human@<host>`; each once, as Cloudflare's are. */
const spentTokens = new Set<string>();
function turnstile(call: Call): Answer {
  const form = new URLSearchParams(call.text);
  const say = (success: boolean, more: object) => answer(200, { success, ...more });
  if (form.get("secret") !== APP.secret)
    return say(false, { "error-codes": ["invalid-input-secret"] });
  const token = form.get("response") ?? "";
  const [, hostname] = /^human@([^#]+)/.exec(token) ?? [];
  if (!hostname) return say(false, { "error-codes": ["invalid-input-response"] });
  if (spentTokens.has(token)) return say(false, { "error-codes": ["timeout-or-duplicate"] });
  spentTokens.add(token);
  return say(true, { "error-codes": [], hostname, challenge_ts: new Date().toISOString() });
}

export const IDENTITY_PLATFORMS: Record<string, (call: Call) => Answer> = {
  github,
  wecom,
  dingtalk,
  feishu,
  wechat,
  turnstile,
};

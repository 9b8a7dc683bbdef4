/**
 * The kinds of other places to log in at, without a network: which hosts are asked what where
 * nobody has set another address, and what becomes of answers that are not as they should be.
 */
import { describe, expect, it } from "vitest";
import { upstreamError } from "../../src/connectors/kit/http-errors.ts";
import type { Json } from "../../src/connectors/kit/json.ts";
import { fail, ok } from "../../src/core/result.ts";
import type {
  Ask,
  CodeKind,
  OpenProvider,
  Question,
  WayBack,
} from "../../src/services/identity/providers/kind.ts";
import { identityKind, kindInfos } from "../../src/services/identity/providers/registry.ts";

const WAY_OUT = {
  redirectUri: "https://acme.example/api/auth/providers/x/callback",
  state: "the-state",
  nonce: "the-nonce",
  challenge: "the-challenge",
  agent: "Mozilla/5.0",
};
const WAY_BACK: WayBack = {
  code: "the-code",
  redirectUri: WAY_OUT.redirectUri,
  nonce: "the-nonce",
  verifier: "the-verifier",
  issuer: undefined,
};
const APP: Record<string, OpenProvider> = {
  github: { settings: { clientId: "id" }, secret: { clientSecret: "secret" } },
  wecom: { settings: { corpId: "ww1", agentId: "7" }, secret: { secret: "secret" } },
  dingtalk: { settings: { clientId: "id", corpId: "ding1" }, secret: { clientSecret: "secret" } },
  feishu: { settings: { appId: "cli_1" }, secret: { appSecret: "secret" } },
  wechat: { settings: { appId: "wx1" }, secret: { appSecret: "secret" } },
};

const kindOf = (kind: string): CodeKind => identityKind(kind) as CodeKind;

/** Answers by the end of the address; what it was asked is written down. */
function scripted(answers: Record<string, Json | number>): { ask: Ask; asked: Question[] } {
  const asked: Question[] = [];
  const ask: Ask = async (question) => {
    asked.push(question);
    const { pathname } = new URL(question.url);
    const [, answer] = Object.entries(answers).find(([end]) => pathname.endsWith(end)) ?? [];
    if (typeof answer === "object") return ok(answer);
    const status = answer ?? 404;
    return fail(upstreamError("unavailable", `HTTP ${status}`, { status }));
  };
  return { ask, asked };
}

/** What a platform answers when everything is well. */
const WELL: Record<string, Record<string, Json>> = {
  github: {
    "/access_token": { access_token: "t" },
    "/user": { id: 1, login: "octo" },
    "/user/emails": { items: [{ email: "o@x.example", primary: true, verified: true }] },
  },
  wecom: {
    "/gettoken": { errcode: 0, access_token: "t" },
    "/getuserinfo": { errcode: 0, userid: "u", user_ticket: "k" },
    "/user/get": { errcode: 0, name: "Ming", email: "m@corp.example" },
    "/getuserdetail": { errcode: 0, biz_mail: "ming@corp.example" },
  },
  dingtalk: {
    "/userAccessToken": { accessToken: "t", corpId: "ding1" },
    "/users/me": { unionId: "u", nick: "Hong" },
    "/oauth2/accessToken": { accessToken: "app" },
    "/getbyunionid": { errcode: 0, result: { userid: "x" } },
  },
  feishu: {
    "/oauth/token": { code: 0, access_token: "t" },
    "/user_info": { code: 0, data: { open_id: "ou", name: "Li" } },
  },
  wechat: {
    "/access_token": { access_token: "t", openid: "o" },
    "/userinfo": { openid: "o", nickname: "Zhou" },
  },
};

describe("where no other address is set, the platform's own hosts are asked", () => {
  it.each([
    ["github", "https://github.com", ["https://github.com", "https://api.github.com"]],
    ["wecom", "https://login.work.weixin.qq.com", ["https://qyapi.weixin.qq.com"]],
    [
      "dingtalk",
      "https://login.dingtalk.com",
      ["https://api.dingtalk.com", "https://oapi.dingtalk.com"],
    ],
    ["feishu", "https://accounts.feishu.cn", ["https://open.feishu.cn"]],
    ["wechat", "https://open.weixin.qq.com", ["https://api.weixin.qq.com"]],
  ])("%s", async (name, page, hosts) => {
    const { ask, asked } = scripted(WELL[name] ?? {});
    const provider = APP[name] ?? { settings: {}, secret: {} };
    const url = await kindOf(name).authorizeUrl(provider, WAY_OUT, ask);
    expect(url.ok && new URL(url.value).origin).toBe(page);
    expect(url.ok && url.value).not.toContain("secret");
    expect(asked).toEqual([]);
    const person = await kindOf(name).person(provider, WAY_BACK, ask);
    expect(person.ok).toBe(true);
    expect([...new Set(asked.map((one) => new URL(one.url).origin))].sort()).toEqual(
      hosts.toSorted(),
    );
  });

  it("Lark is Feishu elsewhere, and a GitHub of one's own has its API under its host", async () => {
    const lark = { settings: { appId: "cli_1", region: "lark" }, secret: { appSecret: "s" } };
    const { ask, asked } = scripted(WELL.feishu ?? {});
    const url = await kindOf("feishu").authorizeUrl(lark, WAY_OUT, ask);
    expect(url.ok && url.value).toMatch(/^https:\/\/accounts\.larksuite\.com\//);
    await kindOf("feishu").person(lark, WAY_BACK, ask);
    expect(asked[0]?.url).toMatch(/^https:\/\/open\.larksuite\.com\//);
    const own = { settings: { clientId: "id", baseUrl: "https://git.acme.example" }, secret: {} };
    const github = scripted(WELL.github ?? {});
    await kindOf("github").person(own, WAY_BACK, github.ask);
    expect(github.asked.map((one) => one.url)).toEqual([
      "https://git.acme.example/login/oauth/access_token",
      "https://git.acme.example/api/v3/user",
      "https://git.acme.example/api/v3/user/emails",
    ]);
  });

  it("Google and Entra ID are issuers of their own; Entra's is the tenant's", async () => {
    const tenant = "11111111-2222-3333-4444-555555555555";
    const places = {
      google: "https://accounts.google.com",
      microsoft: `https://login.microsoftonline.com/${tenant}/v2.0`,
    };
    for (const [name, issuer] of Object.entries(places)) {
      const { ask, asked } = scripted({});
      const provider = { settings: { clientId: "id", tenantId: tenant }, secret: {} };
      await kindOf(name).authorizeUrl(provider, WAY_OUT, ask);
      expect(asked[0]?.url).toBe(`${issuer}/.well-known/openid-configuration`);
    }
  });
});

describe("who is named, is named with the authority that named him", () => {
  it.each([
    ["github", "https://github.com 1"],
    ["wecom", "ww1 u"],
    ["dingtalk", "id u"],
    ["feishu", "cli_1 ou"],
    ["wechat", "wx1 o"],
  ])("%s: %s", async (name, subject) => {
    const { ask } = scripted(WELL[name] ?? {});
    const person = await kindOf(name).person(APP[name] as OpenProvider, WAY_BACK, ask);
    expect(person).toMatchObject({ ok: true, value: { subject } });
  });

  it("an e-mail of a directory is not called verified: the site says whose word counts", async () => {
    for (const name of ["wecom", "dingtalk", "feishu", "wechat"]) {
      const { ask } = scripted(WELL[name] ?? {});
      const person = await kindOf(name).person(APP[name] as OpenProvider, WAY_BACK, ask);
      expect(person.ok && person.value.emailVerified).toBeNull();
    }
  });
});

/** Whatever answer is missing or empty: nobody is named, and nothing is thrown. */
describe.each(Object.keys(WELL))("%s lets nobody in", (name) => {
  const provider = APP[name] as OpenProvider;
  const NOT_NEEDED = ["/user/emails", "/user/get", "/getuserdetail", "/userinfo"];
  const needed = Object.keys(WELL[name] ?? {}).filter((path) => !NOT_NEEDED.includes(path));

  it.each(needed)("where %s is away, empty, or of another shape", async (path) => {
    for (const answer of [503, {}, { errcode: 40_029, errmsg: "invalid code" }, { code: 20_003 }]) {
      const { ask } = scripted({ ...WELL[name], [path]: answer });
      const person = await kindOf(name).person(provider, WAY_BACK, ask);
      expect(person.ok, JSON.stringify(answer)).toBe(false);
      if (!person.ok) expect(person.error.detail).not.toBe("");
    }
  });
});

it("what only adds to a person may be away", async () => {
  const without = { ...WELL.wecom, "/user/get": { errcode: 60_011 }, "/getuserdetail": {} };
  const wecom = await kindOf("wecom").person(
    APP.wecom as OpenProvider,
    WAY_BACK,
    scripted(without).ask,
  );
  expect(wecom).toMatchObject({ ok: true, value: { email: null, name: "" } });
  const github = scripted({ ...WELL.github, "/user/emails": { message: "not found" } });
  const person = await kindOf("github").person(APP.github as OpenProvider, WAY_BACK, github.ask);
  expect(person).toMatchObject({
    ok: true,
    value: { email: null, emailVerified: false, name: "octo" },
  });
});

it("a secret goes in the body or where the platform insists, and is in no page that people see", async () => {
  for (const name of Object.keys(WELL)) {
    const { ask, asked } = scripted(WELL[name] ?? {});
    await kindOf(name).person(APP[name] as OpenProvider, WAY_BACK, ask);
    const inAddress = asked.filter((one) => one.url.includes("secret=secret"));
    // WeCom and WeChat know no other way.
    expect(inAddress.length > 0).toBe(name === "wecom" || name === "wechat");
  }
});

it("every kind is told to the console with what its own code takes", () => {
  for (const { kind, guide, path } of kindInfos()) {
    expect(identityKind(kind)?.path).toBe(path);
    expect(new Set(guide.fields.map((field) => field.name)).size).toBe(guide.fields.length);
    for (const { pattern } of guide.fields) {
      if (pattern) expect(() => new RegExp(pattern.source)).not.toThrow();
    }
  }
  expect(identityKind("__proto__")).toBeNull();
  expect(identityKind("constructor")).toBeNull();
});

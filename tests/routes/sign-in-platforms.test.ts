/** Logging in through each platform as it documents itself, and tests that say what is wrong. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ProviderCheck, ProviderInput } from "../../src/contract/providers.ts";
import { APP, CLIENT, DING_CORP, WECOM_CORP } from "../support/upstream-identity-client.ts";
import { codeFor } from "../support/upstream-identity-code.ts";
import type { Person } from "./person.ts";
import { addProvider, makeSite, upstream, Visitor } from "./sign-in-visitor.ts";
import { call } from "./support.ts";

const HOST = "platforms.localhost";

const PLATFORMS = {
  github: {
    kind: "github",
    settings: { clientId: APP.id, baseUrl: upstream("github") },
    secret: { clientSecret: APP.secret },
  },
  wecom: {
    kind: "wecom",
    settings: { corpId: WECOM_CORP, agentId: "1000002", baseUrl: upstream("wecom") },
    secret: { secret: APP.secret },
    trustedDomains: ["corp.example"],
  },
  dingtalk: {
    kind: "dingtalk",
    settings: { clientId: APP.id, baseUrl: upstream("dingtalk") },
    secret: { clientSecret: APP.secret },
  },
  feishu: {
    kind: "feishu",
    settings: { appId: `cli_${APP.id}`, baseUrl: upstream("feishu") },
    secret: { appSecret: APP.secret },
    trustedDomains: ["corp.example"],
  },
  wechat: {
    kind: "wechat",
    settings: { appId: "wx0123456789", baseUrl: upstream("wechat") },
    secret: { appSecret: APP.secret },
  },
} satisfies Record<string, Partial<ProviderInput>>;
type Name = keyof typeof PLATFORMS;

let owner: Person;

beforeAll(async () => {
  owner = await makeSite("platforms");
  for (const [slug, input] of Object.entries(PLATFORMS)) {
    await addProvider(owner, { slug, ...input });
  }
  const { settings } = PLATFORMS.dingtalk;
  await addProvider(owner, {
    slug: "members",
    ...PLATFORMS.dingtalk,
    settings: { ...settings, corpId: DING_CORP },
  });
});

/** Consents as `claims` say, and comes back under the name that the platform gives its code. */
async function comeBack(
  visitor: Visitor,
  slug: string,
  claims: Record<string, unknown>,
  name = "code",
): Promise<string> {
  const page = await visitor.start(slug);
  const state = page.searchParams.get("state") ?? "";
  const query = new URLSearchParams({ state, [name]: codeFor(claims) });
  return Visitor.to(await visitor.fetch(`/api/auth/providers/${slug}/callback?${query}`));
}

const CARD = JSON.stringify({ biz_mail: "Ming@Corp.example" });

describe.each<
  [Name, string, Record<string, string>, Record<string, unknown>, Record<string, string>, string]
>([
  [
    "github",
    `${upstream("github")}/login/oauth/authorize`,
    { client_id: APP.id, scope: "read:user user:email" },
    {
      id: 4711,
      login: "octo",
      name: "Octo",
      emails: [
        { email: "other@new.example", primary: false, verified: true },
        { email: "octo@new.example", primary: true, verified: true },
      ],
    },
    { email: "octo@new.example", name: "Octo" },
    "code",
  ],
  [
    "wecom",
    "https://login.work.weixin.qq.com/wwlogin/sso/login",
    { login_type: "CorpApp", appid: WECOM_CORP, agentid: "1000002" },
    { userid: "xiaoming", user_ticket: CARD },
    { email: "ming@corp.example", name: "王小明" },
    "code",
  ],
  [
    "dingtalk",
    "https://login.dingtalk.com/oauth2/auth",
    { client_id: APP.id, response_type: "code", scope: "openid", prompt: "consent" },
    { unionId: "u-1", nick: "小红", email: "hong@new.example" },
    { name: "小红" },
    "authCode",
  ],
  [
    "feishu",
    "https://accounts.feishu.cn/open-apis/authen/v1/authorize",
    { client_id: `cli_${APP.id}`, response_type: "code" },
    { open_id: "ou_1", name: "小李", enterprise_email: "li@corp.example" },
    { email: "li@corp.example", name: "小李" },
    "code",
  ],
  [
    "wechat",
    "https://open.weixin.qq.com/connect/qrconnect",
    { appid: "wx0123456789", response_type: "code", scope: "snsapi_login" },
    { openid: "o1", unionid: "un1", nickname: "小周" },
    { name: "小周" },
    "code",
  ],
])("%s", (slug, page, query, claims, person, name) => {
  it("is gone to as it wants to be", async () => {
    const url = await new Visitor(HOST).start(slug);
    expect(url.origin + url.pathname).toBe(page);
    const callback = `http://${HOST}/api/auth/providers/${slug}/callback`;
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...query,
      redirect_uri: callback,
    });
    expect(url.searchParams.get("state")).toMatch(/^[\w-]{43}$/);
  });

  it("says who somebody is, and says the same the next time", async () => {
    const [first, second] = [new Visitor(HOST), new Visitor(HOST)];
    expect(await comeBack(first, slug, claims, name)).toBe("/");
    const me = await first.me();
    expect(me).toMatchObject(person);
    if (!person.email) expect(me?.email).toMatch(new RegExp(`^${slug}-.*@users\\.invalid$`));
    await comeBack(second, slug, { ...claims, name: "Renamed", nick: "Renamed" }, name);
    expect((await second.me())?.id).toBe(me?.id);
  });

  it("lets nobody in by a code that it does not know", async () => {
    const visitor = new Visitor(HOST);
    const state = (await visitor.start(slug)).searchParams.get("state");
    const path = `/api/auth/providers/${slug}/callback?state=${state}&code=made-up`;
    expect(Visitor.to(await visitor.fetch(path))).toBe(`/login?problem=failed&provider=${slug}`);
    expect(await visitor.me()).toBeNull();
  });

  it("is found to be well set up, and ill", async () => {
    const test = async (input: Partial<ProviderInput>) =>
      await owner.json<ProviderCheck>("POST", "/api/admin/sign-in/test", {
        slug,
        name: slug,
        ...PLATFORMS[slug],
        ...input,
      });
    expect(await test({})).toMatchObject({ ok: true });
    const [field = ""] = Object.keys(PLATFORMS[slug].secret);
    const wrong = await test({ secret: { [field]: "a-wrong-secret-0123456789" } });
    expect(wrong).toMatchObject({ ok: false });
    expect(wrong.steps.at(-1)).toMatchObject({ step: "client", state: "failed" });
    expect(JSON.stringify(wrong)).not.toContain("a-wrong-secret");
    expect(await test({ settings: {} })).toMatchObject({
      ok: false,
      steps: [{ step: "settings" }],
    });
  });
});

describe("outsiders", () => {
  it("of a company at WeCom are told so", async () => {
    const visitor = new Visitor(HOST);
    expect(await comeBack(visitor, "wecom", { openid: "o-outside" })).toContain("problem=outsider");
    expect(await visitor.me()).toBeNull();
  });

  it("of an organisation at DingTalk are told so, whichever organisation they came for", async () => {
    const come = (unionId: string, corpId: string) =>
      comeBack(new Visitor(HOST), "members", { unionId, corpId, nick: "x" }, "authCode");
    expect(await come("member-1", DING_CORP)).toBe("/");
    expect(await come("stranger-1", DING_CORP)).toContain("problem=outsider");
    expect(await come("member-1", "ding-other")).toContain("problem=outsider");
  });
});

it("GitHub's e-mails count where GitHub has verified the primary one", async () => {
  const visitor = new Visitor(HOST);
  const emails = [{ email: "ann@acme.example", primary: true, verified: false }];
  expect(await comeBack(visitor, "github", { id: 1, login: "eve", emails })).toBe("/");
  expect((await visitor.me())?.email).toMatch(/@users\.invalid$/);
});

it("inside the WeCom app people are asked there, without a code to scan", async () => {
  const init = { headers: { "user-agent": "Mozilla/5.0 wxwork/4.1 MicroMessenger/7.0" } };
  const answer = await new Visitor(HOST).fetch("/api/auth/providers/wecom/start", init);
  const url = new URL(Visitor.to(answer));
  expect(url.origin + url.pathname).toBe("https://open.weixin.qq.com/connect/oauth2/authorize");
  expect(url.hash).toBe("#wechat_redirect");
});

it("WeCom finds the file that proves whose host it is, at this site and no other", async () => {
  const proof = { proofName: "WW_verify_a1B2c3.txt", proofText: "a1B2c3" };
  const settings = { ...PLATFORMS.wecom.settings, ...proof };
  await addProvider(owner, { slug: "proven", ...PLATFORMS.wecom, settings });
  await makeSite("platforms-other");
  const found = await call("platforms", `/${proof.proofName}`);
  expect(found.headers.get("content-type")).toMatch(/^text\/plain/);
  expect(await found.text()).toBe(proof.proofText);
  expect((await call("platforms-other", `/${proof.proofName}`)).status).toBe(404);
  expect((await call("platforms", "/WW_verify_other.txt")).status).toBe(404);
  const page = { ...PLATFORMS.wecom, slug: "x", name: "x" };
  for (const bad of [{ proofText: "<script>" }, { proofName: "index.html" }]) {
    const body = { ...page, settings: { ...settings, ...bad } };
    expect((await owner.fetch("POST", "/api/admin/sign-in/providers", body)).status).toBe(400);
  }
});

it("a server that WeCom does not let in is told from a wrong secret", async () => {
  const fenced = { ...PLATFORMS.wecom.settings, baseUrl: upstream("wecom-fenced") };
  const body = { slug: "x", name: "x", ...PLATFORMS.wecom, settings: fenced };
  const { steps } = await owner.json<ProviderCheck>("POST", "/api/admin/sign-in/test", body);
  expect(steps.at(-1)).toMatchObject({ step: "address", state: "failed" });
  expect(steps.at(-1)?.message.en).toContain("企业可信IP");
});

describe("the test of an OpenID provider", () => {
  const test = (place: string, more: object = {}) =>
    owner.json<ProviderCheck>("POST", "/api/admin/sign-in/test", {
      slug: "x",
      kind: "oidc",
      name: "x",
      settings: { issuer: upstream(place), clientId: CLIENT.id, ...more },
      secret: { clientSecret: CLIENT.secret },
    });

  it("goes from the issuer to its keys to the client", async () => {
    const good = await test("oidc");
    expect(good.steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
      "settings ok",
      "discovery ok",
      "keys ok",
      "client ok",
    ]);
  });

  it("stops where something is wrong, and says what", async () => {
    const stops = async (place: string, more?: object) => (await test(place, more)).steps.at(-1);
    expect(await stops("oidc", { clientId: "nobody" })).toMatchObject({
      step: "client",
      state: "failed",
    });
    expect((await stops("oidc-lying"))?.message.en).toContain("accounts.google.com");
    expect(await stops("nowhere/at/all")).toMatchObject({ step: "discovery", state: "failed" });
    const pasted = `${upstream("oidc")}/.well-known/openid-configuration`;
    expect(await stops("oidc", { issuer: pasted })).toMatchObject({ step: "settings" });
  });
});

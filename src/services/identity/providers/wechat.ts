/** WeChat's log-in for web sites (QR code). JSON comes as text/plain, errors with a status of 200. */
import { asText, type Json } from "../../../connectors/kit/json.ts";
import { joinUrl } from "../../../connectors/kit/urls.ts";
import type { Guide } from "../../../contract/guide.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { failed, passed, refused, say, stopped } from "./ask.ts";
import { apiField, secretField, step, TRY_STEP, textField } from "./fields.ts";
import { type Ask, type CodeKind, fieldOf, type OpenProvider, type Refusal } from "./kind.ts";

const API = "https://api.weixin.qq.com";
/** "Invalid code": so the app and its secret were right. */
const BAD_CODES = new Set([40_029, 40_163, 41_008]);

const guide: Guide = {
  steps: [
    step(
      "在微信开放平台完成 **开发者资质认证**（仅企业），打开 **管理中心 › 网站应用**，点 **创建网站应用**，等待审核（几个工作日）。",
      "On WeChat's open platform (company accounts only, with 开发者资质认证) open **管理中心 › 网站应用** and press **创建网站应用** (create); the review takes some days.",
      "https://open.weixin.qq.com",
    ),
    step(
      "审核通过后，在应用详情复制 **AppID** 和 **AppSecret**（只显示一次）。公众号或小程序的 AppID 不能用在这里。",
      "Once it is approved, copy **AppID** and **AppSecret** (shown once). The AppID of an official account or mini program does not work here.",
    ),
    step(
      "在 **开发信息 › 授权回调域** 只填本站主机名，不带 https:// 和路径。",
      "Under **开发信息 › 授权回调域** enter the host of this site only, without https:// and path.",
    ),
    TRY_STEP,
  ],
  fields: [
    textField("appId", say("AppID", "AppID"), {
      placeholder: "wx…",
      pattern: {
        source: "^wx[0-9a-zA-Z]+$",
        message: say("AppID 以 wx 开头。", "An AppID starts with wx."),
      },
    }),
    secretField("appSecret", say("AppSecret", "AppSecret")),
    apiField(
      API,
      say("一般不用修改；可填自己的代理。", "Usually left as it is; or a proxy of your own."),
    ),
  ],
};

async function asked(
  { settings }: OpenProvider,
  path: string,
  query: Record<string, string>,
  ask: Ask,
): Promise<Result<Json, Refusal & { code: number }>> {
  const url = `${joinUrl(fieldOf(guide, settings, "baseUrl"), path)}?${new URLSearchParams(query)}`;
  const answer = await ask({ url });
  if (!answer.ok) {
    const { error } = failed(answer.error) as { error: Refusal };
    return fail({ ...error, code: -1 });
  }
  const { errcode = 0, errmsg } = answer.value;
  if (errcode === 0) return answer;
  const detail = `${errcode} ${asText(errmsg) ?? ""}`;
  return fail({ problem: "failed", detail, code: Number(errcode) });
}

const tokenOf = (provider: OpenProvider, code: string, ask: Ask) =>
  asked(
    provider,
    "/sns/oauth2/access_token",
    {
      appid: provider.settings.appId ?? "",
      secret: provider.secret.appSecret ?? "",
      code,
      grant_type: "authorization_code",
    },
    ask,
  );

export const wechat: CodeKind = {
  kind: "wechat",
  label: say("微信", "WeChat"),
  guide,
  path: "callback",
  async authorizeUrl({ settings }, { redirectUri, state }) {
    const query = new URLSearchParams({
      appid: settings.appId ?? "",
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "snsapi_login",
      state,
    });
    return ok(`https://open.weixin.qq.com/connect/qrconnect?${query}#wechat_redirect`);
  },
  async person(provider, { code }, ask) {
    const token = await tokenOf(provider, code, ask);
    if (!token.ok) return token;
    const openid = asText(token.value.openid);
    const access_token = asText(token.value.access_token);
    if (!openid || !access_token) return refused("not_proven", "WeChat named nobody");
    const info = await asked(provider, "/sns/userinfo", { access_token, openid }, ask);
    return ok({
      subject: `${provider.settings.appId} ${openid}`,
      email: null,
      emailVerified: null,
      name: info.ok ? (asText(info.value.nickname) ?? "") : "",
    });
  },
  async check(provider, ask) {
    const answer = await tokenOf(provider, "portico-test", ask);
    const isKnown = answer.ok || BAD_CODES.has(answer.error.code);
    return [
      isKnown
        ? passed("client", "微信接受 AppID 和 AppSecret。", "WeChat accepts the AppID and secret.")
        : stopped(
            "client",
            "AppID 或 AppSecret 不对；请确认是已通过审核的网站应用",
            "The AppID or secret is wrong: it must be those of an approved web site app (网站应用)",
            answer.error.detail,
          ),
    ];
  },
};

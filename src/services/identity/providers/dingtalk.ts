/** DingTalk, by an app of an organisation. Two hosts: the new API, and the old one for members. */
import { asObject, asText, parseJson } from "../../../connectors/kit/json.ts";
import { joinUrl } from "../../../connectors/kit/urls.ts";
import type { Guide } from "../../../contract/guide.ts";
import { ok, type Result } from "../../../core/result.ts";
import { failed, passed, refused, say, stopped } from "./ask.ts";
import {
  apiField,
  CLIENT_ID,
  CLIENT_SECRET,
  secretField,
  step,
  TRY_STEP,
  textField,
} from "./fields.ts";
import { type Ask, type CodeKind, fieldOf, type OpenProvider, type Refusal } from "./kind.ts";

const API = "https://api.dingtalk.com";
const OLD_API = "https://oapi.dingtalk.com";
const NOT_A_MEMBER = 60_121;

const guide: Guide = {
  steps: [
    step(
      "在钉钉开放平台打开 **应用开发 › 企业内部应用 › 钉钉应用**，点 **创建应用**。",
      "On DingTalk's open platform open **应用开发 › 企业内部应用 › 钉钉应用** (own apps) and press **创建应用** (create).",
      "https://open-dev.dingtalk.com",
    ),
    step(
      "在 **凭证与基础信息** 复制 **Client ID**（原 AppKey）和 **Client Secret**（原 AppSecret）。",
      "Under **凭证与基础信息** (credentials) copy **Client ID** (formerly AppKey) and **Client Secret** (AppSecret).",
    ),
    step(
      "在 **安全设置** 把 **重定向 URL** 设为本页给出的回调地址。",
      "Under **安全设置** (security) set **重定向 URL** to the redirect URL of this page.",
    ),
    step(
      "在 **权限管理** 申请 **通讯录个人信息读权限**；要只让本组织的人登录，再申请 **成员信息读权限**，并在下面填 CorpId。",
      "Under **权限管理** (permissions) ask for **通讯录个人信息读权限**; to admit people of your organisation only, also for **成员信息读权限**, and enter the CorpId below.",
    ),
    step(
      "在 **版本管理与发布** 创建并 **发布** 一个版本：没有发布的应用，凭证不起作用。",
      "Under **版本管理与发布** make and **publish** a version: before that the credentials do not work.",
    ),
    TRY_STEP,
  ],
  fields: [
    textField("clientId", CLIENT_ID, { placeholder: "ding…" }),
    secretField("clientSecret", CLIENT_SECRET),
    textField("corpId", say("CorpId（只限本组织）", "CorpId (only people of this organisation)"), {
      required: false,
      placeholder: "ding…",
      help: say("留空则任何钉钉用户都能登录。", "Left empty, anybody with DingTalk may log in."),
    }),
    apiField(
      API,
      say("一般不用修改；可填自己的代理。", "Usually left as it is; or a proxy of your own."),
    ),
  ],
};

const baseOf = ({ settings }: OpenProvider) => fieldOf(guide, settings, "baseUrl");
const oldBaseOf = (provider: OpenProvider) =>
  baseOf(provider) === API ? OLD_API : baseOf(provider);

const appToken = ({ settings, secret }: OpenProvider, base: string, ask: Ask) =>
  ask({
    url: joinUrl(base, "/v1.0/oauth2/accessToken"),
    json: { appKey: settings.clientId ?? "", appSecret: secret.clientSecret ?? "" },
  });

/** Null: he is a member. */
async function outside(
  provider: OpenProvider,
  unionid: string,
  ask: Ask,
): Promise<Result<never, Refusal> | null> {
  const token = await appToken(provider, baseOf(provider), ask);
  if (!token.ok) return failed(token.error);
  const access_token = asText(token.value.accessToken);
  if (!access_token) return refused("failed", "DingTalk gave no token of the app");
  const query = new URLSearchParams({ access_token });
  const url = `${joinUrl(oldBaseOf(provider), "/topapi/user/getbyunionid")}?${query}`;
  const answer = await ask({ url, json: { unionid } });
  if (!answer.ok) return failed(answer.error);
  const { errcode, errmsg, result } = answer.value;
  if (errcode === NOT_A_MEMBER) return refused("outsider", "not a member of the organisation");
  if (errcode !== 0) return refused("failed", `${errcode} ${asText(errmsg) ?? ""}`);
  return asText(asObject(result)?.userid) ? null : refused("outsider", "not a member");
}

export const dingtalk: CodeKind = {
  kind: "dingtalk",
  label: say("钉钉", "DingTalk"),
  guide,
  path: "callback",
  async authorizeUrl({ settings }, { redirectUri, state }) {
    const query = new URLSearchParams({
      redirect_uri: redirectUri,
      response_type: "code",
      client_id: settings.clientId ?? "",
      scope: settings.corpId ? "openid corpid" : "openid",
      state,
      prompt: "consent",
    });
    return ok(`https://login.dingtalk.com/oauth2/auth?${query}`);
  },
  async person(provider, { code }, ask) {
    const { settings, secret } = provider;
    const traded = await ask({
      url: joinUrl(baseOf(provider), "/v1.0/oauth2/userAccessToken"),
      json: {
        clientId: settings.clientId ?? "",
        clientSecret: secret.clientSecret ?? "",
        code,
        grantType: "authorization_code",
      },
    });
    if (!traded.ok) return failed(traded.error);
    const { accessToken: given, corpId } = traded.value;
    const accessToken = asText(given);
    if (!accessToken) return refused("failed", "DingTalk gave no token");
    if (settings.corpId && asText(corpId) !== null && corpId !== settings.corpId) {
      return refused("outsider", `logged in for the organisation ${String(corpId)}`);
    }
    const headers = { "x-acs-dingtalk-access-token": accessToken };
    const me = await ask({ url: joinUrl(baseOf(provider), "/v1.0/contact/users/me"), headers });
    if (!me.ok) return failed(me.error);
    const unionId = asText(me.value.unionId);
    if (!unionId) return refused("not_proven", "DingTalk named nobody");
    const stranger = settings.corpId ? await outside(provider, unionId, ask) : null;
    if (stranger) return stranger;
    return ok({
      subject: `${settings.clientId} ${unionId}`,
      email: asText(me.value.email),
      emailVerified: null,
      name: asText(me.value.nick) ?? "",
    });
  },
  async check(provider, ask) {
    const token = await appToken(provider, baseOf(provider), ask);
    if (token.ok && asText(token.value.accessToken)) {
      const about = "钉钉接受 Client ID 和 Client Secret。";
      return [passed("client", about, "DingTalk accepts the client id and secret.")];
    }
    const body = token.ok ? null : asObject(parseJson(token.error.answer?.body ?? ""));
    const detail = asText(body?.message) ?? (token.ok ? "" : token.error.detail);
    return [
      stopped(
        "client",
        "Client ID 或 Client Secret 不对，或应用还没有发布版本",
        "The client id or secret is wrong, or no version of the app has been published",
        detail,
      ),
    ];
  },
};

/** Feishu, and Lark, which is the same elsewhere; the two share no accounts. Success is `code` 0. */
import type { InvokeError } from "../../../connectors/kit/invoke.ts";
import { asObject, asText, type Json, parseJson } from "../../../connectors/kit/json.ts";
import { joinUrl } from "../../../connectors/kit/urls.ts";
import type { Guide } from "../../../contract/guide.ts";
import { ok, type Result } from "../../../core/result.ts";
import { failed, passed, refused, say, stopped } from "./ask.ts";
import { secretField, step, TRY_STEP, textField, WEB_ADDRESS } from "./fields.ts";
import { type Ask, type CodeKind, fieldOf, type OpenProvider, type Refusal } from "./kind.ts";

const HOSTS = {
  feishu: { accounts: "https://accounts.feishu.cn", api: "https://open.feishu.cn" },
  lark: { accounts: "https://accounts.larksuite.com", api: "https://open.larksuite.com" },
} as const;

const guide: Guide = {
  steps: [
    step(
      "在飞书开放平台点 **创建企业自建应用**（国际版 Lark：open.larksuite.com 的 Create Custom App）。",
      "On the open platform press **Create Custom App** (飞书: **创建企业自建应用**; Lark: open.larksuite.com).",
      "https://open.feishu.cn/app",
    ),
    step(
      "在 **凭证与基础信息** 复制 **App ID** 和 **App Secret**；在 **安全设置 › 重定向 URL** 添加本页给出的回调地址。",
      "Under **Credentials & Basic Info** (凭证与基础信息) copy **App ID** and **App Secret**; under **Security Settings › Redirect URLs** (安全设置) add the redirect URL of this page.",
    ),
    step(
      "在 **权限管理** 开通 **contact:user.email:readonly**；在 **添加应用能力** 添加 **网页应用**。",
      "Under **Permissions & Scopes** (权限管理) add **contact:user.email:readonly**; under **Add Features** (添加应用能力) add **Web App**.",
    ),
    step(
      "在 **版本管理与发布** 创建版本、设置可用范围并提交，由企业管理员批准；改了权限也要再发布一次。",
      "Under **Version Management & Release** (版本管理与发布) make a version with its availability and submit it; an admin of the company approves. New permissions need a new version.",
    ),
    TRY_STEP,
  ],
  fields: [
    {
      name: "region",
      in: "settings",
      kind: "select",
      label: say("平台", "Platform"),
      default: "feishu",
      required: false,
      options: [
        { value: "feishu", label: say("飞书", "Feishu (China)") },
        { value: "lark", label: say("Lark 国际版", "Lark (international)") },
      ],
    },
    textField("appId", say("App ID", "App ID"), {
      placeholder: "cli_…",
      pattern: {
        source: "^cli_",
        message: say("App ID 以 cli_ 开头。", "An App ID starts with cli_."),
      },
    }),
    secretField("appSecret", say("App Secret", "App Secret")),
    {
      name: "baseUrl",
      in: "settings",
      kind: "url",
      label: say("接口地址", "Address of the API"),
      help: say("一般留空；可填自己的代理。", "Usually empty; or a proxy of your own."),
      placeholder: "https://open.feishu.cn",
      required: false,
      pattern: WEB_ADDRESS,
    },
  ],
};

const hostsOf = ({ settings }: OpenProvider) =>
  HOSTS[fieldOf(guide, settings, "region") === "lark" ? "lark" : "feishu"];
const apiOf = (provider: OpenProvider) =>
  provider.settings.baseUrl?.trim() || hostsOf(provider).api;

/** Feishu tells its code with a status of 200 or of 400. */
function readCode(answer: Result<Json, InvokeError>): Result<Json, Refusal> {
  const body = answer.ok ? answer.value : asObject(parseJson(answer.error.answer?.body ?? ""));
  if (answer.ok && body?.code === 0) return answer;
  if (typeof body?.code !== "number") {
    return answer.ok ? refused("failed", "no code came back") : failed(answer.error);
  }
  const said = asText(body.error_description) ?? asText(body.msg) ?? "";
  return refused("failed", `${body.code} ${said}`);
}

export const feishu: CodeKind = {
  kind: "feishu",
  label: say("飞书", "Feishu / Lark"),
  guide,
  path: "callback",
  async authorizeUrl(provider, { redirectUri, state, challenge }) {
    const query = new URLSearchParams({
      client_id: provider.settings.appId ?? "",
      redirect_uri: redirectUri,
      response_type: "code",
      state,
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    return ok(`${hostsOf(provider).accounts}/open-apis/authen/v1/authorize?${query}`);
  },
  async person(provider, { code, redirectUri, verifier }, ask) {
    const { settings, secret } = provider;
    const traded = readCode(
      await ask({
        url: joinUrl(apiOf(provider), "/open-apis/authen/v2/oauth/token"),
        json: {
          grant_type: "authorization_code",
          client_id: settings.appId ?? "",
          client_secret: secret.appSecret ?? "",
          code,
          redirect_uri: redirectUri,
          code_verifier: verifier,
        },
      }),
    );
    if (!traded.ok) return traded;
    const token = asText(traded.value.access_token);
    if (!token) return refused("failed", "the platform gave no token");
    const headers = { authorization: `Bearer ${token}` };
    const url = joinUrl(apiOf(provider), "/open-apis/authen/v1/user_info");
    const info = readCode(await ask({ url, headers }));
    if (!info.ok) return info;
    const user = asObject(info.value.data) ?? {};
    const openId = asText(user.open_id);
    if (!openId) return refused("not_proven", "the platform named nobody");
    return ok({
      subject: `${settings.appId} ${openId}`,
      email: asText(user.enterprise_email) ?? asText(user.email),
      emailVerified: null,
      name: asText(user.name) ?? "",
    });
  },
  check: (provider, ask) => check(provider, ask),
};

async function check(provider: OpenProvider, ask: Ask) {
  const { settings, secret } = provider;
  const answer = readCode(
    await ask({
      url: joinUrl(apiOf(provider), "/open-apis/auth/v3/tenant_access_token/internal"),
      json: { app_id: settings.appId ?? "", app_secret: secret.appSecret ?? "" },
    }),
  );
  return [
    answer.ok
      ? passed("client", "平台接受 App ID 和 App Secret。", "The App ID and secret are accepted.")
      : stopped(
          "client",
          "App ID 或 App Secret 不对；飞书和 Lark 的应用不能混用",
          "The App ID or secret is wrong; apps of Feishu and of Lark are not the same",
          answer.error.detail,
        ),
  ];
}

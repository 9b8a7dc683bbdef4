/**
 * WeCom, by an app of the company's own. Answers have a status of 200 whatever happened; `errcode`
 * says. The directory's e-mail is the company's word: it counts where the site trusts its domain.
 */
import type { InvokeError } from "../../../connectors/kit/invoke.ts";
import { asText, type Json } from "../../../connectors/kit/json.ts";
import { joinUrl } from "../../../connectors/kit/urls.ts";
import type { Guide } from "../../../contract/guide.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { failed, passed, refused, say, stopped } from "./ask.ts";
import { apiField, secretField, step, TRY_STEP, textField } from "./fields.ts";
import { type Ask, type CodeKind, fieldOf, type OpenProvider, type Refusal } from "./kind.ts";

const API = "https://qyapi.weixin.qq.com";

/** A file that must lie at the root of the host, to show whose it is; see proof-file.ts. */
export const PROOF_NAME = "proofName";
export const PROOF_TEXT = "proofText";

const guide: Guide = {
  steps: [
    step(
      "用管理员登录企业微信管理后台，打开 **应用管理 › 应用 › 自建 › 创建应用**，设置 **可见范围**（谁可以登录）。",
      "As administrator open **应用管理 (Apps) › 自建 (own) › 创建应用 (create)** in WeCom's admin console, and set **可见范围** (who may log in).",
      "https://work.weixin.qq.com/wework_admin",
    ),
    step(
      "在应用页复制 **AgentId** 和 **Secret**（点“查看”后在企业微信里收取）；在 **我的企业 › 企业信息** 底部复制 **企业ID**。",
      "Copy **AgentId** and **Secret** of the app (查看 sends the secret to your WeCom); the **企业ID (CorpID)** stands at the bottom of **我的企业 › 企业信息**.",
    ),
    step(
      "在应用页底部 **网页授权及JS-SDK** 设置 **可信域名** 为本站主机名，点 **申请校验域名** 下载 WW_verify_….txt，把文件名和内容填到下面并保存，再回去完成校验。",
      "At the bottom of the app's page set **网页授权及JS-SDK › 可信域名** to the host of this site and press **申请校验域名**: enter the name and the content of the file WW_verify_….txt below, save, and go on there.",
    ),
    step(
      "在 **企业微信授权登录 › Web网页** 把 **授权回调域** 设为同一主机名。",
      "Set **企业微信授权登录 › Web网页 › 授权回调域** to the same host.",
    ),
    step(
      "在 **企业可信IP** 填服务器的出口 IP；没有固定 IP 时，请在下面填一个有固定 IP 的代理地址。",
      "Name the server's outgoing IP addresses under **企业可信IP**; where they are not fixed, enter a proxy with a fixed one below.",
    ),
    TRY_STEP,
  ],
  fields: [
    textField("corpId", say("企业ID (CorpID)", "CorpID (企业ID)"), {
      placeholder: "ww…",
      pattern: {
        source: "^w[wx][0-9a-zA-Z]+$",
        message: say("企业ID 以 ww 开头。", "A CorpID starts with ww."),
      },
    }),
    textField("agentId", say("AgentId", "AgentId"), {
      placeholder: "1000002",
      pattern: { source: "^\\d+$", message: say("AgentId 是数字。", "An AgentId is a number.") },
    }),
    secretField("secret", say("应用 Secret", "Secret of the app"), {
      help: say("不是“通讯录同步”的 Secret。", "Not the secret of 通讯录同步 (directory sync)."),
    }),
    textField(PROOF_NAME, say("校验文件名", "Name of the proof file"), {
      required: false,
      placeholder: "WW_verify_….txt",
      pattern: {
        source: "^WW_verify_[0-9a-zA-Z]+\\.txt$",
        message: say("文件名形如 WW_verify_….txt。", "Its name is like WW_verify_….txt."),
      },
    }),
    textField(PROOF_TEXT, say("校验文件内容", "Content of the proof file"), {
      required: false,
      pattern: {
        source: "^[0-9a-zA-Z]{1,100}$",
        message: say("内容只有字母和数字。", "It holds letters and digits only."),
      },
    }),
    apiField(
      API,
      say("一般不用修改；可填自己的代理。", "Usually left as it is; or a proxy of your own."),
    ),
  ],
};

/** A person at work in the WeCom app is logged in there already. */
const isInside = (agent: string) => /wxwork/i.test(agent);

async function asked(
  { settings }: OpenProvider,
  path: string,
  query: Record<string, string>,
  ask: Ask,
  json?: Json,
): Promise<Result<Json, Refusal & { code: string }>> {
  const url = `${joinUrl(fieldOf(guide, settings, "baseUrl"), path)}?${new URLSearchParams(query)}`;
  const answer: Result<Json, InvokeError> = await ask({ url, ...(json ? { json } : {}) });
  if (!answer.ok) {
    const { error } = failed(answer.error) as { error: Refusal };
    return fail({ ...error, code: answer.error.reason });
  }
  const { errcode = 0, errmsg } = answer.value;
  if (errcode === 0) return answer;
  return fail({
    problem: "failed",
    detail: `${errcode} ${asText(errmsg) ?? ""}`,
    code: `${errcode}`,
  });
}

const tokenOf = (provider: OpenProvider, ask: Ask) =>
  asked(
    provider,
    "/cgi-bin/gettoken",
    { corpid: provider.settings.corpId ?? "", corpsecret: provider.secret.secret ?? "" },
    ask,
  );

export const wecom: CodeKind = {
  kind: "wecom",
  label: say("企业微信", "WeCom"),
  guide,
  path: "callback",
  async authorizeUrl({ settings }, { redirectUri, state, agent }) {
    const { corpId = "", agentId = "" } = settings;
    if (isInside(agent)) {
      const query = new URLSearchParams({
        appid: corpId,
        redirect_uri: redirectUri,
        response_type: "code",
        scope: "snsapi_privateinfo",
        state,
        agentid: agentId,
      });
      return ok(`https://open.weixin.qq.com/connect/oauth2/authorize?${query}#wechat_redirect`);
    }
    const query = new URLSearchParams({
      login_type: "CorpApp",
      appid: corpId,
      agentid: agentId,
      redirect_uri: redirectUri,
      state,
    });
    return ok(`https://login.work.weixin.qq.com/wwlogin/sso/login?${query}`);
  },
  async person(provider, { code }, ask) {
    const token = await tokenOf(provider, ask);
    if (!token.ok) return token;
    const access_token = asText(token.value.access_token);
    if (!access_token) return refused("failed", "WeCom gave no token");
    const who = await asked(provider, "/cgi-bin/auth/getuserinfo", { access_token, code }, ask);
    if (!who.ok) return who;
    const userid = asText(who.value.userid);
    if (!userid) return refused("outsider", "not a member of the company");
    const query = { access_token, userid };
    const card = await asked(provider, "/cgi-bin/user/get", query, ask);
    const user_ticket = asText(who.value.user_ticket);
    const more = user_ticket
      ? await asked(provider, "/cgi-bin/auth/getuserdetail", { access_token }, ask, { user_ticket })
      : null;
    // Name and e-mail are the person's to give: without them he is known all the same.
    const details: Json = { ...(card.ok ? card.value : {}), ...(more?.ok ? more.value : {}) };
    return ok({
      subject: `${provider.settings.corpId} ${userid}`,
      email: asText(details.biz_mail) ?? asText(details.email),
      emailVerified: null,
      name: asText(details.name) ?? "",
    });
  },
  async check(provider, ask) {
    const token = await tokenOf(provider, ask);
    if (token.ok) {
      const about = "企业微信接受企业ID和 Secret。";
      return [passed("client", about, "WeCom accepts the CorpID and the secret.")];
    }
    const { code, detail } = token.error;
    if (code === "60020") {
      return [
        stopped(
          "address",
          "服务器的 IP 不在“企业可信IP”里，请添加，或在接口地址填有固定 IP 的代理",
          "The server's address is not among 企业可信IP: add it, or enter a proxy with a fixed address",
          detail,
        ),
      ];
    }
    return [
      stopped(
        "client",
        "企业ID或 Secret 不对；请确认是自建应用的 Secret，不是通讯录同步的",
        "The CorpID or the secret is wrong: it must be the own app's, not that of 通讯录同步",
        detail,
      ),
    ];
  },
};

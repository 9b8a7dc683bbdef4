/** OpenID Connect providers: any by its issuer, and two by name. */
import { say } from "./ask.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  secretField,
  step,
  TRY_STEP,
  textField,
  WEB_ADDRESS,
} from "./fields.ts";
import type { CodeKind } from "./kind.ts";
import { oidcKind } from "./oidc.ts";

const clientFields = [textField("clientId", CLIENT_ID), secretField("clientSecret", CLIENT_SECRET)];

export const oidc: CodeKind = oidcKind({
  kind: "oidc",
  label: say("OpenID Connect", "OpenID Connect"),
  issuerOf: (settings) => settings.issuer?.trim() ?? "",
  guide: {
    steps: [
      step(
        "在身份平台（Keycloak、Authing、Casdoor、Okta 等）新建一个 **机密的 Web 客户端**，流程选授权码（Authorization Code），支持时打开 PKCE。",
        "At the provider (Keycloak, Authing, Casdoor, Okta, …) create a **confidential web client** with the authorization code flow, and PKCE where it is offered.",
      ),
      step(
        "把本页给出的回调地址填为 **Redirect URI**，一字不差；权限范围选 **openid**、**email**、**profile**。",
        "Enter the redirect URL of this page as **Redirect URI**, letter for letter; allow the scopes **openid**, **email** and **profile**.",
      ),
      step(
        "复制 **Issuer**（/.well-known/openid-configuration 之前的部分）、**Client ID** 和 **Client secret**。Keycloak 的 Issuer 形如 https://主机/realms/名称，并打开 **Client authentication**。",
        "Copy the **issuer** (what stands before /.well-known/openid-configuration), the **client id** and the **client secret**. Of Keycloak the issuer is https://host/realms/name, with **Client authentication** on.",
      ),
      TRY_STEP,
    ],
    fields: [
      {
        name: "issuer",
        in: "settings",
        kind: "url",
        label: say("签发者地址 (Issuer)", "Issuer"),
        help: say(
          "末尾有没有斜杠必须与平台一致。",
          "With or without a slash at its end, exactly as the provider has it.",
        ),
        placeholder: "https://id.example.com",
        required: true,
        pattern: {
          source: "^https?://(?!.*\\.well-known)[^\\s?#]+$",
          message: say(
            "请填写签发者网址，不含 /.well-known/openid-configuration。",
            "The issuer's address, without /.well-known/openid-configuration.",
          ),
        },
      },
      ...clientFields,
    ],
  },
});

export const google: CodeKind = oidcKind({
  kind: "google",
  label: say("Google", "Google"),
  issuerOf: (settings) => settings.issuer?.trim() || "https://accounts.google.com",
  guide: {
    steps: [
      step(
        "打开 **Google Auth Platform**，填写应用名称和支持邮箱，受众选 **External**，并 **发布**（否则只有测试用户能登录）。",
        "Open the **Google Auth Platform**: app name, support mail, audience **External**, and **publish** it (else only test users get in).",
        "https://console.cloud.google.com/auth/overview",
      ),
      step(
        "在 **Clients** 中新建 OAuth client，类型选 **Web application**，在 **Authorized redirect URIs** 填本页给出的回调地址。",
        "Under **Clients** create an OAuth client of type **Web application**, and add the redirect URL of this page to **Authorized redirect URIs**.",
        "https://console.cloud.google.com/apis/credentials",
      ),
      step(
        "复制 **Client ID**（以 .apps.googleusercontent.com 结尾）和 **Client secret**（只显示一次）。改动可能要几分钟到几小时才生效；中国大陆无法访问 Google。",
        "Copy the **Client ID** (it ends with .apps.googleusercontent.com) and the **Client secret** (shown once). Changes may take minutes to hours. Google is not reachable from mainland China.",
      ),
      TRY_STEP,
    ],
    fields: [
      textField("clientId", CLIENT_ID, {
        placeholder: "….apps.googleusercontent.com",
        pattern: {
          source: "\\.apps\\.googleusercontent\\.com$",
          message: say(
            "应以 .apps.googleusercontent.com 结尾。",
            "It ends with .apps.googleusercontent.com.",
          ),
        },
      }),
      secretField("clientSecret", CLIENT_SECRET),
    ],
  },
});

const TENANT = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

export const microsoft: CodeKind = oidcKind({
  kind: "microsoft",
  label: say("Microsoft Entra ID", "Microsoft Entra ID"),
  issuerOf: ({ tenantId, authority }) =>
    `${authority?.trim() || "https://login.microsoftonline.com"}/${tenantId?.trim() ?? ""}/v2.0`,
  // Entra has no `email_verified`: an e-mail is whatever the directory's admin wrote, unless its
  // domain is one that the tenant has proven to own.
  emailVerified: ({ xms_edov: proven }) => (proven === true || proven === "1" ? true : null),
  guide: {
    steps: [
      step(
        "在 Entra 管理中心打开 **应用注册 › 新注册**：受支持的帐户类型选 **仅此组织目录**，重定向 URI 类型选 **Web**，填本页给出的回调地址。",
        "In the Entra admin centre open **App registrations › New registration**: accounts **in this organizational directory only**, redirect URI of type **Web** with the URL of this page.",
        "https://entra.microsoft.com",
      ),
      step(
        "在 **概述** 复制 **应用程序(客户端) ID** 和 **目录(租户) ID**。",
        "Under **Overview** copy the **Application (client) ID** and the **Directory (tenant) ID**.",
      ),
      step(
        "在 **证书和密码 › 新客户端密码** 创建密码，复制它的 **值**（不是 ID；只显示一次），记下到期日。",
        "Under **Certificates & secrets › New client secret** create one and copy its **Value** (not its ID; shown once). Note when it expires.",
      ),
      step(
        "要让员工的公司邮箱关联到已有账户，请在下面的“可信邮箱域名”里填公司域名。",
        "For employees to be linked to accounts by their company e-mail, name the company's domain under “Trusted e-mail domains” below.",
      ),
      TRY_STEP,
    ],
    fields: [
      textField("tenantId", say("目录(租户) ID", "Directory (tenant) ID"), {
        placeholder: "00000000-0000-0000-0000-000000000000",
        pattern: {
          source: `^${TENANT}$`,
          message: say(
            "请填写租户的 ID；common 和 organizations 会放进任何公司的人。",
            "The id of the tenant: common and organizations would let in people of any company.",
          ),
        },
      }),
      ...clientFields,
      {
        name: "authority",
        in: "settings",
        kind: "url",
        label: say("登录地址", "Address of the log-in"),
        help: say("只有世纪互联等国家云需要修改。", "Only national clouds have another."),
        placeholder: "https://login.microsoftonline.com",
        default: "https://login.microsoftonline.com",
        required: false,
        pattern: WEB_ADDRESS,
      },
    ],
  },
});

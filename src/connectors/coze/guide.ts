/** How Coze is connected: by an OAuth app that its account authorises, or by a token. */
import type { Guide } from "../../contract/guide.ts";
import { say, step, TEST_STEP } from "../kit/guide.ts";

/** The two sites share nothing. */
export const SITES = {
  cn: "https://api.coze.cn",
  com: "https://api.coze.com",
} as const;

export const TOKEN_PATTERN = {
  source: "^(?!app-|sk-|fastgpt-|bce-v3/|.*\\.app\\.coze$)",
  message: say(
    "这不是扣子的访问令牌（令牌以 pat_ 开头；….app.coze 是 OAuth 客户端 ID）。",
    "This is no access token of Coze (tokens start with pat_; ….app.coze is the client id of an OAuth app).",
  ),
};

export const CLIENT_ID_PATTERN = {
  source: "^(?!pat_|czu_|app-|sk-)",
  message: say(
    "这不是 OAuth 应用的客户端 ID（形如 ….app.coze）；个人访问令牌请填在下面。",
    "This is no client id of an OAuth app (it ends with .app.coze); a personal access token goes below.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "在扣子打开智能体，点右上角 **发布**，在发布平台中勾选 **API** 和 **Chat SDK**，再点 **发布**；每次修改后都要重新发布。",
      "Open the agent at Coze, press **Publish** at the top right, tick **API** and **Chat SDK** among the platforms and press **Publish**; publish again after every change.",
      "https://www.coze.cn",
    ),
    step(
      "方式一（推荐，一次授权全部智能体）：打开 **授权 › OAuth 应用**，点 **创建新应用**，应用类型选 **普通**，客户端类型选 **Web 后端应用**，重定向 URL 粘贴本页给出的地址。",
      "Way 1 (recommended, all agents at once): open **Authorization › OAuth Apps** and create an app: type **Normal**, client type **Web application**; as redirect URL paste the one that this page shows.",
      "https://www.coze.cn/open/oauth/apps",
    ),
    step(
      "点 **生成客户端密钥**，复制客户端 ID 和密钥；权限 **全选**。先在扣子点 **确定**，再回到这里粘贴、保存，并在授权页点 **授权**。",
      "Create the client secret, copy it and the client id, and select all permissions. Press **OK** at Coze first; then paste them here, save, and press **Authorize** on the page that asks for consent.",
    ),
    step(
      "方式二（个人访问令牌；自部署的 Coze Studio 只有这种，在 设置 › API 授权）：打开 **授权 › 个人访问令牌**，点 **添加新令牌**：权限 **全选**，访问工作空间选 **所有工作空间**，确定后复制令牌（只显示一次）。记下过期时间。",
      "Way 2 (a token; the only one for Coze Studio, under settings › API Authorization): open **Authorization › Personal Access Tokens**, press **Add new token**, select all permissions and **All** workspaces, confirm and copy the token (shown once). Note when it expires.",
      "https://www.coze.cn/open/oauth/pats",
    ),
    TEST_STEP,
  ],
  fields: [
    {
      name: "region",
      in: "settings",
      kind: "select",
      label: say("站点", "Site"),
      help: say("您登录的是哪个站点？", "Which site do you log in to?"),
      default: "cn",
      required: false,
      options: [
        { value: "cn", label: say("扣子 coze.cn", "扣子 coze.cn (China)") },
        { value: "com", label: say("Coze 国际站 coze.com", "Coze coze.com (international)") },
      ],
    },
    {
      name: "baseUrl",
      in: "settings",
      kind: "url",
      label: say("自部署地址", "Address of your own server"),
      help: say("仅自部署的 Coze Studio 需要。", "Only for Coze Studio on a server of your own."),
      placeholder: "http://coze.example.com:8888",
      required: false,
    },
    {
      name: "clientId",
      in: "secret",
      kind: "text",
      label: say("客户端 ID", "Client ID"),
      help: say("方式一：OAuth 应用。", "Way 1: of the OAuth app."),
      placeholder: "….app.coze",
      required: false,
      pattern: CLIENT_ID_PATTERN,
    },
    {
      name: "clientSecret",
      in: "secret",
      kind: "password",
      label: say("客户端密钥", "Client secret"),
      help: say("方式一：OAuth 应用。", "Way 1: of the OAuth app."),
      required: false,
    },
    {
      name: "accessToken",
      in: "secret",
      kind: "password",
      label: say("访问令牌", "Access token"),
      help: say("方式二：个人访问令牌。", "Way 2: a personal access token."),
      placeholder: "pat_…",
      required: false,
      pattern: TOKEN_PATTERN,
    },
  ],
};

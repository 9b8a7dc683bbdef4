/** How Coze is connected by a token. */
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

export const guide: Guide = {
  steps: [
    step(
      "在扣子打开智能体，点右上角 **发布**，在发布平台中勾选 **API** 和 **Chat SDK**，再点 **发布**；每次修改后都要重新发布。",
      "Open the agent at Coze, press **Publish** at the top right, tick **API** and **Chat SDK** among the platforms and press **Publish**; publish again after every change.",
      "https://www.coze.cn",
    ),
    step(
      "打开 **授权 › 个人访问令牌**（国际站为 coze.com/open/oauth/pats；自部署的 Coze Studio 在 设置 › API 授权）。",
      "Open **Authorization › Personal Access Tokens** (coze.com/open/oauth/pats for the international site; settings › API Authorization in Coze Studio).",
      "https://www.coze.cn/open/oauth/pats",
    ),
    step(
      "点 **添加新令牌**：权限 **全选**，访问工作空间选 **所有工作空间**，确定后复制令牌（只显示一次）。记下过期时间。",
      "Press **Add new token**: select all permissions and **All** workspaces, confirm and copy the token (shown once). Note when it expires.",
    ),
    TEST_STEP,
  ],
  fields: [
    {
      name: "site",
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
      name: "accessToken",
      in: "secret",
      kind: "password",
      label: say("访问令牌", "Access token"),
      placeholder: "pat_…",
      required: true,
      pattern: TOKEN_PATTERN,
    },
  ],
};

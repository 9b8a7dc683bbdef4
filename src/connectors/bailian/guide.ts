/** How an app of Bailian is connected. */
import type { Guide } from "../../contract/guide.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP, USUAL_BASE_URL } from "../kit/guide.ts";

export const CLOUD_URL = "https://dashscope.aliyuncs.com";

export const KEY_PATTERN = {
  source: "^(?!sk-sp-|sk-ant-|sk-or-|sk-proj-|app-|bce-v3/|LTAI)",
  message: say(
    "这不是百炼的 API Key（sk-sp- 是 Coding Plan 密钥，LTAI 是 AccessKey）。",
    "This is not an API key of Model Studio (sk-sp- is of the Coding Plan, LTAI an AccessKey).",
  ),
};

export const APP_PATTERN = {
  source: "^(?!sk-|ws_|llm-)[\\w.-]{1,64}$",
  message: say(
    "应用 ID 是应用卡片上的一串字母数字，不是密钥或业务空间 ID。",
    "The app id is the string on the app's card, not a key or a workspace id.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "登录百炼控制台，右上角选择 **华北2（北京）**（应用接口只在该地域有文档），打开 **应用管理**，在应用里点 **发布**。",
      "Log in to the Model Studio console, choose **China (Beijing)** at the top right (apps are documented there only), open **App Management** and press **Publish** in the app.",
      "https://bailian.console.aliyun.com",
    ),
    step("在应用卡片上复制 **应用 ID**。", "Copy the **App ID** from the app's card."),
    step(
      "打开 **密钥管理 › API Key**，点 **创建API KEY**：归属业务空间选应用所在的空间，权限选 **全部**，复制密钥。",
      "Open **Key Management › API Key**, press **Create API Key**: the workspace of the app, all permissions; copy the key.",
      "https://help.aliyun.com/zh/model-studio/get-api-key",
    ),
    TEST_STEP,
  ],
  fields: [
    apiKeyField({
      placeholder: "sk-…",
      help: say("与应用同一业务空间。", "Of the app's workspace."),
      pattern: KEY_PATTERN,
    }),
    {
      name: "appId",
      in: "settings",
      kind: "text",
      label: say("应用 ID", "App id"),
      help: say(
        "密钥列不出应用；同一密钥的其他应用可在发布智能体时填写 ID。",
        "Keys cannot list apps; others of the same key are published by their id.",
      ),
      placeholder: "0123456789abcdef0123456789abcdef",
      required: true,
      pattern: APP_PATTERN,
    },
    {
      name: "workspaceId",
      in: "settings",
      kind: "text",
      label: say("业务空间 ID", "Workspace id"),
      help: say("应用在子业务空间时填写。", "Only for an app in a sub-workspace."),
      placeholder: "ws_…",
      required: false,
    },
    baseUrlField(USUAL_BASE_URL, CLOUD_URL),
  ],
};

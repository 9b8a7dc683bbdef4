/** How an app of FastGPT is connected. */
import type { Guide } from "../../contract/guide.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP } from "../kit/guide.ts";

export const CLOUD_URL = "https://cloud.fastgpt.cn/api";

export const KEY_PATTERN = {
  source: "^(?!sk-|app-|application-|ragflow-|dataset-|pat_)",
  message: say(
    "这是其他平台的密钥；FastGPT 的密钥以 fastgpt- 开头。",
    "This is a key of another platform; FastGPT's start with fastgpt-.",
  ),
};

export const APP_PATTERN = {
  source: "^(?!fastgpt-)",
  message: say(
    "这是密钥；应用 ID 是应用页面网址中 appId= 后面的部分。",
    "This is a key; the app id stands behind appId= in the address of the app's page.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "在 FastGPT 的 **工作台** 打开应用，保存并发布。",
      "In FastGPT's **Workbench** open the app, save and publish it.",
      "https://cloud.fastgpt.cn",
    ),
    step(
      "打开 **发布渠道** → **API 访问**，点 **新建**，复制 fastgpt- 开头的密钥（通常只显示一次）。",
      "Open **Publishing channels** → **API Access**, press **New** and copy the key starting with fastgpt- (usually shown once).",
      "https://doc.fastgpt.io",
    ),
    step(
      "在同一页复制 **API 根地址**，以 /api 结尾。",
      "On the same page copy the **API root address**, which ends in /api.",
    ),
    TEST_STEP,
  ],
  fields: [
    apiKeyField({
      placeholder: "fastgpt-…",
      help: say(
        "应用的密钥，不是 账号 › API 密钥 中的。",
        "The app's key, not that of Account › API Key.",
      ),
      pattern: KEY_PATTERN,
    }),
    baseUrlField(
      say("API 根地址，以 /api 结尾。", "The API root address, ending in /api."),
      CLOUD_URL,
    ),
    {
      name: "appId",
      in: "settings",
      kind: "text",
      label: say("应用 ID", "App id"),
      help: say(
        "插件类应用必填，否则测试连接会运行它；填写后会带出名称和开场白。",
        "Needed for a plugin, which the test would run without it; with it name and opening message are taken over.",
      ),
      placeholder: "0123456789abcdef01234567",
      required: false,
      pattern: APP_PATTERN,
    },
  ],
};

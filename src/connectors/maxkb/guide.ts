/** How an application of MaxKB is connected. */
import type { Guide } from "../../contract/guide.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP } from "../kit/guide.ts";

export const KEY_PATTERN = {
  source: "^(?!sk-|app-|fastgpt-|ragflow-|dataset-|pat_)",
  message: say(
    "这是其他平台的密钥；MaxKB 的密钥在应用的 概览 › API Key 中，通常以 application- 开头。",
    "This is a key of another platform; MaxKB's are under Overview › API Key of the application and usually start with application-.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "在 MaxKB 的 **应用** 中打开要发布的应用，点 **发布**。",
      "In MaxKB's **Application** open the one to publish and press **Publish**.",
      "https://maxkb.cn/docs/",
    ),
    step(
      "打开 **概览**，在 **应用信息 › API 访问凭据** 中复制完整的 **Base URL**。",
      "Open **Overview** and copy the whole **Base URL** under **App Information › API Access Credentials**.",
    ),
    step(
      "点 **API Key** → **创建**，打开启用开关，复制密钥。一个密钥对应一个应用。",
      "Press **API Key** → **Create**, switch the key on and copy it. One key is one application.",
    ),
    TEST_STEP,
  ],
  fields: [
    {
      ...baseUrlField(
        say(
          "按页面显示完整填写，不要缩短；须是本服务器能访问的地址。",
          "As the page shows it, not shortened; an address that this server reaches.",
        ),
      ),
      placeholder: "https://maxkb.example.com/chat/api/…",
    },
    apiKeyField({
      placeholder: "application-…",
      help: say("应用的 API Key。", "The application's API key."),
      pattern: KEY_PATTERN,
    }),
  ],
};

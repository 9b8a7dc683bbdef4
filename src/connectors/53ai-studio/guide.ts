/** How 53AI Studio is connected. */
import type { Guide } from "../../contract/guide.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP, USUAL_BASE_URL } from "../kit/guide.ts";

export const CLOUD_URL = "https://api.53ai.com";

export const KEY_PATTERN = {
  source: "^(?!sk-|app-|application-|fastgpt-|ragflow-|dataset-|pat_)",
  message: say("这是其他平台的密钥。", "This is a key of another platform."),
};

export const guide: Guide = {
  steps: [
    step(
      "以企业管理员登录 53AI Studio。",
      "Log in to 53AI Studio as an administrator of the enterprise.",
      "https://chat.53ai.com",
    ),
    step(
      "打开 **设置** → **企业信息**，生成并复制 **Secret Key**；重新生成会让旧密钥失效。",
      "Open **Settings** → **Enterprise Information**, generate and copy the **Secret Key**; a new one ends the old.",
    ),
    TEST_STEP,
  ],
  fields: [
    apiKeyField({
      placeholder: "Secret Key",
      help: say(
        "一个密钥可用企业内已发布的智能体。",
        "One key reaches the published agents of the enterprise.",
      ),
      pattern: KEY_PATTERN,
    }),
    baseUrlField(USUAL_BASE_URL, CLOUD_URL),
  ],
};

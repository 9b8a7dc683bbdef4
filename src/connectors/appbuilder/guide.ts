/** How AppBuilder is connected. */
import type { Guide } from "../../contract/guide.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP, USUAL_BASE_URL } from "../kit/guide.ts";

export const CLOUD_URL = "https://qianfan.baidubce.com";

export const KEY_PATTERN = {
  source: "^(?!sk-|app-|pat_|xai-|AIza|ALTAK)",
  message: say(
    "需要 bce-v3/ 开头的整串密钥；这是其他平台的密钥，或只是其中的 Access Key。",
    "The whole key starting with bce-v3/ is needed; this is of another platform, or only its access key.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "在千帆 AppBuilder 中打开每个要用的应用，点 **发布**。",
      "In Qianfan AppBuilder open every app to be used and press **发布** (publish).",
      "https://qianfan.cloud.baidu.com/appbuilder",
    ),
    step(
      "打开 **系统管理 › API Key**，点 **创建 API Key**，权限选 **全部权限**，有效期选永久。",
      "Open **系统管理 › API Key** (system, API keys), press **创建 API Key** (create), choose **全部权限** (all permissions) and no expiry.",
      "https://console.bce.baidu.com/qianfan",
    ),
    step(
      "复制 bce-v3/ALTAK-…/… 整串，包含两个斜杠。",
      "Copy the whole bce-v3/ALTAK-…/…, with both slashes.",
    ),
    TEST_STEP,
  ],
  fields: [
    apiKeyField({
      placeholder: "bce-v3/ALTAK-…/…",
      help: say(
        "一个密钥可用账号下所有已发布的应用。",
        "One key reaches all published apps of the account.",
      ),
      pattern: KEY_PATTERN,
    }),
    baseUrlField(USUAL_BASE_URL, CLOUD_URL),
  ],
};

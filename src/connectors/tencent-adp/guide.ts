/** How an app of Tencent ADP is connected. */
import type { Guide } from "../../contract/guide.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP } from "../kit/guide.ts";

export const CLOUD_URL = "https://wss.lke.cloud.tencent.com";

export const KEY_PATTERN = {
  source: "^(?!AKID|sk-|bce-v3/)",
  message: say(
    "需要应用的 AppKey；AKID 开头的是云 API 的 SecretId。",
    "The app's AppKey is needed; what starts with AKID is a SecretId of the cloud's API.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "在智能体开发平台打开应用，点 **发布**。",
      "In the platform open the app and press **发布** (publish).",
      "https://lke.cloud.tencent.com",
    ),
    step(
      "在应用列表点 **调用**（发布后才能点），复制 **AppKey**。一个 AppKey 对应一个应用。",
      "In the list of apps press **调用** (call; grey until published) and copy the **AppKey**. One AppKey is one app.",
      "https://cloud.tencent.com/document/product/1759/109469",
    ),
    TEST_STEP,
  ],
  fields: [
    apiKeyField({
      placeholder: "AppKey",
      help: say(
        "平台没有校验密钥的接口，测试只能发现明显的错误；发布后请试问一句。",
        "The platform has no call to check it, so the test finds only plain errors: ask a question once it is published.",
      ),
      pattern: KEY_PATTERN,
    }),
    {
      name: "version",
      in: "settings",
      kind: "select",
      label: say("接口版本", "Version of the API"),
      help: say("较早的应用出错时可换成 v1。", "For an older app that fails, v1."),
      default: "v2",
      required: false,
      options: [
        { value: "v2", label: say("v2", "v2") },
        { value: "v1", label: say("v1", "v1") },
      ],
    },
    baseUrlField(
      say(
        "国际站填写 https://wss.lke.tencentcloud.com。",
        "For the international site https://wss.lke.tencentcloud.com.",
      ),
      CLOUD_URL,
    ),
  ],
};

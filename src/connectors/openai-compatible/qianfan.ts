/** Baidu Qianfan: models of ModelBuilder, version 2 of its API. */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";

export const qianfan = declareOpenAiLike({
  id: "qianfan",
  label: say("百度千帆（文心）", "Baidu Qianfan (ERNIE)"),
  baseUrl: "https://qianfan.baidubce.com/v2",
  key: {
    placeholder: "bce-v3/ALTAK-…/…",
    help: say(
      "整串复制，包含两个斜杠；V1 的 API Key + Secret Key 和短期密钥不能用。",
      "The whole string with both slashes; pairs of API key and secret key (V1) and short-lived keys do not work.",
    ),
    pattern: {
      source: "^(?!sk-|xai-|app-|AIza)",
      message: say(
        "千帆的密钥以 bce-v3/ 开头，这是其他平台的密钥或应用 ID。",
        "Keys of Qianfan start with bce-v3/; this is a key of another platform, or an app's id.",
      ),
    },
  },
  extras: [
    {
      name: "appId",
      label: say("应用 ID（appid）", "App id (appid)"),
      help: say("可不填；填写后用量计入该应用。", "May stay empty; usage is billed to that app."),
      placeholder: "app-…",
      header: "appid",
    },
  ],
  steps: [
    step(
      "登录千帆控制台（需实名认证），打开 **系统管理 › API Key**，点 **创建 API Key**。",
      "Log in to the Qianfan console (real-name verified), open **系统管理 › API Key** (system, API keys) and press **创建 API Key** (create).",
      "https://console.bce.baidu.com/qianfan",
    ),
    step(
      "权限选 **全部权限**，或在 **自定义权限** 中加入千帆 ModelBuilder 的所有资源；复制 bce-v3/… 整串。付费模型需先开通付费。",
      "Choose **全部权限** (all permissions), or add all resources of 千帆ModelBuilder under **自定义权限** (custom); copy the whole bce-v3/…. Paid models must be activated first.",
    ),
    TEST_STEP,
  ],
  capabilities: { embed: {} },
  body: { limitField: "max_tokens" },
  answers: {
    codes: {
      tokens_too_long: "context_too_long",
      characters_too_long: "context_too_long",
      unsafe_request: "content_blocked",
      // Said with status 401 of a model that the key may not use, though it may use others.
      invalid_model: "target_not_found",
    },
  },
});

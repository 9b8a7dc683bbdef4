/** SiliconFlow: https://docs.siliconflow.cn. Its errors are not shaped like OpenAI's. */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";
import { SILICONFLOW_VIDEO } from "./siliconflow-video.ts";

export const siliconflow = declareOpenAiLike({
  id: "siliconflow",
  label: say("硅基流动 SiliconFlow", "SiliconFlow"),
  baseUrl: "https://api.siliconflow.cn/v1",
  baseUrlHelp: say(
    "国际站（cloud.siliconflow.com）的密钥请填 https://api.siliconflow.com/v1，两站不通用。",
    "For a key of the international site (cloud.siliconflow.com) enter https://api.siliconflow.com/v1; the two share nothing.",
  ),
  key: {
    placeholder: "sk-…",
    help: say("以 sk- 开头。", "Starts with sk-."),
    pattern: {
      source: "^(?!sk-ant-|sk-or-|sk-proj-)",
      message: say(
        "这是其他平台的密钥，请在硅基流动新建一个。",
        "This is a key of another platform; create one on SiliconFlow.",
      ),
    },
  },
  steps: [
    step(
      "登录硅基流动，打开 **API 密钥**，点 **新建 API 密钥**，复制。",
      "Log in to SiliconFlow, open **API 密钥** (API keys), press **新建 API 密钥** (new API key) and copy it.",
      "https://cloud.siliconflow.cn/account/ak",
    ),
    step(
      "部分模型要求完成 **实名认证** 并有充值余额。",
      "Some models need **实名认证** (real-name verification) and a paid balance.",
    ),
    TEST_STEP,
  ],
  capabilities: {
    embed: {},
    image: { fields: { count: "batch_size", size: "image_size", quality: null }, edits: "data" },
    speech: {},
    transcribe: {},
    video: SILICONFLOW_VIDEO,
  },
  body: { limitField: "max_tokens", limitFieldOnly: true },
  answers: { codes: { "20012": "target_not_found", "50505": "overloaded" } },
  advice: (error) =>
    error.reason === "unauthorized"
      ? say(
          "密钥无效：国内站（.cn）与国际站（.com）的密钥不通用，请检查接口地址与密钥是否属于同一站点。",
          "The key is not valid: keys of .cn and .com are not shared; see that base URL and key belong to the same site.",
        )
      : null,
});

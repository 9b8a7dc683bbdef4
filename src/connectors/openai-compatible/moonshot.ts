/** Moonshot AI (Kimi): https://platform.kimi.com/docs */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";

export const moonshot = declareOpenAiLike({
  id: "moonshot",
  label: say("月之暗面 Kimi", "Moonshot AI (Kimi)"),
  baseUrl: "https://api.moonshot.cn/v1",
  baseUrlHelp: say(
    "国际站（platform.kimi.ai）的密钥请填 https://api.moonshot.ai/v1，两站不通用。",
    "For a key of the international site (platform.kimi.ai) enter https://api.moonshot.ai/v1; the two share nothing.",
  ),
  key: {
    placeholder: "sk-…",
    help: say(
      "以 sk- 开头，只显示一次；Kimi 会员和 Kimi Code 的密钥（sk-kimi-）不能用。",
      "Starts with sk- and is shown only once; keys of a Kimi membership or Kimi Code (sk-kimi-) do not work.",
    ),
    pattern: {
      source: "^(?!sk-kimi-|sk-ant-|sk-or-|sk-proj-|xai-)",
      message: say(
        "这不是 Kimi 开放平台的密钥，请在开放平台新建一个。",
        "This is not a key of the Kimi platform; create one there.",
      ),
    },
  },
  steps: [
    step(
      "登录 Kimi 开放平台，打开 **API Key 管理**，点 **新建 API Key**，选择项目，复制密钥。",
      "Log in to the Kimi platform, open API Keys, press **Create API Key**, choose the project and copy the key.",
      "https://platform.kimi.com/console/api-keys",
    ),
    step(
      "在账户中 **充值**；累计充值越多，限速越高。",
      "Top up the account; the more was paid in all, the higher its rate limits.",
    ),
    TEST_STEP,
  ],
  body: { limitField: "max_tokens" },
  answers: {
    codes: {
      invalid_authentication_error: "unauthorized",
      exceeded_current_quota_error: "quota_exhausted",
      engine_overloaded_error: "overloaded",
      rate_limit_reached_error: "rate_limited",
      resource_not_found_error: "target_not_found",
      content_filter: "content_blocked",
    },
  },
  advice: (error) =>
    error.reason === "unauthorized"
      ? say(
          "密钥无效：国内站（.cn）与国际站（.ai）的密钥不通用，请检查接口地址与密钥是否属于同一站点。",
          "The key is not valid: keys of .cn and .ai are not shared; see that base URL and key belong to the same site.",
        )
      : null,
});

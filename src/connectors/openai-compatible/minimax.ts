/**
 * MiniMax: https://platform.minimax.io/docs. Thoughts stand inside the answer, and must go back as
 * they came; errors come with status 200 in `base_resp`.
 */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";
import { MINIMAX_CODES } from "./minimax-errors.ts";

export const minimax = declareOpenAiLike({
  id: "minimax",
  label: say("MiniMax", "MiniMax"),
  baseUrl: "https://api.minimaxi.com/v1",
  baseUrlHelp: say(
    "国际站（platform.minimax.io）的密钥请填 https://api.minimax.io/v1，两站不通用。",
    "For a key of the international site (platform.minimax.io) enter https://api.minimax.io/v1; the two share nothing.",
  ),
  key: {
    placeholder: "sk-api-…",
    help: say(
      "按量计费的 API Key；订阅套餐（Token Plan）的密钥是另一种。不需要 GroupId。",
      "The pay-as-you-go key; a key of the Token Plan is another kind. No GroupId is needed.",
    ),
    pattern: {
      source: "^(?!sk-ant-|sk-or-|sk-proj-|xai-|bce-v3/)",
      message: say(
        "这是其他平台的密钥，请在 MiniMax 开放平台新建一个。",
        "This is a key of another platform; create one on the MiniMax platform.",
      ),
    },
  },
  steps: [
    step(
      "登录 MiniMax 开放平台，打开 **接口密钥**，点 **创建新的 API Key**，复制密钥，只显示一次。",
      "Log in to the MiniMax platform, open **API Keys**, press **Create new secret key** and copy it: it is shown once.",
      "https://platform.minimaxi.com/user-center/basic-information/interface-key",
    ),
    step("确认账户有余额。", "See that the account has a balance."),
    TEST_STEP,
  ],
  body: {
    limitField: "max_completion_tokens",
    limitFieldOnly: true,
    leavesOut: ["n", "presence_penalty", "frequency_penalty", "logit_bias"],
  },
  answers: { codes: MINIMAX_CODES, inlineThinking: true },
  advice: (error) =>
    error.reason === "unauthorized"
      ? say(
          "密钥无效：国内站与国际站的密钥不通用，请检查接口地址与密钥是否属于同一站点。",
          "The key is not valid: keys of the Chinese and the international site are not shared; see that base URL and key belong to the same site.",
        )
      : null,
});
